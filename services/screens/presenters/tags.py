"""Tags: few words, one colour one meaning on every page.

Blue for a state, yellow for waiting on somebody, red for what is wrong now, grey for not yet, no colour for done.
"""

from dataclasses import dataclass
from typing import Literal

from shared.contracts.api.admissions import Outcome
from shared.contracts.api.discharge import CaseSummary, TaskStatus, TaskView
from shared.contracts.cases import CaseStatus

Colour = Literal["blue", "yellow", "red", "grey", "white"]


@dataclass(frozen=True, slots=True)
class Tag:
    """A word with its colour; `plain` is shown as text, without a box."""

    text: str
    colour: Colour
    plain: bool = False


_TASKS: dict[TaskStatus, Tag] = {
    TaskStatus.OPEN: Tag("Not started", "grey"),
    TaskStatus.STARTED: Tag("Started", "blue"),
    TaskStatus.WAITING_EXTERNAL: Tag("Waiting", "yellow"),
    TaskStatus.BLOCKED: Tag("Blocked", "yellow"),
    TaskStatus.DONE: Tag("Done", "white", plain=True),
    TaskStatus.NOT_NEEDED: Tag("Not needed", "white", plain=True),
    TaskStatus.CANCELLED: Tag("Cancelled", "white", plain=True),
}
FINISHED = frozenset({TaskStatus.DONE, TaskStatus.NOT_NEEDED, TaskStatus.CANCELLED})


def of_task(task: TaskView) -> Tag:
    """The status of a task. That it is past its time is said beside its time: it may be blocked besides."""
    return _TASKS[task.status]


def of_case(case: CaseSummary) -> Tag:
    """Where a person is on the way home, the same words everywhere."""
    if case.person.deceased:
        return Tag("Died", "grey")
    match case.status:
        case CaseStatus.FOLLOWING:
            return Tag("At home", "blue")
        case CaseStatus.CLOSED:
            return Tag("Closed", "white", plain=True)
        case CaseStatus.WITHDRAWN:
            return Tag("Admission undone", "white", plain=True)
        case CaseStatus.OPEN:
            return _of_open_case(case)


def _of_open_case(case: CaseSummary) -> Tag:
    if case.delay is not None:
        return Tag("Delayed", "red")
    if case.ready_since is not None:
        return Tag("Can go", "blue")
    if case.meets_criteria is None:
        return Tag("Not reviewed", "grey")
    return Tag("Not yet", "grey")


_OUTCOMES: dict[Outcome, Tag] = {
    Outcome.APPLIED: Tag("Applied", "white", plain=True),
    Outcome.NO_EFFECT: Tag("No effect", "grey"),
    Outcome.QUARANTINED: Tag("Quarantined", "red"),
    Outcome.WAITING: Tag("Waiting", "yellow"),
}


def of_outcome(outcome: Outcome) -> Tag:
    """What became of a message."""
    return _OUTCOMES[outcome]
