"""The forms of a case. A refusal shows the form again with everything typed still in it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import NotFound, Refused, cases
from services.screens.clients import record as record_client
from services.screens.pages import hearing
from services.screens.pages.case import offer_number
from services.screens.pages.doors import door, framed, onward, typed
from services.screens.pages.rendering import render
from services.screens.pages.site import Reader
from services.screens.presenters import choice, entries, forms, record, record_entries, refusals
from services.screens.presenters.fields import FormPage, Typed, Wrong, one, refill, with_wrongs
from services.screens.presenters.overtaken import as_read, caught_up, changed_case, changed_task
from shared.contracts.api.admissions import LastHeard
from shared.contracts.api.discharge import CaseDetail, StaffView, TaskView
from shared.contracts.api.discharge.record import WriteEntry
from shared.contracts.roles import CARE, TAKERS, Role
from shared.ids import new_id

LEADS = frozenset({Role.LEAD})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form is about: the case, when the hospital was last heard, the task of it, and who works here."""

    found: CaseDetail
    last: LastHeard | None
    task: TaskView | None = None
    staff: tuple[StaffView, ...] = ()


Ask = Callable[[Reader], Awaitable[Asked]]
Draw = Callable[[Reader, Asked], FormPage]
Save = Callable[[Reader, Typed], Awaitable[Sequence[Wrong] | None]]


async def _the_case(reader: Reader) -> Asked:
    return Asked(*await asyncio.gather(cases.case(reader.ask, reader.named("case_id")), hearing.last(reader)))


async def _with_staff(reader: Reader) -> Asked:
    asked, staff = await asyncio.gather(_the_case(reader), cases.staff(reader.ask))
    return replace(asked, staff=staff.items)


async def _the_task(reader: Reader) -> Asked:
    asked = await _with_staff(reader)
    task_id = reader.named("task_id")
    task = next((task for task in asked.found.tasks if task.task_id == task_id), None)
    if task is None:
        raise NotFound
    return replace(asked, task=task)


def _draw_task(reader: Reader, asked: Asked) -> FormPage:
    if asked.task is None:
        raise NotFound
    return forms.task(asked.found, asked.task, asked.staff, reader.now)


def _page(
    reader: Reader, form: FormPage, asked: Asked, written: Typed | None = None, wrongs: Sequence[Wrong] = ()
) -> Response:
    fields = refill(form.fields, written) if written is not None else form.fields
    fields, problems = with_wrongs(fields, wrongs)
    hidden = (*form.hidden, ("once", new_id()))
    around = framed(
        reader,
        f"{form.title}: {form.banner.place}",
        freshness=hearing.of_cases(reader, asked.found, asked.last),
        problems=problems,
        back=form.cancel,
    )
    page = replace(form, fields=fields, hidden=hidden)
    return render(reader.request, "pages/form.jinja", around, 422 if wrongs else 200, page=page)


def _shown(ask: Ask, draw: Draw) -> Callable[[Reader], Awaitable[Response]]:
    async def show(reader: Reader) -> Response:
        asked = await ask(reader)
        return _page(reader, draw(reader, asked), asked)

    return show


def _saved(ask: Ask, draw: Draw, save: Save, said: str) -> Callable[[Reader], Awaitable[Response]]:
    async def posted(reader: Reader) -> Response:
        written = await typed(reader.request)
        stale = False
        try:
            wrongs = await save(reader, written)
        except Refused as refused:
            wrongs, stale = refusals.wrongs(refused.refusal), refused.refusal.stale
        if wrongs is None:
            return onward(f"/cases/{reader.named('case_id')}", {"said": said})
        asked = await ask(reader)
        form = draw(reader, asked)
        if stale:
            form = replace(form, changed=_changed(reader, asked, form, written))
            written = caught_up(form.fields, written)
        else:
            form = replace(form, hidden=as_read(form.hidden, written))
        return _page(reader, form, asked, written, wrongs)

    return posted


def _changed(reader: Reader, asked: Asked, form: FormPage, written: Typed) -> str | None:
    if asked.task is not None:
        return changed_task(asked.task, reader.now)
    return changed_case(asked.found, form, written, reader.now)


def _version(written: Typed) -> str:
    return one(written, "version")[:40] or "0"


def _part_seen(written: Typed, part: str, was: str) -> tuple[str, str | None]:
    """What was read of the part a form asks about, for If-Match, and of which stay: whatever else of the case changed
    since is no reason to ask again. A form that does not say both is held to the whole case.
    """
    about = entries.about(written)
    if was not in written or isinstance(about, Wrong):
        return _version(written), None
    return f"{part}-{one(written, was)[:10] or 'none'}", about


def _once(written: Typed) -> str | None:
    return one(written, "once")[:64] or None


async def _save_review(reader: Reader, written: Typed) -> Sequence[Wrong] | None:
    body = entries.review(written, reader.now)
    if isinstance(body, tuple):
        return body
    await cases.record_review(reader.ask, reader.named("case_id"), body, _once(written))
    return None


