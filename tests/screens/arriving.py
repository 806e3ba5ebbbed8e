"""What admissions answers of the messages and the feeds of the frozen hospital."""

from datetime import date, datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.api.admissions import (
    FeedList,
    LastHeard,
    MessageDetail,
    MessagePage,
    RefusedPage,
    RefusedText,
    WardCodesHeard,
)
from tests.screens import feeds
from tests.screens.checklists import NOW
from tests.screens.responses import json_of, problem


class _State(Protocol):
    empty: bool

    @property
    def heard(self) -> datetime: ...


def _ward_codes(request: Request, state: _State) -> Response:
    return json_of(WardCodesHeard(items=feeds.CODES_HEARD))


def _search(request: Request, state: _State) -> Response:
    return json_of(MessagePage(items=() if state.empty else tuple(feeds.message(number) for number in range(3))))


def _messages(request: Request, state: _State) -> Response:
    if request.method == "POST":
        return problem(415, {})
    items = () if state.empty else tuple(feeds.message(number) for number in range(12))
    wanted = request.query_params.get("outcome")
    given = (request.query_params.get(name) for name in ("received_from", "received_until"))
    since, until = (datetime.fromisoformat(one) if one else None for one in given)
    found = [
        one
        for one in items
        if wanted in (None, one.outcome)
        and (since is None or one.received_at >= since)
        and (until is None or one.received_at < until)
    ]
    return json_of(MessagePage(items=tuple(found), next="older"))


def _one_message(request: Request, state: _State) -> Response:
    named = request.path_params["message_id"].removeprefix("message-")
    if not named.isdigit():
        return problem(404, {})
    number = int(named)
    unmasked = request.query_params.get("unmasked") == "true"
    text = feeds.ER7.replace("*****", "SYNTHETIC") if unmasked else feeds.ER7
    answer = "MSH|^~\\&|HOMEWARD|RX9|PAS|RX9|20261124075001||ACK^A01|1|P|2.4\rMSA|AA|00012345"
    summary = feeds.message(number)
    stays = (feeds.STAY,) if summary.encounter_ids else ()
    return json_of(MessageDetail(summary=summary, stays=stays, text=text, masked=not unmasked, answer=answer))


def _refused(request: Request, state: _State) -> Response:
    return json_of(RefusedPage(items=() if state.empty else feeds.REFUSED))


def _one_refused(request: Request, state: _State) -> Response:
    unmasked = request.query_params.get("unmasked") == "true"
    text = feeds.ER7.replace("*****", "SYNTHETIC") if unmasked else feeds.ER7
    return json_of(RefusedText(summary=feeds.REFUSED[0], text=text, masked=not unmasked))


def _feeds(request: Request, state: _State) -> Response:
    items = () if state.empty else feeds.feeds(state.heard)
    today = NOW.date()
    day = date.fromisoformat(request.query_params.get("day", today.isoformat()))
    if day != today:
        items = tuple(feeds.earlier(one) for one in items)
    return json_of(FeedList(items=items, day=day, at=NOW, data_as_of=state.heard))


def _last_heard(request: Request, state: _State) -> Response:
    return json_of(LastHeard(data_as_of=state.heard, at=NOW))


_A = "/admissions/v1"
ROUTES = [
    (f"{_A}/last-heard", _last_heard),
    (f"{_A}/feeds", _feeds),
    (f"{_A}/refused", _refused),
    (f"{_A}/refused/{{refused_id}}", _one_refused),
    (f"{_A}/ward-codes", _ward_codes),
    (f"{_A}/messages", _messages),
    (f"{_A}/messages/search", _search),
    *((f"{_A}/messages/{{message_id}}{act}", _one_message) for act in ("", "/release", "/discard")),
]
