"""One case, and what is done on it with one key: a task done (and undone), a hand-over accepted."""

import asyncio
import contextlib

from starlette.background import BackgroundTask
from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import Away, NotAllowed, NotFound, Refused, SignedOut, cases, hand_overs, unless_away
from services.screens.clients import record as record_client
from services.screens.pages import hearing
from services.screens.pages.doors import door, framed, onward, typed
from services.screens.pages.rendering import render
from services.screens.pages.site import Reader
from services.screens.presenters import case, forms, record
from services.screens.presenters.fields import one
from services.screens.presenters.frame import Link, Notice
from services.screens.presenters.tags import FINISHED
from shared.contracts.api.discharge import CaseDetail, ChangeTask, Reassign, TaskStatus
from shared.contracts.api.discharge.offers import AnswerOffer
from shared.contracts.roles import CARE, SIGHT, TAKERS

ACCEPTED = ("Hand-over accepted", "You are the named co-ordinator now.")
JOINT = ("Hand-over accepted, together until a day", "You are the named co-ordinator when that day begins.")
_SAID = {
    "review": ("Review saved", "It is in the history below."),
    "expected-date": ("Expected date saved", "Earlier dates are kept below."),
    "pathway": ("Pathway saved", "Its tasks are in the list."),
    "task": ("Task saved", "Everybody who looks at this case sees it."),
    "reopened": ("Task put back", "It is as it was before it was finished."),
    "added": ("Task added", "It is in the list."),
    "told": ("Saved", "Everybody who works with this person reads it below."),
    "note": ("Note saved", "It is in the record below."),
    "contact": ("Contact saved", "It is in the record below."),
    "accepted": ACCEPTED,
    "taken": ("You have taken this case", "You are the named co-ordinator now."),
    "handed": ("Handed over", "Whoever accepts reads your note first. You stay responsible until then."),
    "kept": ("Kept", "You stay the named co-ordinator on the new ward too."),
    "hand-over-note": ("Note saved", "Whoever takes over reads it."),
    "joint": JOINT,
    "declined": ("You have declined this case", "Below stands who is the named co-ordinator now."),
    "joined": ("You have joined the team", "The named co-ordinator stays as it is."),
    "taken-over": ("You have taken this case over", "You are the named co-ordinator now."),
    "offer-declined": ("You have declined the offer", "It is kept with the case."),
    "given": ("Given", "The person you chose is the named co-ordinator now."),
}
_STALE = Notice(
    "warning",
    "Somebody changed this task first",
    "Nothing was changed for you. The list below shows it as it is now.",
)


_OVERTAKEN = Notice(
    "information",
    "Somebody was there first, or it changed",
    "Nothing was changed for you. Below it stands as it is now.",
)
OVER = "offer-over"
TAKEN_BECAUSE = "Taken while nobody was named"


async def show(reader: Reader) -> Response:
    """The case, with what changed since the reader last looked. That they have looked is told afterwards."""
    case_id = reader.named("case_id")
    cares = bool(reader.roles & CARE)
    # Who comes back from an act of their own knows what they changed.
    back = reader.asked("said") not in (None, "stale", "overtaken")
    found, last, kept, changes = await asyncio.gather(
        cases.case(reader.ask, case_id),
        hearing.last(reader),
        unless_away(record_client.of_case(reader.ask, case_id)) if cares else _nothing(),
        unless_away(cases.changes(reader.ask, case_id)) if cares and not back and not reader.fragment else _nothing(),
    )
    handed = found.summary.hand_over is not None and bool(reader.roles & TAKERS)
    view = await unless_away(hand_overs.of_case(reader.ask, case_id)) if handed else None
    page = case.present(found, reader.who, reader.now, changes, view)
    told = record.present(kept, f"/cases/{case_id}", reader.now, works=page.add_task is not None)
    around = framed(
        reader,
        f"Case: {page.banner.place}",
        freshness=hearing.of_cases(reader, found, last),
        notices=_said(reader, found),
        live=f"/live?on=cases&case={page.case_id}",
        back=case.way_back(found.summary, reader.who),
    )
    template = "regions/case.jinja" if reader.fragment else "pages/case.jinja"
    answer = render(reader.request, template, around, page=page, record=told)
    if reader.roles & CARE and not reader.fragment:
        answer.background = BackgroundTask(_seen, reader, page.case_id, found.summary.version)
    return answer


async def _nothing() -> None:
    return None


async def _seen(reader: Reader, case_id: str, version: int) -> None:
    """A mark that is not kept now is kept at the next look; nor is one of a case that changed while it was read."""
    with contextlib.suppress(Away, NotAllowed, NotFound, Refused, SignedOut):
        await cases.seen(reader.ask, case_id, version)


def _said(reader: Reader, found: CaseDetail) -> list[Notice]:
    if reader.fragment:
        return []
    said = reader.asked("said") or ""
    if said == "stale":
        return [_STALE]
    if said == "overtaken":
        return [_OVERTAKEN]
    if said == "done":
        return _done(reader, found)
    words = _SAID.get(said)
    return [Notice("success", *words)] if words else []