async def _save_expected_date(reader: Reader, written: Typed) -> Sequence[Wrong] | None:
    body = entries.expected_date(written, reader.now)
    if isinstance(body, tuple):
        return body
    seen, about = _part_seen(written, "expected", "expected_was")
    await cases.set_expected_date(reader.ask, reader.named("case_id"), body, seen, _once(written), about)
    return None


async def _save_pathway(reader: Reader, written: Typed) -> Sequence[Wrong] | None:
    body = entries.pathway(written)
    if isinstance(body, tuple):
        return body
    seen, about = _part_seen(written, "pathway", "pathway_was")
    await cases.set_pathway(reader.ask, reader.named("case_id"), body, seen, _once(written), about)
    return None


async def _save_task(reader: Reader, written: Typed) -> Sequence[Wrong] | None:
    body = entries.change_task(written, reader.now, owner_was=one(written, "owner_was") or None)
    if isinstance(body, tuple):
        return body
    await cases.change_task(reader.ask, reader.named("case_id"), reader.named("task_id"), body, _version(written))
    return None


async def _save_new_task(reader: Reader, written: Typed) -> Sequence[Wrong] | None:
    body = entries.add_task(written, reader.now)
    if isinstance(body, tuple):
        return body
    await cases.add_task(reader.ask, reader.named("case_id"), body, _once(written))
    return None


async def _save_reassign(reader: Reader, written: Typed) -> Sequence[Wrong] | None:
    body = entries.reassign(written)
    if isinstance(body, tuple):
        return body
    await cases.reassign(reader.ask, reader.named("case_id"), body, _version(written))
    return None


async def _save_decline(reader: Reader, written: Typed) -> Sequence[Wrong] | None:
    body = choice.declined(written)
    if isinstance(body, tuple):
        return body
    await cases.decline(reader.ask, reader.named("case_id"), body, _version(written), _once(written))
    return None


def _draw_offer(reader: Reader, asked: Asked) -> FormPage:
    form = choice.decline_offer_form(asked.found, offer_number(reader), reader.now)
    if form is None:
        raise NotFound
    return form


async def _save_offer(reader: Reader, written: Typed) -> Sequence[Wrong] | None:
    body = choice.offer_declined(written)
    if isinstance(body, tuple):
        return body
    number = offer_number(reader)
    await cases.answer_offer(reader.ask, reader.named("case_id"), number, body, _version(written), _once(written))
    return None


def _into_the_record(read: Callable[[Typed, datetime], WriteEntry | tuple[Wrong, ...]]) -> Save:
    async def save(reader: Reader, written: Typed) -> Sequence[Wrong] | None:
        body = read(written, reader.now)
        if isinstance(body, tuple):
            return body
        about = entries.about(written)
        if isinstance(about, Wrong):
            return (about,)
        await record_client.write(reader.ask, reader.named("case_id"), body, about, _once(written))
        return None

    return save


def _both(path: str, ask: Ask, draw: Draw, save: Save, said: str, allow: frozenset[Role] = CARE) -> list[Route]:
    return [
        door(path, _shown(ask, draw), allow=allow),
        door(path, _saved(ask, draw, save, said), allow=allow, method="POST"),
    ]


_CASE = "/cases/{case_id}"

ROUTES: list[Route] = [
    *_both(f"{_CASE}/review", _the_case, lambda r, a: forms.review(a.found, r.now), _save_review, "review"),
    *_both(
        f"{_CASE}/expected-date",
        _the_case,
        lambda r, a: forms.expected_date(a.found, r.now),
        _save_expected_date,
        "expected-date",
    ),
    *_both(f"{_CASE}/pathway", _the_case, lambda r, a: forms.pathway(a.found, r.now), _save_pathway, "pathway"),
    *_both(
        f"{_CASE}/tasks/new",
        _with_staff,
        lambda r, a: forms.add_task(a.found, a.staff, r.now),
        _save_new_task,
        "added",
    ),
    *_both(
        f"{_CASE}/record/summary",
        _the_case,
        lambda r, a: record.summary_form(a.found, r.now),
        _into_the_record(record_entries.summary),
        "told",
    ),
    *_both(
        f"{_CASE}/record/note",
        _the_case,
        lambda r, a: record.note_form(a.found, r.now),
        _into_the_record(record_entries.note),
        "note",
    ),
    *_both(
        f"{_CASE}/record/contact",
        _the_case,
        lambda r, a: record.contact_form(a.found, r.now),
        _into_the_record(record_entries.contact),
        "contact",
    ),
    *_both(f"{_CASE}/tasks/{{task_id}}", _the_task, _draw_task, _save_task, "task"),
    *_both(
        f"{_CASE}/decline",
        _the_case,
        lambda r, a: choice.decline_form(a.found, r.now),
        _save_decline,
        "declined",
        TAKERS,
    ),
    *_both(f"{_CASE}/offers/{{number}}/decline", _the_case, _draw_offer, _save_offer, "offer-declined"),
    *_both(
        f"{_CASE}/coordinator",
        _with_staff,
        lambda r, a: forms.reassign(a.found, a.staff, r.now),
        _save_reassign,
        "given",
        LEADS,
    ),
]
