"""The checklist of a case: which tasks it has, when they are due, and what becomes of them when the stay changes."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from msgspec.structs import replace

from services.discharge.model.cases import CancelledBy, Task, TaskClock
from services.discharge.rules.due import Anchors, due_at
from services.discharge.rules.task_templates import CATALOGUE
from shared.contracts.api.discharge import TaskStatus

FINISHED = frozenset({TaskStatus.DONE, TaskStatus.NOT_NEEDED})
SETTLED = FINISHED | {TaskStatus.CANCELLED}


def with_templates(
    case_id: str, tasks: Sequence[Task], codes: Iterable[str], at: datetime, anchors: Anchors | None = None
) -> tuple[Task, ...]:
    """`tasks` and those of `codes` that are not among them, timed where `anchors` are given: a task of the catalogue
    appears once.
    """
    held = {task.code for task in tasks}
    added = [code for code in codes if code not in held]
    outstanding = {task.code for task in tasks if task.status not in SETTLED}.union(added)
    return (*tasks, *(_laid_out(case_id, code, at, outstanding, anchors) for code in added))


def from_template(case_id: str, code: str, at: datetime) -> Task:
    """The task `code` of the catalogue, as it is on the day it is added. Raises KeyError for an unknown code."""
    return _laid_out(case_id, code, at, frozenset(), None)


def _laid_out(case_id: str, code: str, at: datetime, outstanding: AbstractSet[str], anchors: Anchors | None) -> Task:
    template = CATALOGUE[code]
    started = at if anchors is not None and outstanding.isdisjoint(template.needs) else None
    return Task(
        task_id=f"{case_id}.{code}",
        code=code,
        title=template.title,
        owner_profession=template.owner,
        status=TaskStatus.OPEN,
        number=1,
        clock=template.clock,
        added_at=at,
        changed_at=at,
        needs=template.needs,
        due_at=due_at(template.target, started, anchors) if anchors is not None else None,
        started_at=started,
        delay_reason=template.delay_reason,
    )


def timed(tasks: Sequence[Task], anchors: Anchors, at: datetime) -> tuple[Task, ...]:
    """`tasks` with the clocks of those that can begin begun, and due times as the facts now are.

    A due time that a person set does not move. A finished task keeps the one it had.
    """
    outstanding = {task.code for task in tasks if task.status not in SETTLED}
    found = tuple(_timed(task, outstanding, anchors, at) for task in tasks)
    # One that is the same is the same object, so that nobody after this compares it again.
    return found if any(new is not old for new, old in zip(found, tasks, strict=True)) else tuple(tasks)


def _timed(task: Task, outstanding: set[str], anchors: Anchors, at: datetime) -> Task:
    if task.status in SETTLED:
        return task
    started = task.started_at
    if started is None and not outstanding.intersection(task.needs):
        started = at if task.needs else task.added_at
    due = task.due_at
    if not task.due_by_person and task.code in CATALOGUE:
        due = due_at(CATALOGUE[task.code].target, started, anchors)
    return task if (started, due) == (task.started_at, task.due_at) else replace(task, started_at=started, due_at=due)


def cancelled(tasks: Sequence[Task], why: CancelledBy, at: datetime) -> tuple[Task, ...]:
    """`tasks` with every unfinished one cancelled; a discharge leaves what is due after leaving."""
    return tuple(_cancelled(task, why, at) for task in tasks)


def _cancelled(task: Task, why: CancelledBy, at: datetime) -> Task:
    keeps = why is CancelledBy.DISCHARGE and task.clock is TaskClock.AFTER_LEAVING
    if task.status in SETTLED or keeps:
        return task
    return replace(
        task,
        status=TaskStatus.CANCELLED,
        number=task.number + 1,
        cancelled_by=why,
        resumes_as=task.status,
        changed_at=at,
        changed_by=None,
    )


def resumed(tasks: Sequence[Task], at: datetime) -> tuple[Task, ...]:
    """`tasks` with every one that the machine cancelled as it was before."""
    return tuple(
        replace(
            task,
            status=task.resumes_as,
            number=task.number + 1,
            cancelled_by=None,
            resumes_as=None,
            changed_at=at,
            changed_by=None,
        )
        if task.resumes_as is not None
        else task
        for task in tasks
    )


def overdue(tasks: Sequence[Task], at: datetime) -> tuple[Task, ...]:
    """The unfinished tasks whose due time has passed."""
    return tuple(task for task in tasks if is_overdue(task, at))


def is_overdue(task: Task, at: datetime) -> bool:
    """True when `task` is unfinished and its due time has passed."""
    return task.status not in SETTLED and task.due_at is not None and task.due_at <= at


def next_due(tasks: Sequence[Task]) -> Task | None:
    """The unfinished task that is due first; one that waits for another comes after those that do not."""
    outstanding = {task.code for task in tasks if task.status not in SETTLED}
    waiting = [task for task in tasks if task.status not in SETTLED]
    far = datetime.max.replace(tzinfo=UTC)
    return min(
        waiting,
        key=lambda task: (
            bool(outstanding.intersection(task.needs)),
            task.due_at or far,
            task.code,
        ),
        default=None,
    )
