"""The one main thing to do for a person on a list."""

from dataclasses import dataclass

from services.screens.presenters import frame
from shared.contracts.api.discharge import CaseSummary, Pass
from shared.contracts.cases import CaseStatus
from shared.contracts.roles import CARE, TAKERS, Role


@dataclass(frozen=True, slots=True)
class Action:
    """The one main thing to do for a person, and where it is done."""

    text: str
    href: str


def is_to_accept(case: CaseSummary, who: Pass) -> bool:
    """Whether the row is there to be accepted: by the cluster, or by the duty desk, as far as it has come."""
    raised = case.hand_over
    if raised is None or not raised.waits or not frame.roles_of(who) & TAKERS:
        return False
    at_desk = raised.level > 1 and case.holding.coordinator_id != who.staff_id
    return at_desk or raised.to_cluster in who.clusters


def action(case: CaseSummary, who: Pass) -> Action:
    """A hand-over is read and accepted first, an offer answered, a declined case decided; then the task that is next
    and one's own; then the day's review.
    """
    base = f"/cases/{case.case_id}"
    if is_to_accept(case, who):
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
