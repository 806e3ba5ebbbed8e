"""The one main thing to do for a person on a list."""

from dataclasses import dataclass

from services.screens.presenters import frame
from shared.contracts.api.discharge import CaseSummary, Pass
from shared.contracts.cases import CaseStatus
from shared.contracts.roles import CARE, Role


@dataclass(frozen=True, slots=True)
class Action:
    """The one main thing to do for a person, and where it is done."""

    text: str
    href: str


def action(case: CaseSummary, who: Pass) -> Action:
    """A hand-over is read and accepted first, an offer answered, a declined case decided; then the task that is next
    and one's own; then the day's review.
    """
    base = f"/cases/{case.case_id}"
    if case.to_accept:
        return Action("Read and accept", f"{base}/hand-over/note")
    if case.offer is not None:
        return Action("Answer the offer", base)
    if case.declined_since is not None and Role.LEAD.value in who.roles:
        return Action("Decide who has it", f"{base}/coordinator")
    task = case.next_task
    if not frame.roles_of(who) & CARE:
        return Action("Open", base)
    if task is not None:
        return Action("Update task", f"{base}/tasks/{task.task_id}")
    if case.status is CaseStatus.OPEN:
        return Action("Record review", f"{base}/review")
    return Action("Open", base)
