"""A row of the ward edited in its place: a form under the row, saved by the same REST as the case's own forms."""

import asyncio

from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import NotFound, Refused, cases
from services.screens.pages import hearing
from services.screens.pages.doors import door, onward, typed
from services.screens.pages.site import Reader
from services.screens.pages.wards import drawn
from services.screens.presenters import refusals, ward_round
from services.screens.presenters.fields import Typed, Wrong, one
from services.screens.presenters.tags import FINISHED
from services.screens.presenters.ward import WARD_FILTERS, shown_at
from services.screens.presenters.ward_round import Round
from services.screens.refusal import Refusal
from shared.contracts.api.discharge import ChangeTask
from shared.contracts.roles import CARE

STALE = "The row above shows it as it is now. What you typed is still here: check it, then save again."


async def save(reader: Reader) -> Response:
    """Save what was changed of one bed, then show the ward, or the next bed's form."""
    written = await typed(reader.request)
    wanted = ward_round.read(written, reader.now)
    if isinstance(wanted, tuple):
        return await _again(reader, written, wanted, asked=False)
    refusal = await _saved(reader, written, wanted)
    if refusal is not None:
        wrongs = refusals.wrongs(refusal)
        return await _again(reader, written, wrongs, asked=True, changed=STALE if refusal.stale else None)
    chosen = one(written, "show")
    here = shown_at(reader.named("ward_id"), chosen if chosen in WARD_FILTERS else "")
    told = {"said": "saved", "of": reader.named("case_id"), "parts": ward_round.parts_of(wanted)}
    following = one(written, "next_bed")[:64] if one(written, "then") == "next" else ""
    if following and following.isascii() and following.replace("-", "").isalnum():
        return onward(here, told | {"edit": following}, at="edit")
    return onward(here, told)


async def _saved(reader: Reader, written: Typed, wanted: Round) -> Refusal | None:
    """Save each change on top of the one before; the first that is refused ends it, and those before it stand."""
    case_id, once = reader.named("case_id"), one(written, "once")[:48] or None
    version = one(written, "version")[:40] or "0"

    def key(part: str) -> str | None:
        return f"{once}-{part}" if once else None

    try:
        if wanted.expected is not None:
            version = await cases.set_expected_date(reader.ask, case_id, wanted.expected, version, key("date")) or "0"
        if wanted.pathway is not None:
            version = await cases.set_pathway(reader.ask, case_id, wanted.pathway, version, key("pathway")) or "0"
        if wanted.review is not None:
            version = await cases.record_review(reader.ask, case_id, wanted.review, key("review"), version) or "0"
        if wanted.change is not None:
            await _change_step(reader, case_id, wanted.task, wanted.change, version)
    except Refused as refused:
        return refused.refusal
    return None


async def _change_step(
    reader: Reader, case_id: str, task: tuple[str, str], change: ChangeTask, case_version: str
) -> None:
    """Change the next step, which what was just saved of the case may have altered: an expected date does the step that
    asks for one. While the case is as this save left it nobody else was there; a step that it finished is left so.
    Raises `Refused`.
    """
    task_id, read = task
    try:
        await cases.change_task(reader.ask, case_id, task_id, change, read)
    except Refused as refused:
        found = await cases.case(reader.ask, case_id) if refused.refusal.stale else None
        now = next((one for one in found.tasks if one.task_id == task_id), None) if found else None
        if found is None or now is None or str(found.summary.version) != case_version or str(now.version) == read:
            raise
        if now.status not in FINISHED:
            await cases.change_task(reader.ask, case_id, task_id, change, str(now.version))


async def _again(
    reader: Reader, written: Typed, wrongs: tuple[Wrong, ...], *, asked: bool, changed: str | None = None
) -> Response:
    found, last, staff = await asyncio.gather(
        cases.ward(reader.ask, reader.named("ward_id")), hearing.last(reader), cases.staff(reader.ask)
    )
    case = ward_round.find(found, reader.named("case_id"))
    if case is None:
        raise NotFound
    chosen = one(written, "show")
    form = ward_round.present(found, case, staff.items, chosen=chosen if chosen in WARD_FILTERS else "", now=reader.now)
    form, problems = ward_round.again(form, written, wrongs, asked=asked, changed=changed)
    return drawn(reader, found, last, form, problems, chosen=chosen)


ROUTES: list[Route] = [door("/wards/{ward_id}/beds/{case_id}", save, allow=CARE, method="POST")]
