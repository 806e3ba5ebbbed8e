"""A real HTTP server that answers as the three services do, for the frozen hospital, and keeps what it was asked.

Used for the pages themselves: pictures, words, keys, accessibility. That the real services answer so is proved
elsewhere.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from shared.contracts.api.discharge import (
    BoardView,
    Profession,
    StaffList,
    TaskHistoryEntry,
    TaskStatus,
    WardList,
    WardSummary,
)
from shared.contracts.api.discharge.record import CaseRecord
from shared.contracts.api.hospital import UnmappedCodes
from shared.contracts.api.notifications import AlertDetail, AlertList
from tests.screens import (
    arriving,
    board,
    casework,
    feeds,
    handing,
    hospital,
    mappings,
    merges,
    record,
    rereading,
    signing_in,
)
from tests.screens.checklists import HEARD, NOW, ago
from tests.screens.contracts import operations, request_faults
from tests.screens.responses import json_of as _json
from tests.screens.responses import problem as _problem
from tests.screens.responses import renamed

Asked = tuple[str, str, object, dict[str, str]]
"""A change asked for: method, path, body, headers."""


@dataclass(slots=True)
class Answers:
    """What is answered now, and what was asked: changes, reads, live feeds.

    `away` are path beginnings answered 503, `refused_reads` those whose reading is answered 422, `cut` ends live feeds,
    `about` are the stays that changes were said to be about, `refuse` refuses a change, `names` are words said in place
    of others wherever they stand. `late`: the hospital is not heard; `quiet`: it is, and no case changes.
    `taken`: somebody is on most alerts.
    """

    asked: list[Asked] = field(default_factory=list[Asked])
    about: list[str] = field(default_factory=list[str])
    reads: list[str] = field(default_factory=list[str])
    followed: list[str] = field(default_factory=list[str])
    away: set[str] = field(default_factory=set[str])
    refused_reads: set[str] = field(default_factory=set[str])
    refuse: tuple[int, dict[str, object]] | None = None
    names: dict[str, str] = field(default_factory=dict[str, str])
    empty: bool = False
    late: bool = False
    quiet: bool = False
    night: bool = False
    taken: bool = False
    live: int = 0
    cut: bool = False
    port: int = 0

    def reset(self) -> None:
        """As at the beginning."""
        self.asked.clear()
        self.about.clear()
        self.reads.clear()
        self.followed.clear()
        self.away.clear()
        self.refused_reads.clear()
        self.names.clear()
        self.refuse = None
        self.empty = self.late = self.quiet = self.night = self.taken = self.cut = False

    @property
    def heard(self) -> datetime:
        """When the newest message of the hospital came."""
        return NOW - timedelta(hours=2) if self.late else HEARD

    @property
    def changed(self) -> datetime:
        """When the newest fact in any case was learned."""
        return NOW - timedelta(minutes=47) if self.quiet else self.heard


_NOT_CHANGES = ("/sessions", "/sessions/pass", "/sessions/end", "/messages/search", "/seen", "/replays/preview")


def app(state: Answers) -> Starlette:
    """The server's application."""

    def answering(path: str, make: Callable[[Request, Answers], Response | Awaitable[Response]]):
        async def answered(request: Request) -> Response:
            if any(request.url.path.startswith(start) for start in state.away):
                return _problem(503, {})
            if request.method == "GET" and any(request.url.path.startswith(start) for start in state.refused_reads):
                return _problem(422, {"title": "The request is not valid"})
            state.reads += [request.url.path] if request.method == "GET" else []
            if request.method != "GET":
                raw = await request.body()
                body = json.loads(raw) if raw else None
                state.about += request.query_params.getlist("encounter_id")
                state.asked.append((request.method, request.url.path, body, dict(request.headers)))
                wrong = request_faults(path, request.method, body)
                if wrong:
                    return _problem(422, {"detail": "; ".join(wrong)})
                if state.refuse is not None and not request.url.path.endswith(_NOT_CHANGES):
                    status, said = state.refuse
                    state.refuse = None
                    return _problem(status, said)
            made = make(request, state)
            return renamed(made if isinstance(made, Response) else await made, state.names)

        return answered

    return Starlette(routes=[Route(path, answering(path, make), methods=[*operations(path)]) for path, make in ROUTES])


def _cases(request: Request, state: Answers) -> Response:
    return _json(casework.listed(request.query_params.get("filter", ""), state.changed, empty=state.empty))


def _case(request: Request, state: Answers) -> Response:
    found = casework.detail(request.path_params["case_id"])
    if found is None:
        return _problem(404, {})
    if request.method != "GET" and "return=minimal" in request.headers.get("prefer", ""):
        return Response(status_code=204, headers={"ETag": f'"{found.summary.version + 1}"'})
    return _json(found.model_copy(update={"data_as_of": state.changed}))


def _changes(request: Request, state: Answers) -> Response:
    return _json(casework.changes(request.path_params["case_id"], empty=state.empty))


