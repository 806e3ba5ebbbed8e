"""What changed on a case since somebody last looked: a death first, then in the order it matters to who carries it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

from services.discharge.model.cases import Task
from services.discharge.model.seen import Seen
from services.discharge.rules.casework import UNDER_ANOTHER_RECORD
from services.discharge.rules.checklist import is_overdue
from services.discharge.rules.stop_first import HAS_DIED, OWN_DECISION
from shared.contracts.api.discharge import TaskStatus
from shared.contracts.cases import CaseState, CaseStatus
from shared.words import named_day, named_moment

OWN: Final = "Left on own decision"


class Rank(IntEnum):
    """The order in which changes are told."""

    DIED = 0
    OWN_DISCHARGE = 1
    ANOTHER_RECORD = 2
    NEW = 3
    STANDING = 4
    MOVED = 5
    CRITERIA = 6
    LIMIT = 7
    DATE = 8
    PATHWAY = 9
    TASK_OVERDUE = 10
    TASK_ADDED = 11
    TASK_DONE = 12
    HAND_OVER = 13
    COORDINATOR = 14
    DECLINED = 15


@dataclass(frozen=True, slots=True)
class Change:
    """A change: `short` for a row of a list, `told` as a sentence."""

    rank: Rank
    short: str
    told: str


def changes_since(
    seen: Seen | None, now: CaseState, tasks: Sequence[Task], reader_id: str, at: datetime
) -> tuple[Change, ...]:
    """What changed since the reader last looked, the most important first.

    Who never looked has nothing to compare with: beside a death and somebody's leaving on their own decision, only a
    case they are named for is told, as “New”, until they look.
    """
    if seen is None:
        return _never_looked(now, reader_id)
    compare: tuple[Callable[[CaseState, CaseState], Change | None], ...] = (
        _died, _own, _another_record, _standing, _moved, _criteria, _limit, _date, _pathway, _hand_over, _coordinator,
        _declined,
    )  # fmt: skip
    found = [change for one in compare if (change := one(seen.case, now)) is not None]
    return tuple(sorted([*found, *_tasks(tasks, seen.at, at)], key=lambda change: change.rank))


def _never_looked(now: CaseState, reader_id: str) -> tuple[Change, ...]:
    if now.deceased:
        return (Change(Rank.DIED, "Has died", HAS_DIED),)
    if now.own_discharge and now.status is CaseStatus.FOLLOWING:
        return (Change(Rank.OWN_DISCHARGE, OWN, OWN_DECISION),)
    held = now.holding
    if held is not None and held.coordinator_id == reader_id:
        return (Change(Rank.NEW, "New", f"You were named: {held.reason}"),)
    return ()


def _died(seen: CaseState, now: CaseState) -> Change | None:
    if now.deceased and not seen.deceased:
        return Change(Rank.DIED, "Has died", HAS_DIED)
    if seen.deceased and not now.deceased:
        return Change(Rank.DIED, "Death taken back", "The hospital took back that this person has died.")
    return None


def _own(seen: CaseState, now: CaseState) -> Change | None:
    new = now.own_discharge and not seen.own_discharge and not now.deceased
    return Change(Rank.OWN_DISCHARGE, OWN, OWN_DECISION) if new else None


def _another_record(seen: CaseState, now: CaseState) -> Change | None:
    if now.person_changed_at is None or now.person_changed_at == seen.person_changed_at:
        return None
    return Change(Rank.ANOTHER_RECORD, "Another person’s record", UNDER_ANOTHER_RECORD)


def _standing(seen: CaseState, now: CaseState) -> Change | None:
    if seen.status is now.status or now.deceased:
        return None
    short = {CaseStatus.FOLLOWING: "Went home", CaseStatus.OPEN: "Back in hospital"}.get(now.status, "Ended")
    told = {
        CaseStatus.FOLLOWING: "Left hospital; the follow-up goes on.",
        CaseStatus.OPEN: "In hospital again.",
        CaseStatus.CLOSED: "The follow-up ended, and the case with it.",
        CaseStatus.WITHDRAWN: "The admission was taken back.",
    }[now.status]
    return Change(Rank.STANDING, short, told)


def _moved(seen: CaseState, now: CaseState) -> Change | None:
    if (seen.ward_id, seen.bed) == (now.ward_id, now.bed):
        return None
    bed = f", bed {now.bed}" if now.bed else ""
    return Change(Rank.MOVED, "Moved", f"Moved to {now.ward_name or 'a ward not known to Homeward'}{bed}.")


def _criteria(seen: CaseState, now: CaseState) -> Change | None:
    if (seen.ready_since is None) == (now.ready_since is None):
        return None
    if now.ready_since is not None:
        return Change(Rank.CRITERIA, "Can go", f"Can go since {named_moment(now.ready_since)}.")
    if now.status is not CaseStatus.OPEN:
        return None
    return Change(Rank.CRITERIA, "Not ready again", "Not ready to go any more.")


def _limit(seen: CaseState, now: CaseState) -> Change | None:
    if now.delay is None or (seen.delay is not None and now.delay.level <= seen.delay.level):
        return None
    left = f" Still to do: {now.delay.waiting_for}." if now.delay.waiting_for else ""
    return Change(Rank.LIMIT, "Over the limit", f"Over the limit, level {now.delay.level}.{left}")


def _date(seen: CaseState, now: CaseState) -> Change | None:
    before, after = seen.expected_discharge_on, now.expected_discharge_on
    if before == after:
        return None
    slipped = before is not None and after is not None and after > before
    to = named_day(after) if after else "no date"
    was = f", before that {named_day(before)}" if before else ""
    return Change(Rank.DATE, "Date slipped" if slipped else "Date changed", f"Expected to leave: {to}{was}.")


def _pathway(seen: CaseState, now: CaseState) -> Change | None:
    if now.pathway is None or seen.pathway is now.pathway:
        return None
    return Change(Rank.PATHWAY, "Pathway set", f"Pathway {now.pathway.value[1]} was set.")


def _hand_over(seen: CaseState, now: CaseState) -> Change | None:
    if seen.hand_over == now.hand_over or now.status is not CaseStatus.OPEN:
        return None
    raised = now.hand_over
    if raised is not None and raised.joint_until is not None and not raised.waits:
        told = f"{raised.taker_name} stands on the case too, and is named from {named_day(raised.joint_until)}."
        return Change(Rank.HAND_OVER, "Joint hand-over", told)
    if raised is not None:
        late = f", late since {named_moment(raised.accept_by)}" if raised.level and raised.accept_by else ""
        told = f"Hand-over to {raised.to_cluster_name} waits to be accepted{late}."
        return Change(Rank.HAND_OVER, "Hand-over late" if late else "Hand-over", told)
    return Change(Rank.HAND_OVER, "Hand-over settled", "The hand-over no longer waits.")


def _coordinator(seen: CaseState, now: CaseState) -> Change | None:
    before, after = _holder(seen), _holder(now)
    if before == after or now.holding is None:
        return None
    name = now.holding.coordinator_name
    if name is None:
        return Change(Rank.COORDINATOR, "Nobody named", f"Nobody is named: {now.holding.reason}")
    return Change(Rank.COORDINATOR, "New co-ordinator", f"{name} is now the named co-ordinator.")


def _declined(seen: CaseState, now: CaseState) -> Change | None:
    if now.declined_since is None or now.declined_since == seen.declined_since or now.holding is None:
        return None
    told = f"{now.holding.coordinator_name} declined the case, and nobody else could be named. A lead decides."
    return Change(Rank.DECLINED, "Declined", told)


def _holder(case: CaseState) -> str | None:
    return case.holding.coordinator_id if case.holding else None


def _tasks(tasks: Sequence[Task], since: datetime, at: datetime) -> list[Change]:
    late = [task for task in tasks if is_overdue(task, at) and task.due_at is not None and task.due_at > since]
    added = [task for task in tasks if task.added_at > since and task.status is not TaskStatus.CANCELLED]
    done = [task for task in tasks if task.status is TaskStatus.DONE and task.changed_at > since]
    groups = ((Rank.TASK_OVERDUE, "overdue", late), (Rank.TASK_ADDED, "added", added), (Rank.TASK_DONE, "done", done))
    return [
        Change(rank, f"{_counted(len(some))} {word}", f"{word.capitalize()}: {'; '.join(one.title for one in some)}.")
        for rank, word, some in groups
        if some
    ]


def _counted(number: int) -> str:
    return "Task" if number == 1 else f"{number} tasks"
