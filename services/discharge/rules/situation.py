"""What is next for a person, and the case in one sentence: the same on every page."""

from collections.abc import Sequence
from datetime import datetime

from services.discharge.model.cases import Task, TaskClock
from services.discharge.rules.checklist import is_overdue, next_due
from services.discharge.rules.delay import holder, most_in_the_way
from services.discharge.rules.spoken import at_time, on_date, since_day
from shared.contracts.api.discharge import TaskStatus
from shared.contracts.cases import CaseState, CaseStatus
from shared.london import london_date
from shared.words import PROFESSIONS, clock_time, short_day

NOTHING_ELSE = "nothing else is outstanding"


def next_step(case: CaseState, tasks: Sequence[Task], at: datetime) -> Task | None:
    """The task that a page names for this person, if any.

    Of somebody who can go, what holds them, as the board says; before that, what is due first before they leave. At
    home, what is due first. Of a case that has ended, nothing.
    """
    match case.status:
        case CaseStatus.OPEN if case.ready_since is not None:
            return most_in_the_way(tasks, at)
        case CaseStatus.OPEN:
            return next_due([task for task in tasks if task.clock is TaskClock.BEFORE_LEAVING])
        case CaseStatus.FOLLOWING:
            return next_due(tasks)
        case CaseStatus.CLOSED | CaseStatus.WITHDRAWN:
            return None


def situation(case: CaseState, step: Task | None, at: datetime) -> str:
    """The case in one sentence, made from its state."""
    match case.status:
        case CaseStatus.WITHDRAWN:
            return "The admission was taken back."
        case CaseStatus.CLOSED:
            if case.deceased:
                return "Has died."
            return "Home, and followed up." if case.moments.followed_up else "Home. The time for follow-up ran out."
        case CaseStatus.FOLLOWING:
            start = "Left on their own decision, being followed" if case.own_discharge else "Home, being followed"
        case CaseStatus.OPEN:
            start = f"Can go since {at_time(case.ready_since, at)}" if case.ready_since else "Not ready to go yet"
    parts = [start]
    if step is not None:
        parts.append(f"waiting for {held_up(step, at)}" if case.ready_since else f"next: {step_words(step, at)}")
    elif case.ready_since is not None:
        parts.append(NOTHING_ELSE)
    if case.status is CaseStatus.OPEN and case.expected_discharge_on is not None:
        today = london_date(at)
        was = "was " if case.expected_discharge_on < today else ""
        parts.append(f"{was}expected to leave {on_date(case.expected_discharge_on, today)}")
    return "; ".join(parts) + "."


def step_words(task: Task, at: datetime, *, after_word: bool = False) -> str:
    """What, who holds it, and since or until when: “key safe fitted, Asha Patel, overdue since Thursday”.

    `after_word`: “Overdue” or “Due today” stands before it already.
    """
    when = _when(task, at)
    if after_word:
        when = when.removeprefix("overdue ").removeprefix("due today ")
    return f"{_lower(task.title)}, {_who(task)}" + (f", {when}" if when else "")


def held_up(task: Task, at: datetime) -> str:
    """On whom somebody who can go waits, what for, and since or until when: “Asha Patel: key safe fitted, overdue since
    Thursday”. A task's own name is what is to be done, not what is waited for.
    """
    when = _when(task, at)
    return f"{_who(task)}: {_lower(task.title)}" + (f", {when}" if when else "")


def _who(task: Task) -> str:
    who = holder(task, None)
    return _lower(who) if who == PROFESSIONS[task.owner_profession] else who


def _when(task: Task, at: datetime) -> str:
    match task.status:
        case TaskStatus.WAITING_EXTERNAL:
            return since_day(task.waiting_since or task.changed_at, at)
        case TaskStatus.BLOCKED:
            return f"blocked {since_day(task.changed_at, at)}"
        case _ if task.due_at is None:
            return ""
        case _ if is_overdue(task, at):
            return f"overdue {since_day(task.due_at, at)}"
        case _:
            return f"due {short_day(london_date(task.due_at), london_date(at))} by {clock_time(task.due_at)}"


def _lower(title: str) -> str:
    keeps = title[:2].isupper() or title.startswith(("Care Act", "NHS", "Section"))
    return title if keeps else title[:1].lower() + title[1:]
