"""The five moments of a case: admitted, named, needs established, needs met, home and followed up.

Read from what people record, never typed: the tasks, the pathway, and the lines of the joint plan.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.discharge.model.cases import CaseFile, ClosedBecause, Task, TaskClock
from services.discharge.model.records import PlanStanding
from services.discharge.rules.checklist import FINISHED
from services.discharge.rules.stop_first import has_died
from services.discharge.rules.task_templates import SCREENING
from shared.contracts.cases import Moments

ADD_ONS: Final = frozenset({
    *(f"T{number}" for number in range(13, 19)), *(f"T{number}" for number in range(36, 40)), "T49", "T50",
})  # fmt: skip
"""What screening may call for and lays out the way home: capacity and safeguarding (T13 to T18), housing, status,
section 117 and out-of-area work (T36 to T39), the formal choice process (T49) and help for a self-funder (T50).
"""


def moments(file: CaseFile, at: datetime) -> Moments:
    """The moments of `file`. One that was reached keeps its time; one that is no longer so is not there. Somebody who
    died did not come home.
    """
    held = file.moments
    established = needs_established(file)
    met = established and needs_met(file.tasks, _plan(file))
    return Moments(
        admitted=file.encounter.admitted_at,
        named=held.named or _named(file),
        needs_established=(held.needs_established or at) if established else None,
        needs_met=(held.needs_met or at) if met else None,
        left_hospital=None if has_died(file.encounter) else file.encounter.discharged_at,
        followed_up=file.closed_at if file.closed_because is ClosedBecause.FOLLOWED_UP else None,
    )


def needs_established(file: CaseFile) -> bool:
    """The screening tasks, and the add-ons they called for, are done (or a person said they are not needed); a person
    has set the pathway; and every need on the plan has an action and an owner.
    """
    finished = {task.code for task in file.tasks if task.status in FINISHED}
    called_for = {task.code for task in file.tasks if task.code in ADD_ONS}
    laid_out = _plan(file).not_laid_out == 0
    return file.pathway is not None and laid_out and finished.issuperset(called_for.union(SCREENING))


def needs_met(tasks: Sequence[Task], plan: PlanStanding) -> bool:
    """Every task that must be done before leaving is done, or a person said it is not needed; and so are the needs of
    the plan that must be met before leaving.
    """
    before = [task for task in tasks if task.clock is TaskClock.BEFORE_LEAVING]
    return plan.not_met == 0 and all(task.status in FINISHED for task in before)


def _plan(file: CaseFile) -> PlanStanding:
    return file.plan.get(file.encounter.person.person_id, PlanStanding())


def _named(file: CaseFile) -> datetime | None:
    return file.holding.since if file.holding and file.holding.coordinator_id else None
