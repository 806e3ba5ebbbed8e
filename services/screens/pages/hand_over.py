"""A hand-over of one person: read before it is accepted, written by who gives."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import NotAllowed, Refused, cases, hand_overs
from services.screens.pages import hearing
from services.screens.pages.doors import door, framed, onward, typed
from services.screens.pages.rendering import render
from services.screens.pages.site import Reader
from services.screens.presenters import entries, hand_over, refusals
from services.screens.presenters.fields import FormPage, Typed, Wrong, one, refill, with_wrongs
from services.screens.presenters.frame import Link
from shared.contracts.api.admissions import LastHeard
from shared.contracts.api.discharge import CaseDetail
from shared.contracts.api.discharge.handing_over import ChooseHandOver, HandOverChoice, HandOverView
from shared.contracts.api.discharge.record import HandOverNote
from shared.contracts.roles import CARE, TAKERS
from shared.ids import new_id


async def show(reader: Reader) -> Response:
    """The hand-over: a form for who gives, the note and a button for who takes."""
    found, view, last = await _read(reader)
    if hand_over.is_form(view, reader.who, asked=reader.asked("edit") == "1"):
        return _drawn(reader, found, last, hand_over.form(found, view, reader.now))
    page = hand_over.reading(found, view, reader.who, reader.now)
    case = found.summary
    around = framed(
        reader,
        f"Hand-over: {page.banner.place}",
        freshness=hearing.of_cases(reader, found, last),
        back=Link("My people", "/people"),
        up=Link("The case", f"/cases/{case.case_id}"),
    )
    return render(reader.request, "pages/hand_over.jinja", around, page=page)


async def _read(reader: Reader) -> tuple[CaseDetail, HandOverView, LastHeard | None]:
    case_id = reader.named("case_id")
    return await asyncio.gather(
        cases.case(reader.ask, case_id), hand_overs.of_case(reader.ask, case_id), hearing.last(reader)
    )


def _drawn(
    reader: Reader,
    found: CaseDetail,
    last: LastHeard | None,
    form: FormPage,
    written: Typed | None = None,
    wrongs: Sequence[Wrong] = (),
) -> Response:
    fields = refill(form.fields, written) if written is not None else form.fields
    fields, problems = with_wrongs(fields, wrongs)
    around = framed(
        reader,
        f"{form.title}: {form.banner.place}",
        freshness=hearing.of_cases(reader, found, last),
        problems=problems,
        back=form.cancel,
    )
    page = replace(form, fields=fields, hidden=(*form.hidden, ("once", new_id())))
    return render(reader.request, "pages/form.jinja", around, 422 if wrongs else 200, page=page)


async def send(reader: Reader) -> Response:
    """Send the note, and say how the hand-over is to end; a refusal shows the form with all that was typed in it."""
    case_id, written = reader.named("case_id"), await typed(reader.request)
    wanted = _wanted(reader, written)
    if isinstance(wanted, tuple):
        return await _again(reader, written, wanted)
    try:
        await wanted.save(reader, case_id, written)
    except Refused as refused:
        return await _again(reader, written, refusals.wrongs(refused.refusal), stale=refused.refusal.stale)
    return onward(f"/cases/{case_id}", {"said": wanted.said})


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be saved: the note, unless the person is kept, and how the hand-over is to end, if one waits."""

    note: HandOverNote | None
    choice: ChooseHandOver | None
    encounter_id: str

    @property
    def said(self) -> str:
        """What the case's page says afterwards."""
        if self.choice is None:
            return "hand-over-note"
        return "kept" if self.choice.choice is HandOverChoice.KEEP else "handed"

    async def save(self, reader: Reader, case_id: str, written: Typed) -> None:
        """The note first: whoever accepts reads it. Raises `Refused`."""
        once = one(written, "once")[:48] or None
        if self.note is not None:
            key = f"{once}-note" if once else None
            version = one(written, "note_version")[:9] or "0"
            await hand_overs.send(reader.ask, case_id, self.note, version, self.encounter_id, key)
        if self.choice is not None:
            key = f"{once}-choice" if once else None
            await hand_overs.choose(reader.ask, case_id, self.choice, one(written, "version")[:9] or "0", key)


def _wanted(reader: Reader, written: Typed) -> _Wanted | tuple[Wrong, ...]:
    choice = hand_over.read_choice(written, reader.now) if one(written, "waits") else None
    kept = isinstance(choice, ChooseHandOver) and choice.choice is HandOverChoice.KEEP
    note = None if kept else hand_over.read_note(written)
    about = entries.about(written)
    wrongs = [*(choice if isinstance(choice, tuple) else ()), *(note if isinstance(note, tuple) else ())]
    if isinstance(about, Wrong):
        return (*wrongs, about)
    if isinstance(choice, tuple) or isinstance(note, tuple):
        return tuple(wrongs)
    return _Wanted(note, choice, about)


async def _again(reader: Reader, written: Typed, wrongs: Sequence[Wrong], *, stale: bool = False) -> Response:
    """The form with all that was typed, on what stands now. A note that somebody else sent meanwhile is told."""
    found, view, last = await _read(reader)
    if not hand_over.may_write(view.holding, reader.who):
        raise NotAllowed
    form = hand_over.form(found, view, reader.now)
    if stale:
        form = replace(form, changed=hand_over.changed(view, reader.now))
    return _drawn(reader, found, last, form, written, wrongs)


ROUTES: list[Route] = [
    door("/cases/{case_id}/hand-over/note", show, allow=CARE),
    door("/cases/{case_id}/hand-over/note", send, allow=TAKERS, method="POST"),
]
