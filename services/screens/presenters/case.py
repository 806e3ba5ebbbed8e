"""Case: what stands between this person and home, and who has it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.screens.presenters import banner, codes, rows, tags, words
from services.screens.presenters.frame import Link
from services.screens.presenters.tags import FINISHED, Tag
from shared.contracts.api.discharge import CaseDetail, CaseSummary, Pass, TaskStatus, TaskView, TimelineEntry
from shared.contracts.cases import CaseStatus
from shared.contracts.roles import Role


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
class Fact:
    """A line of the right column: what is known, where it comes from, and the way to record it."""

    label: str
    value: str
    source: str | None
    change: Link | None
    history: tuple[str, ...] = ()
    history_label: str = ""


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
    """A hand-over that waits. `may_accept` when the reader's cluster is the one."""

    text: str
    action: str
    may_accept: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """The page."""

    case_id: str
    banner: banner.PatientBanner
    standing: Tag
    since: str
    situation: str
    steps: tuple[rows.Step, ...]
    groups: tuple[TaskGroup, ...]
    nothing_left: str | None
    finished: tuple[TaskRow, ...]
    facts: tuple[Fact, ...]
    why_named: tuple[str, ...]
    hand_over: HandOverBox | None
    timeline: tuple[TimelineLine, ...]
    main_action: Link | None
    add_task: Link | None
    reassign: Link | None
    spoken: str


_KINDS = {"hospital": "Hospital system", "person": "Recorded by", "clock": "The clock", "homeward": "Homeward"}


def present(found: CaseDetail, who: Pass, now: datetime) -> CasePage:
    """The page of a case for `who`."""
    case = found.summary
    base = f"/cases/{case.case_id}"
    works = case.status in (CaseStatus.OPEN, CaseStatus.FOLLOWING) and not case.person.deceased
    tag, since = rows.standing(case, now)
    groups = _groups(found.tasks, base, now, works=works)
    lead = Role.LEAD.value in who.roles
    return CasePage(
        case_id=case.case_id,
        banner=banner.present(case, now),
        standing=tag,
        since=since,
        situation=case.situation or case.why or "Nothing is recorded yet.",
        steps=rows.steps(case, now),
        groups=groups,
        nothing_left=None if groups else f"Nothing is left to do. Last checked {words.moment(found.at, now)}.",
        finished=tuple(_task(task, base, now, {}, works=False) for task in found.tasks if task.status in FINISHED),
        facts=_facts(found, base, now, works=works),
        why_named=case.holding.explanation or (case.holding.reason,),
        hand_over=_hand_over(case, who, base, now),
        timeline=tuple(_line(entry, now) for entry in found.timeline),
        main_action=_main_action(case, base, works=works),
        add_task=Link("Add a task", f"{base}/tasks/new") if works else None,
        reassign=Link("Give to somebody else", f"{base}/coordinator") if works and lead else None,
        spoken=f"Case updated {words.moment(found.at, now)}.",
    )


def _main_action(case: CaseSummary, base: str, *, works: bool) -> Link | None:
    if not works or case.status is not CaseStatus.OPEN:
        return None
    return Link("Record a review", f"{base}/review")


def _groups(tasks: Sequence[TaskView], base: str, now: datetime, *, works: bool) -> tuple[TaskGroup, ...]:
    left = [task for task in tasks if task.status not in FINISHED]
    titles = {task.code: task.title for task in left}
    before = tuple(_task(task, base, now, titles, works=works) for task in left if task.clock != "after_leaving")
    after = tuple(_task(task, base, now, titles, works=works) for task in left if task.clock == "after_leaving")
    named = (("Still to do before leaving", before), ("To do after leaving", after))
    return tuple(TaskGroup(f"{heading} ({len(group)})", group) for heading, group in named if group)


def _task(task: TaskView, base: str, now: datetime, titles: Mapping[str, str], *, works: bool) -> TaskRow:
    """`titles` are those of the tasks still to do, by code: what is done already is not waited for."""
    needs = [titles[code] for code in task.needs if code in titles]
    finished = task.status in FINISHED
    when = f"{words.sentence(words.moment(task.changed_at, now))}" + (f", {task.changed_by}" if task.changed_by else "")
    return TaskRow(
        title=task.title,
        href=f"{base}/tasks/{task.task_id}",
        status=tags.of_task(task),
        owner=codes.owner(task.owner_profession, task.owner_name),
        due=when if finished else words.sentence(words.due(task.due_at, now)),
        overdue=task.overdue and not finished,
        waiting=rows.waiting(task, now) if task.status is TaskStatus.WAITING_EXTERNAL else None,
        needs=f"Needs first: {words.listing(needs)}" if needs else None,
        note=task.reason,
        done_action=f"{base}/tasks/{task.task_id}/done" if works and not finished else None,
        version=task.version,
    )