def _done(reader: Reader, found: CaseDetail) -> list[Notice]:
    """A task just done can be put back, as long as nobody changed it since."""
    task = next((task for task in found.tasks if task.task_id == reader.asked("task")), None)
    if task is None or task.status not in FINISHED:
        return []
    undo = f"/cases/{found.summary.case_id}/tasks/{task.task_id}/reopen"
    return [Notice("success", f"Done: {task.title}", "", undo, (("version", str(task.version)),))]


async def task_done(reader: Reader) -> Response:
    """A task is done."""
    return await _change(reader, ChangeTask(status=TaskStatus.DONE), {"said": "done", "task": reader.named("task_id")})


async def task_reopened(reader: Reader) -> Response:
    """A finished task is as it was before."""
    return await _change(reader, ChangeTask(undo=True), {"said": "reopened"})


async def _change(reader: Reader, change: ChangeTask, said: dict[str, str]) -> Response:
    case_id, task_id = reader.named("case_id"), reader.named("task_id")
    form = await typed(reader.request)
    try:
        await cases.change_task(reader.ask, case_id, task_id, change, one(form, "version")[:40] or "0")
    except Refused as refused:
        if not refused.refusal.stale:
            raise
        return onward(f"/cases/{case_id}", {"said": "stale"})
    return onward(f"/cases/{case_id}", said)


async def task_history(reader: Reader) -> Response:
    """How a task came to be as it is."""
    case_id, task_id = reader.named("case_id"), reader.named("task_id")
    found, history, last = await asyncio.gather(
        cases.case(reader.ask, case_id), cases.task_history(reader.ask, case_id, task_id), hearing.last(reader)
    )
    page = forms.history(found, task_id, history, reader.now)
    to_case = Link("The case", f"/cases/{case_id}")
    carer = bool(reader.roles & CARE)
    around = framed(
        reader,
        f"{page.title}: {page.banner.place}",
        freshness=hearing.of_cases(reader, found, last),
        back=page.back if carer else to_case,
        up=to_case if carer else None,
    )
    return render(reader.request, "pages/history.jinja", around, page=page)


async def accept(reader: Reader) -> Response:
    """Take a person that moved to the reader's cluster; back to the list, if it was done there."""
    case_id = reader.named("case_id")
    listed = one(await typed(reader.request), "back") == "people"
    await cases.accept_hand_over(reader.ask, case_id)
    raised = (await cases.case(reader.ask, case_id)).summary.hand_over
    joint = raised is not None and raised.taker_id == reader.who.staff_id
    return onward("/people" if listed else f"/cases/{case_id}", {"said": "joint" if joint else "accepted"})


async def take(reader: Reader) -> Response:
    """Take a person for whom nobody is named; not out of a colleague's hands."""
    case_id = reader.named("case_id")
    form = await typed(reader.request)
    wish = Reassign(coordinator_id=reader.who.staff_id, reason=TAKEN_BECAUSE)
    try:
        await cases.reassign(reader.ask, case_id, wish, one(form, "version")[:40] or "0")
    except NotAllowed:
        return onward(f"/cases/{case_id}", {"said": "overtaken"})
    except Refused as refused:
        if not refused.refusal.stale:
            raise
        return onward(f"/cases/{case_id}", {"said": "overtaken"})
    return onward(f"/cases/{case_id}", {"said": "taken"})


async def answer_offer(reader: Reader) -> Response:
    """Join the team of a case, or take it over, as it was offered."""
    case_id = reader.named("case_id")
    form = await typed(reader.request)
    takes = one(form, "answer") == "take_over"
    body = AnswerOffer(answer="take_over" if takes else "join")
    try:
        await cases.answer_offer(reader.ask, case_id, offer_number(reader), body, one(form, "version")[:40] or "0")
    except Refused as refused:
        if not refused.refusal.stale and refused.refusal.code != OVER:
            raise
        return onward(f"/cases/{case_id}", {"said": "overtaken"})
    return onward(f"/cases/{case_id}", {"said": "taken-over" if takes else "joined"})


def offer_number(reader: Reader) -> int:
    """The number of the offer in the address. Raises `NotFound` for what is none."""
    number = reader.named("number")
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        raise NotFound
    return int(number)


ROUTES: list[Route] = [
    door("/cases/{case_id}", show, allow=SIGHT),
    door("/cases/{case_id}/hand-over", accept, allow=TAKERS, method="POST"),
    door("/cases/{case_id}/offers/{number}", answer_offer, allow=CARE, method="POST"),
    door("/cases/{case_id}/take", take, allow=TAKERS, method="POST"),
    door("/cases/{case_id}/tasks/{task_id}/done", task_done, allow=CARE, method="POST"),
    door("/cases/{case_id}/tasks/{task_id}/history", task_history, allow=SIGHT),
    door("/cases/{case_id}/tasks/{task_id}/reopen", task_reopened, allow=CARE, method="POST"),
]
