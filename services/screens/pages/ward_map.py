"""Mapping a ward code to a ward, changing that and taking it back. A refusal shows the form with all that was typed."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace

from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import NotFound, Refused, ward_map
from services.screens.pages.doors import door, framed, onward, typed
from services.screens.pages.hearing import heard
from services.screens.pages.rendering import render
from services.screens.pages.site import Reader
from services.screens.presenters import entries, refusals
from services.screens.presenters import ward_map as presenter
from services.screens.presenters.fields import Typed, Wrong, one, refill, with_wrongs
from services.screens.presenters.frame import Freshness
from services.screens.presenters.overtaken import as_read, caught_up
from services.screens.presenters.ward_map import MappingPage
from shared.contracts.roles import WARD_MAPPERS
from shared.ids import new_id

_TAKING_BACK = "take_back_reason"
_AN_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


async def new(reader: Reader) -> Response:
    """The form for a code that is not mapped."""
    return await _new(reader, reader.asked("code") or "", new_id())


async def _new(
    reader: Reader, code: str, mapping_id: str, written: Typed | None = None, wrongs: Sequence[Wrong] = ()
) -> Response:
    if not code:
        raise NotFound
    wards, freshness = await heard(reader, ward_map.wards(reader.ask))
    page = presenter.new(code, mapping_id, wards.items, reader.now)
    return _page(reader, page, freshness, written, wrongs)


async def create(reader: Reader) -> Response:
    """Map a code. The id of the mapping came with the form: sent twice, it is one mapping."""
    written = await typed(reader.request)
    said = one(written, "mapping_id")
    mapping_id = said if _AN_ID.fullmatch(said) else new_id()
    wrongs = await _put(reader, mapping_id, written, None)
    if wrongs is None:
        return onward("/messages", {"said": "mapped"})
    return await _new(reader, one(written, "code"), mapping_id, written, wrongs)


async def show(reader: Reader) -> Response:
    """A mapping, its history, and the forms that change it and take it back."""
    return await _one(reader)


async def _one(reader: Reader, written: Typed | None = None, wrongs: Sequence[Wrong] = ()) -> Response:
    mapping_id = reader.named("mapping_id")
    wanted = asyncio.gather(
        ward_map.one(reader.ask, mapping_id),
        ward_map.history(reader.ask, mapping_id),
        ward_map.wards(reader.ask),
    )
    (found, states, wards), freshness = await heard(reader, wanted)
    page = presenter.present(found, states, wards.items)
    return _page(reader, page, freshness, written, wrongs)


async def change(reader: Reader) -> Response:
    """Change a mapping."""
    written = await typed(reader.request)
    wrongs = await _put(reader, reader.named("mapping_id"), written, one(written, "version") or "0")
    return await _one(reader, written, wrongs) if wrongs else onward("/messages", {"said": "changed"})


async def take_back(reader: Reader) -> Response:
    """Take a mapping back, with a reason."""
    written = await typed(reader.request)
    why = {"reason": written.get(_TAKING_BACK, ())}
    reason = entries.reason(why, "Enter why it is to be taken back")
    if not isinstance(reason, str):
        return await _one(reader, written, [replace(one, field=_TAKING_BACK) for one in reason])
    try:
        version = one(written, "version") or "0"
        await ward_map.take_back(reader.ask, reader.named("mapping_id"), reason, version)
    except Refused as refused:
        return await _one(reader, written, refusals.wrongs(refused.refusal))
    return onward("/messages", {"said": "taken-back"})


async def _put(reader: Reader, mapping_id: str, written: Typed, version: str | None) -> Sequence[Wrong] | None:
    body = presenter.asked(written)
    if isinstance(body, tuple):
        return body
    try:
        await ward_map.put(reader.ask, mapping_id, body, version)
    except Refused as refused:
        return refusals.wrongs(refused.refusal)
    return None


def _page(
    reader: Reader, page: MappingPage, freshness: Freshness, written: Typed | None, wrongs: Sequence[Wrong]
) -> Response:
    """The page; with what was typed, and what is wrong with it at its field."""
    stale = _is_stale(wrongs)
    if written and stale:
        page = presenter.overtaken(page, written)
        written = caught_up(page.fields, written) if "ward_id" in written else written
    fields = refill(page.fields, written) if written and "ward_id" in written else page.fields
    taking = refill(page.taking_back, written) if written and _TAKING_BACK in written else page.taking_back
    marked, problems = with_wrongs((*fields, *taking), wrongs)
    hidden = page.hidden if written is None or stale else as_read(page.hidden, written)
    shown = replace(page, hidden=hidden, fields=marked[: len(fields)], taking_back=marked[len(fields) :])
    around = framed(reader, page.title, freshness=freshness, problems=problems, back=presenter.BACK)
    return render(reader.request, "pages/ward_code.jinja", around, 422 if wrongs else 200, page=shown)


def _is_stale(wrongs: Sequence[Wrong]) -> bool:
    return any(wrong.text == refusals.STALE for wrong in wrongs)


_CODES = "/messages/ward-codes"
ROUTES: list[Route] = [
    door(f"{_CODES}/new", new, allow=WARD_MAPPERS),
    door(f"{_CODES}/new", create, allow=WARD_MAPPERS, method="POST"),
    door(f"{_CODES}/{{mapping_id}}", show, allow=WARD_MAPPERS),
    door(f"{_CODES}/{{mapping_id}}", change, allow=WARD_MAPPERS, method="POST"),
    door(f"{_CODES}/{{mapping_id}}/take-back", take_back, allow=WARD_MAPPERS, method="POST"),
]