def _facts(found: CaseDetail, base: str, now: datetime, *, works: bool) -> tuple[Fact, ...]:
    return (
        _expected(found, base, now, works=works),
        _ready(found, base, now, works=works),
        _pathway(found.summary, base, works=works),
        _moves(found, now),
        *_odd(found.summary),
    )


def _expected(found: CaseDetail, base: str, now: datetime, *, works: bool) -> Fact:
    case, earlier = found.summary, found.expected_dates
    newest = earlier[0] if earlier else None
    source = f"Set {words.moment(newest.recorded_at, now)} by {newest.recorded_by}" if newest else None
    lines = tuple(
        f"{words.full_date(one.expected_on)}, set {words.moment(one.recorded_at, now)} by {one.recorded_by}"
        + (f": {one.reason}" if one.reason else "")
        for one in earlier
    )
    action = "Change" if case.expected_discharge_on else "Record it"
    return Fact(
        "Expected to leave",
        rows.expected(case, now),
        source,
        Link(action, f"{base}/expected-date") if works else None,
        lines if len(lines) > 1 else (),
        f"All {len(lines)} dates set so far",
    )


def _ready(found: CaseDetail, base: str, now: datetime, *, works: bool) -> Fact:
    case = found.summary
    reviews = tuple(
        f"{words.sentence(words.moment(one.true_from, now))}: "
        + ("needs to be in hospital" if one.meets_criteria else "can go")
        + (f" ({words.listing([codes.CRITERIA.get(code, code) for code in one.criteria])})" if one.criteria else "")
        + f", recorded by {one.recorded_by} {words.moment(one.recorded_at, now)}"
        + (f". {one.note}" if one.note else "")
        for one in found.reviews
    )
    if case.ready_since is not None:
        value = f"Since {words.moment(case.ready_since, now)} ({words.age_of(case.ready_since, now)})"
    elif case.meets_criteria:
        value = "Not yet: still needs to be in hospital"
    else:
        value = words.NOT_RECORDED
    source = f"Reviewed {words.moment(case.reviewed_at, now)}" if case.reviewed_at else "Never reviewed"
    if case.discharge_ready_date is not None:
        source += f". Discharge ready date {words.full_date(case.discharge_ready_date)}"
    change = Link("Record a review", f"{base}/review") if works and case.status is CaseStatus.OPEN else None
    return Fact("Can go", value, source, change, reviews, f"All {words.count(len(reviews), 'review')}")


def _pathway(case: CaseSummary, base: str, *, works: bool) -> Fact:
    value = codes.PATHWAYS[case.pathway] if case.pathway else words.NOT_RECORDED
    change = Link("Change" if case.pathway else "Record it", f"{base}/pathway") if works else None
    return Fact("Pathway", value, None, change)


def _moves(found: CaseDetail, now: datetime) -> Fact:
    lines = tuple(
        f"{move.ward_name}" + (f", bed {move.bed}" if move.bed else "") + f", since {words.moment(move.since, now)}"
        for move in found.movements
    )
    newest = found.movements[0].since if found.movements else None
    since = f"Since {words.moment(newest, now)}" if newest else None
    return Fact("Where", rows.place(found.summary), since, None, lines if len(lines) > 1 else (), "Where before")


def _odd(case: CaseSummary) -> tuple[Fact, ...]:
    """What was odd in the hospital's messages about this stay, if anything was."""
    if not case.flags:
        return ()
    said = words.sentence(words.listing([flag.replace("_", " ").replace("-", " ") for flag in case.flags]))
    return (Fact("Odd in the hospital’s messages", said, None, None),)


def _hand_over(case: CaseSummary, who: Pass, base: str, now: datetime) -> HandOverBox | None:
    if case.hand_over is None:
        return None
    waits = words.age_of(case.hand_over.raised_at, now)
    giver = case.holding.coordinator_name or "Nobody"
    asked = f"To {case.hand_over.to_cluster_name}, waiting {waits}. {case.hand_over.reason.rstrip('.')}."
    text = f"{asked} {giver} stays responsible until it is accepted."
    worker = Role.SOCIAL_WORKER.value in who.roles and case.hand_over.to_cluster in who.clusters
    may = worker or Role.LEAD.value in who.roles
    return HandOverBox(text, f"{base}/hand-over", may)


def _line(entry: TimelineEntry, now: datetime) -> TimelineLine:
    late = abs((entry.learned_at - entry.at).total_seconds()) >= 300
    return TimelineLine(
        when=words.sentence(words.moment(entry.at, now)),
        text=entry.text,
        kind=_KINDS.get(entry.kind, words.sentence(entry.kind)),
        by=entry.by,
        learned=f"Learned {words.moment(entry.learned_at, now)}" if late else None,
    )
