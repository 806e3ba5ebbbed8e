"""The five moments of a case: admitted, named, needs established, needs met, home and followed up.

Read from what people record, never typed.
"""

from collections.abc import Sequence
from datetime import datetime

from services.discharge.model.cases import CaseFile, ClosedBecause, Task, TaskClock
from services.discharge.rules.checklist import FINISHED
from services.discharge.rules.task_templates import SCREENING
from shared.contracts.cases import Moments


def moments(file: CaseFile, at: datetime) -> Moments:
    """The moments of `file`. One that was reached keeps its time; one that is no longer so is not there."""
    held = file.moments
    established = needs_established(file)
    met = established and needs_met(file.tasks)
    return Moments(
        admitted=file.encounter.admitted_at,
        named=held.named or _named(file),
        needs_established=(held.needs_established or at) if established else None,
        needs_met=(held.needs_met or at) if met else None,
        left_hospital=file.encounter.discharged_at,
        followed_up=file.closed_at if file.closed_because is ClosedBecause.FOLLOWED_UP else None,
    )


def needs_established(file: CaseFile) -> bool:
    """The screening tasks are done (or a person said they are not needed), and a person has set the pathway."""
    finished = {task.code for task in file.tasks if task.status in FINISHED}
    return file.pathway is not None and finished.issuperset(SCREENING)


def needs_met(tasks: Sequence[Task]) -> bool:
    """Every task that must be done before leaving is done, or a person said it is not needed."""
    before = [task for task in tasks if task.clock is TaskClock.BEFORE_LEAVING]
    return all(task.status in FINISHED for task in before)


def _named(file: CaseFile) -> datetime | None:
    return file.holding.since if file.holding and file.holding.coordinator_id else None