def _board(request: Request, state: Answers) -> Response:
    counts = {"can_go_still_here": 22, "over_limit": 13, "expected_today": 9, "not_reviewed_today": 31}
    since = {"can_go_still_here": 4, "over_limit": -2, "expected_today": 0, "not_reviewed_today": 31}
    initials = {f"case-{number:03d}": "AB"[number % 2] + "CD"[number % 2] for number in range(14)}
    return _json(
        BoardView(
            counts=counts,
            since_midnight=since,
            initials=initials,
            answering=board.ANSWERING if state.night else {},
            desk=board.DESK,
            data_as_of=state.changed,
            at=NOW,
        )
    )


def _record(request: Request, state: Answers) -> Response:
    if request.method == "POST":
        return _json(record.ENTRIES[0], 201)
    empty = state.empty or request.path_params["case_id"] == "case-012"
    return _json(CaseRecord(case_id="case", person_id="p") if empty else record.RECORD)


def _unmapped(request: Request, state: Answers) -> Response:
    items = () if state.empty else feeds.UNMAPPED
    return _json(UnmappedCodes(items=items))


def _staff(request: Request, state: Answers) -> Response:
    return _json(StaffList(items=board.STAFF))


def _wards(request: Request, state: Answers) -> Response:
    names = () if state.empty else ("Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel")
    items = [
        WardSummary(
            ward_id=name.lower(),
            ward_name=f"{name} ward",
            kind="acute",
            site_name="Fellside Infirmary",
            cluster_id="north",
            cluster_name="North cluster" if name != "Hazel" else None,
            people=25 - place,
            can_go=place,
        )
        for place, name in enumerate(names)
    ]
    return _json(WardList(items=tuple(items), data_as_of=state.changed, at=NOW))


def _ward(request: Request, state: Answers) -> Response:
    if request.path_params["ward_id"] != "ash":
        return _problem(404, {})
    view = hospital.ward_view().model_copy(update={"data_as_of": state.changed})
    return _json(view.model_copy(update={"beds": ()}) if state.empty else view)


def _alerts(request: Request, state: Answers) -> Response:
    items = () if state.empty else board.alerts(taken=state.taken)
    ended = () if state.empty else board.ENDED
    return _json(AlertList(items=items, recently_ended=ended, data_as_of=state.changed, at=NOW))


def _history(request: Request, state: Answers) -> Response:
    entry = TaskHistoryEntry(
        at=ago(hours=20),
        by="Morgan Hale",
        status=TaskStatus.STARTED,
        owner_profession=Profession.HSW,
        note="Rang the council",
    )
    return Response(f"[{entry.model_dump_json()}]", media_type="application/json")


def _stream(request: Request, state: Answers) -> Response:
    state.followed.append(str(request.url))

    async def told() -> AsyncIterator[bytes]:
        seen = int(request.headers.get("last-event-id", state.live))
        yield b": connected\nid: %d\n\n" % seen
        while not state.cut:
            if state.live != seen:
                seen = state.live
                yield b'id: %d\ndata: {"subject": "case-006", "version": 8}\n\n' % seen
            await asyncio.sleep(0.05)

    return StreamingResponse(told(), media_type="text/event-stream")


def _done(request: Request, state: Answers) -> Response:
    return Response(status_code=204)


def _ready(request: Request, state: Answers) -> Response:
    return Response('{"status": "ready"}', media_type="application/json")


def _metrics(request: Request, state: Answers) -> Response:
    known = {"Bearer watcher": 200, "Bearer a-ward": 403, "Bearer odd": 404}
    status = known.get(request.headers.get("authorization", ""), 401)
    return _problem(status, {}) if status >= 400 else Response("homeward_running 1\n", media_type="text/plain")


def _changed(request: Request, state: Answers) -> Response:
    return _json(AlertDetail(alert=board.alert(1)))


_D, _N = "/discharge/v1", "/notifications/v1"
_CASE = _D + "/cases/{case_id}"
ROUTES = [
    ("/readyz", _ready),
    ("/metrics", _metrics),
    (f"{_D}/demonstration/people", signing_in.chosen),
    (f"{_D}/sessions", signing_in.session),
    (f"{_D}/sessions/pass", signing_in.made_pass),
    (f"{_D}/sessions/end", _done),
    (f"{_D}/cases", _cases),
    (_CASE, _case),
    (f"{_CASE}/seen", _done),
    (f"{_CASE}/changes", _changes),
    *((f"{_CASE}/{part}", _case) for part in ("reviews", "expected-dates", "pathway", "tasks", "coordinator")),
    (f"{_CASE}/hand-over/accept", _case),
    (f"{_CASE}/record", _record),
    (f"{_CASE}/tasks/{{task_id}}", _case),
    (f"{_CASE}/tasks/{{task_id}}/history", _history),
    (f"{_D}/board", _board),
    (f"{_D}/hospital/unmapped-ward-codes", _unmapped),
    (f"{_D}/wards", _wards),
    (f"{_D}/wards/{{ward_id}}", _ward),
    (f"{_D}/staff", _staff),
    (f"{_D}/live", _stream),
    (f"{_N}/alerts", _alerts),
    (f"{_N}/alerts/{{alert_id}}/acknowledge", _changed),
    (f"{_N}/live", _stream),
    *merges.ROUTES,
    *arriving.ROUTES,
    *mappings.ROUTES,
    *handing.ROUTES,
    *rereading.ROUTES,
]
