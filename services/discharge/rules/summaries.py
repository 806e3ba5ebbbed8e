"""A case as a row of a list, and as everything a case page shows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Final

from services.discharge.model.cases import Task
from services.discharge.model.hospital import CO_ORDINATORS, StaffId, StaffMember
from services.discharge.model.offers import Offer
from services.discharge.model.readers import Reader
from services.discharge.model.seen import Seen
from services.discharge.rules import figures
from services.discharge.rules.casework import age_on
from services.discharge.rules.changes import changes_since
from services.discharge.rules.checklist import SETTLED, is_overdue
from services.discharge.rules.delay import by_name, holder
from services.discharge.rules.handing_over import waits_for
from services.discharge.rules.offer_views import offer_view
from services.discharge.rules.situation import next_step
from services.discharge.rules.stop_first import banner
from services.discharge.rules.urgency import is_to_decide, urgency
from shared.contracts.api.discharge import CaseSummary, TaskHistoryEntry, TaskView
from shared.contracts.cases import CaseState, CaseStatus, Holding
from shared.contracts.encounters import EncounterState
from shared.london import london_date, midnight_before

_NOBODY: Final[Mapping[StaffId, StaffMember]] = MappingProxyType({})
_NOT_HELD = "The case has ended."


def summary(
    case: CaseState,
    stay: EncounterState,
    tasks: Sequence[Task],
    reviewed: tuple[bool, datetime] | None,
    seen: Seen | None,
    reader: Reader,
    at: datetime,
    offer: Offer | None = None,
) -> CaseSummary:
    """`case` as a row for `reader`, with its place in the order and why. `offer` is the one that waits for them."""
    step, changed, named = next_step(case, tasks, at), _changed(case, tasks, seen, reader, at), named_for(case)
    order = urgency(case, by_name(step, named) if step else None, changed, reader, at, offer)
    row = partial(CaseSummary, meets_criteria=reviewed[0], reviewed_at=reviewed[1]) if reviewed else CaseSummary
    return row(
        case_id=case.case_id,
        encounter_id=case.encounter_id,
        version=case.version,
        status=case.status,
        person=stay.person,
        age=_age(stay.person.born, at),
        ward_id=case.ward_id,
        ward_name=case.ward_name,
        bed=case.bed,
        cluster_id=case.cluster_id,
        cluster_name=case.cluster_name,
        holding=case.holding or Holding(since=case.at, reason=_NOT_HELD),
        hand_over=case.hand_over,
        to_accept=waits_for(case.hand_over, reader),
        declined_since=case.declined_since,
        offer=offer_view(offer) if offer else None,
        pathway=case.pathway,
        expected_discharge_on=case.expected_discharge_on,
        ready_since=case.ready_since,
        discharge_ready_date=case.discharge_ready_date,
        delay=case.delay,
        moments=case.moments,
        next_task=task_view(step, at, coordinator=named) if step else None,
        open_tasks=case.open_tasks,
        overdue_tasks=sum(is_overdue(task, at) for task in tasks),
        needs_reader=offer is not None or needs_reader(case, tasks, reader, at),
        urgency=order.score,
        why=order.why,
        situation=order.situation,
        changed=changed,
        stop_first=banner(case),
        flags=stay.flags,
        admitted_at=stay.admitted_at,
        left_at=stay.discharged_at,
    )


def named_for(case: CaseState) -> str | None:
    """The name of the case's co-ordinator; None where nobody is named."""
    return case.holding.coordinator_name if case.holding else None


def _changed(
    case: CaseState, tasks: Sequence[Task], seen: Seen | None, reader: Reader, at: datetime
) -> tuple[str, ...]:
    return tuple(one.short for one in changes_since(seen, case, tasks, reader.id, at))


def needs_reader(case: CaseState, tasks: Sequence[Task], reader: Reader, at: datetime) -> bool:
    """True when `reader` has something to do for this person today: a hand-over to accept, a case that was declined to
    decide about, a task of theirs that is due or overdue, or, for the named co-ordinator, the person's leaving or a
    task that only co-ordinators have.
    """
    if case.status not in (CaseStatus.OPEN, CaseStatus.FOLLOWING):
        return False
    today = london_date(at)
    named = case.holding is not None and case.holding.coordinator_id == reader.id
    leaves = named and case.status is CaseStatus.OPEN and case.expected_discharge_on == today
    for_them = waits_for(case.hand_over, reader) or is_to_decide(case, reader)
    return leaves or for_them or any(_is_theirs(one, reader, named, today) for one in tasks)


