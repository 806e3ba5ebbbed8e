"""Case: what stands between this person and home, and who has it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from services.screens.presenters import banner, choice, codes, hand_over, rows, tags, words
from services.screens.presenters.case_facts import Fact, facts
from services.screens.presenters.frame import Link, roles_of
from services.screens.presenters.tags import FINISHED, Tag
from shared.contracts.api.discharge import CaseDetail, CaseSummary, Pass, TaskStatus, TaskView, TimelineEntry
from shared.contracts.api.discharge.changes import CaseChanges
from shared.contracts.api.discharge.handing_over import HandOverView
from shared.contracts.cases import CaseStatus
from shared.contracts.roles import CARE, TAKERS, Role
from shared.words import listing


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task in the list. `done_fields` are what the one-key "Done" posts; empty when it is finished."""

    title: str
    href: str
    status: Tag
    owner: str
    due: str
    overdue: bool
    waiting: str | None
    needs: str | None
    note: str | None
    done_action: str | None
    version: int


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Tasks under one heading."""

    heading: str
    tasks: tuple[TaskRow, ...]


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """What happened, told by whom; `learned` only where it differs from when it happened."""

    when: str
    text: str
    kind: str
    by: str | None
    learned: str | None


@dataclass(frozen=True, slots=True)
class HandOverBox:
    """A hand-over that waits, or is joint until a day. `accept` is for who may, with the note to read before; `choose`
    for who gives.
    """

    heading: str
    text: str
    accept: Link | None
    note: hand_over.NoteView | None
    choose: Link | None


@dataclass(frozen=True, slots=True)
class TakeBox:
    """Nobody is named, and the reader may be. `version` is the case as it was read."""

    action: str
    version: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed since the reader last looked, the most important first, and when they did."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CasePage:
    """The page. `changed` is there only while something did."""

    case_id: str
    banner: banner.PatientBanner
    heading: str
    changed: Changed | None
    standing: Tag
    since: str
    situation: str
    steps: tuple[rows.Step, ...]
    groups: tuple[TaskGroup, ...]
    nothing_left: str | None
    finished: tuple[TaskRow, ...]
    facts: tuple[Fact, ...]
    choice: choice.ChoiceView
    hand_over: HandOverBox | None
    shift_note: Link | None
    take: TakeBox | None
    timeline: tuple[TimelineLine, ...]
    main_action: Link | None
    add_task: Link | None
    reassign: Link | None
    spoken: str


def way_back(case: CaseSummary, who: Pass) -> Link:
    """The list `who` works from: the ward, for those who work on one; the board, for those who only look."""
    roles = roles_of(who)
    if not roles & CARE:
        return Link("Delays", "/delays")
    if roles & TAKERS or not case.ward_id:
        return Link("My people", "/people")
    return Link(case.ward_name or "The ward", f"/wards/{case.ward_id}")


_KINDS = {"hospital": "Hospital system", "person": "Recorded by", "clock": "The clock", "homeward": "Homeward"}


def present(
    found: CaseDetail,
    who: Pass,
    now: datetime,
    changes: CaseChanges | None = None,
    view: HandOverView | None = None,
) -> CasePage:
    """The page of a case for `who`; it offers only what they may do."""
    case = found.summary
    base = f"/cases/{case.case_id}"
    carer = bool(roles_of(who) & CARE)
    held = case.status in (CaseStatus.OPEN, CaseStatus.FOLLOWING)
    works = carer and held and not case.person.deceased
    tag, since = rows.standing(case, now)
    tasks = _Tasks(base, now, works=works, opens="" if carer else "/history")
    groups = _groups(found.tasks, tasks)
    lead = Role.LEAD.value in who.roles
    return CasePage(
        case_id=case.case_id,
        banner=banner.present(case, now),
        heading=_heading(case),
        changed=_changed(changes, now),
        standing=tag,
        since=since,
        situation=(case.stop_first if case.person.deceased else None) or case.situation or "Nothing is recorded yet.",
        steps=rows.steps(case, now),
        groups=groups,
        nothing_left=None if groups else _nothing_left(case, found.at, now),
        finished=tuple(_task(task, tasks, {}) for task in found.tasks if task.status in FINISHED),
        facts=facts(found, base, now, works=works),
        choice=choice.present(found, who, now, works=works),
        hand_over=_hand_over(case, view, who, base, now),
        shift_note=_shift_note(case, who, base, held=held),
        take=TakeBox(f"{base}/take", str(case.version)) if _may_take(case, who, held=held) else None,
        timeline=tuple(_line(entry, now) for entry in found.timeline),
        main_action=_main_action(case, base, works=works),
        add_task=Link("Add a task", f"{base}/tasks/new") if works else None,
        reassign=Link("Give to somebody else", f"{base}/coordinator") if works and lead else None,
        spoken=f"Case updated {words.moment(found.at, now)}.",
    )


def _heading(case: CaseSummary) -> str:
    """The question of the page, as the case now stands."""
    who = words.spoken_name(case.person)
    if case.person.deceased:
        return f"{who} has died"
    match case.status:
        case CaseStatus.OPEN:
            return f"What stands between {who} and home"
        case CaseStatus.FOLLOWING:
            return f"What is still to do for {who} at home"
        case CaseStatus.CLOSED | CaseStatus.WITHDRAWN:
            return f"What was done for {who}"


def _changed(changes: CaseChanges | None, now: datetime) -> Changed | None:
    if changes is None or not changes.items:
        return None
    looked = f", {words.moment(changes.seen_at, now)}" if changes.seen_at else ""
    heading = f"Changed since you last looked{looked}" if looked else "You have not looked at this case before"
    return Changed(heading, tuple(one.told for one in changes.items))


def _nothing_left(case: CaseSummary, at: datetime, now: datetime) -> str:
    said = "All tasks were stopped." if case.person.deceased else "Nothing is left to do."
    return f"{said} Last checked {words.moment(at, now)}."


def _main_action(case: CaseSummary, base: str, *, works: bool) -> Link | None:
    if not works or case.status is not CaseStatus.OPEN:
        return None
    return Link("Record a review", f"{base}/review")


@dataclass(frozen=True, slots=True)
class _Tasks:
    """What is the same for every task of a page: `works` if the reader may change them, `opens` where a link leads."""

    base: str
    now: datetime
    works: bool
    opens: str


def _groups(tasks: Sequence[TaskView], page: _Tasks) -> tuple[TaskGroup, ...]:
    titles = {task.code: task.title for task in tasks if task.status not in FINISHED}
    left = sorted((task for task in tasks if task.status not in FINISHED), key=lambda task: _first_due(task, titles))
    before = tuple(_task(task, page, titles) for task in left if task.clock != "after_leaving")
    after = tuple(_task(task, page, titles) for task in left if task.clock == "after_leaving")
    named = (("Still to do before leaving", before), ("To do after leaving", after))
    return tuple(TaskGroup(f"{heading} ({len(group)})", group) for heading, group in named if group)


def _first_due(task: TaskView, titles: Mapping[str, str]) -> tuple[bool, datetime, str]:
    """As the sentence above the tasks chooses the next: what waits for another task comes after what does not."""
    return any(code in titles for code in task.needs), task.due_at or datetime.max.replace(tzinfo=UTC), task.code


def _task(task: TaskView, page: _Tasks, titles: Mapping[str, str]) -> TaskRow:
    """`titles` are those of the tasks still to do, by code: what is done already is not waited for."""
    needs = [titles[code] for code in task.needs if code in titles]
    finished = task.status in FINISHED
    now, address = page.now, f"{page.base}/tasks/{task.task_id}"
    overdue = task.overdue and not finished
    when = f"{words.sentence(words.moment(task.changed_at, now))}" + (f", {task.changed_by}" if task.changed_by else "")
    return TaskRow(
        title=task.title,
        href=address + page.opens,
        status=tags.of_task(task),
        owner=codes.has_it(task),
        due=when if finished else words.sentence(f"{'overdue: ' if overdue else ''}{words.due(task.due_at, now)}"),
        overdue=overdue,
        waiting=rows.waiting(task, now) if task.status is TaskStatus.WAITING_EXTERNAL else None,
        needs=f"Needs first: {listing(needs)}" if needs else None,
        note=task.reason,
        done_action=f"{address}/done" if page.works and not finished else None,
        version=task.version,
    )


def _hand_over(case: CaseSummary, view: HandOverView | None, who: Pass, base: str, now: datetime) -> HandOverBox | None:
    raised = case.hand_over
    if raised is None:
        return None
    accept = hand_over.accepting(view, base)
    return HandOverBox(
        "Hand-over waiting to be accepted" if raised.waits else "Two stand on this case",
        hand_over.told(raised, case.holding.coordinator_name, now),
        accept,
        hand_over.note(view, now) if view is not None and accept is not None else None,
        Link("Write the note, keep, or stay together", f"{base}/hand-over/note?edit=1")
        if hand_over.may_write(case.holding, who)
        else None,
    )


def _shift_note(case: CaseSummary, who: Pass, base: str, *, held: bool) -> Link | None:
    """The way to the note for the next shift, for who answers for the person, while no hand-over waits."""
    mine = who.staff_id in (case.holding.coordinator_id, case.holding.covered_by_id)
    if not (held and mine and case.hand_over is None and hand_over.may_write(case.holding, who)):
        return None
    return Link("Note for the next shift", f"{base}/hand-over/note")


def _may_take(case: CaseSummary, who: Pass, *, held: bool) -> bool:
    """Whether nobody is named, and `who` takes cases: then they may, of whichever cluster they are."""
    return held and case.holding.coordinator_id is None and bool(roles_of(who) & TAKERS)


def _line(entry: TimelineEntry, now: datetime) -> TimelineLine:
    late = abs((entry.learned_at - entry.at).total_seconds()) >= 300
    return TimelineLine(
        when=words.sentence(words.moment(entry.at, now)),
        text=entry.text,
        kind=_KINDS.get(entry.kind, words.sentence(entry.kind)),
        by=entry.by,
        learned=f"Learned {words.moment(entry.learned_at, now)}" if late else None,
    )
