"""Delay is a fact about time: ready, still here, and past what the trust allows. And what holds the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from services.discharge.model.cases import Task, TaskClock
from services.discharge.model.hospital import CO_ORDINATORS
from services.discharge.rules.checklist import SETTLED, next_due
from services.discharge.rules.task_templates import CATALOGUE
from shared.contracts.api.discharge import TaskStatus
from shared.words import PROFESSIONS

ONLY_LEAVING: Final = "Only leaving: nothing else is outstanding"
OWN_TASK: Final = "Another task, in the team’s own words"
OUTSIDE_BODY: Final = "an outside body"


@dataclass(frozen=True, slots=True)
class Delayed:
    """Delayed since `over_since`, at `level` (1 and up), which rises at `next_at`."""

    since: datetime
    over_since: datetime
    level: int
    next_at: datetime | None


def assess(
    ready_since: datetime | None, threshold: timedelta, ladder: Sequence[timedelta], at: datetime
) -> Delayed | None:
    """How somebody who is here and ready since `ready_since` is delayed at `at`; None while not. All instants UTC.

    `ladder` are the times after the threshold at which the level rises to 2, 3, …
    """
    if ready_since is None:
        return None
    over = ready_since + threshold
    if at < over:
        return None
    steps = [over + step for step in sorted(ladder)]
    passed = sum(1 for step in steps if step <= at)
    return Delayed(ready_since, over, 1 + passed, steps[passed] if passed < len(steps) else None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What holds the person, who has it, and the reason code of the national return it suggests."""

    waiting_for: str
    held_by: str
    reason_code: str | None


def waiting_for(tasks: Sequence[Task], coordinator: str | None, at: datetime) -> Waiting:
    """What holds somebody who can go, in words; with nothing outstanding it is only that they leave."""
    task = most_in_the_way(tasks, at)
    if task is None:
        return Waiting(ONLY_LEAVING, coordinator or "nobody", None)
    return Waiting(task.title, holder(task, coordinator), task.delay_reason)


def told_of_waiting(tasks: Sequence[Task], coordinator: str | None, at: datetime) -> Waiting:
    """As `waiting_for`, with nothing that a person typed: whoever may not know the person may read it."""
    task = most_in_the_way(tasks, at)
    if task is None:
        return waiting_for(tasks, coordinator, at)
    title = task.title if task.code in CATALOGUE else OWN_TASK
    outside = task.status is TaskStatus.WAITING_EXTERNAL and task.waiting_on is not None
    return Waiting(title, OUTSIDE_BODY if outside else holder(task, coordinator), task.delay_reason)


def most_in_the_way(tasks: Sequence[Task], at: datetime) -> Task | None:
    """Of what must be done before leaving: an outside body first, then what is blocked, then what has been overdue
    longest, then what is due first.
    """
    outstanding = [task for task in tasks if task.status not in SETTLED and task.clock is TaskClock.BEFORE_LEAVING]
    outside = [task for task in outstanding if task.status is TaskStatus.WAITING_EXTERNAL]
    if outside:
        return min(outside, key=lambda one: (one.waiting_since or at, one.code))
    blocked = [task for task in outstanding if task.status is TaskStatus.BLOCKED]
    late = [task for task in outstanding if task.due_at is not None and task.due_at <= at]
    free = _not_waiting(blocked, outstanding) or blocked or _not_waiting(late, outstanding) or late
    return min(free, key=lambda one: (one.due_at or at, one.code)) if free else next_due(outstanding)


def holder(task: Task, coordinator: str | None) -> str:
    """Who has a task, in words, of a case that `coordinator` is named for (None: nobody). One that waits on an outside
    body is that body's, not its owner's.
    """
    waits = task.waiting_on if task.status is TaskStatus.WAITING_EXTERNAL else None
    return waits or by_name(task, coordinator).owner_name or PROFESSIONS[task.owner_profession]


def by_name(task: Task, coordinator: str | None) -> Task:
    """`task` as it is spoken of: that of a co-ordinator, with nobody named for it, by the name of the case's own.

    For words alone. It is never kept so: with the next co-ordinator the task is theirs.
    """
    nobodys = task.owner_name is None and task.owner_profession in CO_ORDINATORS
    return replace(task, owner_name=coordinator) if nobodys else task


def _not_waiting(tasks: Sequence[Task], outstanding: Sequence[Task]) -> list[Task]:
    codes = {task.code for task in outstanding}
    return [task for task in tasks if not codes.intersection(task.needs)]