def _is_theirs(task: Task, reader: Reader, named: bool, today: date) -> bool:  # noqa: FBT001  # of the case, told once
    if task.status in SETTLED or task.due_at is None or london_date(task.due_at) > today:
        return False
    if task.owner_id is not None:
        return task.owner_id == reader.id
    return named and task.owner_profession in CO_ORDINATORS


def _age(born: date | None, at: datetime) -> int | None:
    return age_on(born, london_date(at)) if born else None


def task_view(
    task: Task, at: datetime, staff: Mapping[StaffId, StaffMember] = _NOBODY, *, coordinator: str | None = None
) -> TaskView:
    """A task as it is shown; `staff` are those who work here, by id, `coordinator` is named for the case."""
    owner = staff.get(StaffId(task.owner_id or ""))
    return TaskView(
        task_id=task.task_id,
        code=task.code,
        title=task.title,
        status=task.status,
        version=task.number,
        owner_profession=task.owner_profession,
        owner_id=task.owner_id,
        owner_name=task.owner_name,
        owner_works_as=owner.profession if owner else None,
        held_by=holder(task, coordinator),
        due_at=task.due_at,
        overdue=is_overdue(task, at),
        clock=task.clock.value,
        needs=task.needs,
        waiting_on=task.waiting_on,
        waiting_since=task.waiting_since,
        reason=task.cancelled_by.value if task.cancelled_by else task.note,
        delay_reason=task.delay_reason,
        changed_at=task.changed_at,
        changed_by=task.changed_by,
    )


def history_entry(task: Task) -> TaskHistoryEntry:
    """One state of a task as its history shows it. What nobody in particular did, Homeward did."""
    return TaskHistoryEntry(
        at=task.changed_at,
        by=task.changed_by or "Homeward",
        status=task.status,
        owner_profession=task.owner_profession,
        owner_name=task.owner_name,
        due_at=task.due_at,
        waiting_on=task.waiting_on,
        note=task.cancelled_by.value if task.cancelled_by else task.note,
    )


def counts(rows: Sequence[CaseSummary], reader: Reader, at: datetime) -> Mapping[str, int]:
    """How many of `rows` each filter shows `reader`; `named` are those they hold, `named_can_go` those of them who can
    go and are still here, `died` those who died.
    """
    named = [row for row in rows if row.holding.coordinator_id == reader.id]
    shown = {name: sum(passes(name, row, at) for row in rows) for name in FILTERS}
    can_go = sum(row.ready_since is not None for row in named)
    died = sum(row.status is CaseStatus.CLOSED and row.stop_first is not None for row in rows)
    return {"all": len(rows), **shown, "named": len(named), "named_can_go": can_go, "died": died}


FILTERS = ("can_go", "changed", "hand_over", "today", "declined", "offered")


def passes(name: str, row: CaseSummary, at: datetime) -> bool:
    """Whether the filter `name` shows `row` to its reader: of hand-overs, those to accept; of today, what is theirs;
    declined, those a lead is to decide about; offered, those offered to them; of a figure of the board, whom it counts
    at `at`.
    """
    match name:
        case "can_go":
            return row.ready_since is not None
        case "changed":
            return bool(row.changed)
        case "hand_over":
            return row.to_accept
        case "today":
            return row.needs_reader
        case "declined":
            return row.declined_since is not None
        case "offered":
            return row.offer is not None
        case _:
            return name not in figures.NAMES or _is_counted(name, row, at)


def _is_counted(figure: str, row: CaseSummary, at: datetime) -> bool:
    reviewed = row.reviewed_at is not None and row.reviewed_at >= midnight_before(at)
    return figures.counts_in(
        figure,
        row.status,
        figures.Standing(row.ready_since, row.delay, row.expected_discharge_on, reviewed=reviewed),
        london_date(at),
    )


def in_order(rows: Sequence[CaseSummary]) -> list[CaseSummary]:
    """Most urgent first; then by ward, bed and id, so that the order is the same each time."""
    return sorted(rows, key=lambda row: (-row.urgency, row.ward_name or "", row.bed or "", row.case_id))
