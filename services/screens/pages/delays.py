"""Delays: the bed manager's board. What is away leaves its place; the rest goes on."""

import asyncio
import re
from collections.abc import Mapping

from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import Away, Refused, alerts, cases, unless_away
from services.screens.pages import hearing
from services.screens.pages.doors import door, framed, onward, typed
from services.screens.pages.rendering import render
from services.screens.pages.site import Reader
from services.screens.presenters import delays, frame, people
from services.screens.presenters.alert_rows import Board
from services.screens.presenters.delays import DelaysPage
from services.screens.presenters.fields import one
from services.screens.presenters.frame import BOARD_READERS, Link, Notice
from shared.contracts.api.notifications import AlertList
from shared.contracts.roles import ACKNOWLEDGERS

_CHANGED = Notice(
    "information",
    "Somebody was there first, or it changed",
    "The board below shows it as it is now. Nothing was recorded for you.",
)


_LOOKS = {
    "view": re.compile("wall"),
    "on": re.compile("nobody"),
    "ward": re.compile(r"[A-Za-z0-9_.:-]{1,64}"),
    "cause": re.compile("[0-9a-f]{8}"),
}


def _looked_at(said: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """How the board is looked at: what in `said` can be in its address."""
    return tuple((name, said[name]) for name, form in _LOOKS.items() if form.fullmatch(said.get(name, "")))


async def show(reader: Reader) -> Response:
    """The board."""
    listed, figures, last = await asyncio.gather(
        unless_away(alerts.active(reader.ask)), unless_away(cases.board(reader.ask)), hearing.last(reader)
    )
    if listed is None and figures is None:
        raise Away("notifications")
    away = [name for name, part in (("notifications", listed), ("discharge", figures)) if part is None]
    board = Board(
        alerts=listed,
        initials=figures.initials if figures else {},
        counts=figures.counts if figures else None,
        since_midnight=figures.since_midnight if figures else {},
        answering=figures.answering if figures else {},
        in_own_words=figures.in_own_words if figures else {},
        desk=figures.desk if figures else None,
        limit=figures.limit if figures else None,
        levels=figures.levels if figures else (),
        asked=_looked_at({name: reader.asked(name) or "" for name in _LOOKS}),
    )
    page = delays.present(
        board,
        ward=reader.asked("ward"),
        cause=_cause(reader, listed),
        free=reader.asked("on") == "nobody",
        wall=reader.asked("view") == "wall",
        taker=reader.who.staff_id if reader.roles & ACKNOWLEDGERS else None,
        now=reader.now,
    )
    at = listed.at if listed else reader.now
    data_as_of = figures.data_as_of if figures else listed.data_as_of if listed else None
    around = framed(
        reader,
        "Delays",
        freshness=frame.case_freshness(data_as_of, at, last, reader.now),
        notices=[*([frame.away_notice(away)] if away else []), *_said(reader, board, page)],
        live="/live?on=alerts",
    )
    template = "regions/delays.jinja" if reader.fragment else "pages/delays.jinja"
    return render(reader.request, template, around, page=page)


async def of_figure(reader: Reader) -> Response:
    """Whom a figure of the board counts."""
    asked = reader.asked("of") or ""
    title = people.figure_title(asked)
    if title is None:
        return onward("/delays", {})
    found, last = await asyncio.gather(cases.counted(reader.ask, asked, reader.asked("from")), hearing.last(reader))
    page = people.of_figure(found, reader.who, figure=asked, now=reader.now)
    around = framed(
        reader,
        title,
        freshness=hearing.of_cases(reader, found, last),
        live="/live?on=cases",
        back=Link("Delays", "/delays"),
    )
    template = "regions/people.jinja" if reader.fragment else "pages/people.jinja"
    return render(reader.request, template, around, page=page)


def _cause(reader: Reader, listed: AlertList | None) -> str | None:
    asked = reader.asked("cause")
    return delays.cause_of_key(listed, asked) if listed and asked and _LOOKS["cause"].fullmatch(asked) else None


def _said(reader: Reader, board: Board, page: DelaysPage) -> list[Notice]:
    said = reader.asked("said")
    if reader.fragment or said not in ("taken", "changed"):
        return []
    return [_CHANGED if said == "changed" else delays.taken(board, page, reader.asked("of"), reader.now)]


async def take(reader: Reader) -> Response:
    """I have this."""
    form = await typed(reader.request)
    version = one(form, "version")
    back = dict(_looked_at({name: one(form, name) for name in _LOOKS}))
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        return onward("/delays", back | {"said": "changed"})
    alert_id = reader.named("alert_id")
    try:
        await alerts.acknowledge(reader.ask, alert_id, int(version))
    except Refused:
        return onward("/delays", back | {"said": "changed"})
    return onward("/delays", back | {"said": "taken", "of": alert_id})


ROUTES: list[Route] = [
    door("/delays", show, allow=BOARD_READERS),
    door("/delays/people", of_figure, allow=BOARD_READERS),
    door("/delays/{alert_id}/take", take, allow=ACKNOWLEDGERS, method="POST"),
]
