"""Which planned setup is applied when, and which is not: it was made for a hospital that is another meanwhile."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.discharge.model.hospital import Setup
from services.discharge.model.plans import SetupPlan
from services.discharge.rules.setup_changes import changes
from shared.contracts.api.setups import PlanAct, PlanStands

_SETTLED: Final[Mapping[PlanAct, PlanStands]] = {
    PlanAct.APPLIED: PlanStands.APPLIED,
    PlanAct.REFUSED: PlanStands.REFUSED,
    PlanAct.WITHDRAWN: PlanStands.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a plan stands; `meanwhile`: what makes its hospital another than it was planned for, in words."""

    plan: SetupPlan
    stands: PlanStands
    meanwhile: tuple[str, ...] = ()


def waiting(plans: Iterable[SetupPlan]) -> list[SetupPlan]:
    """The plans whose time is to be awaited, in order of time."""
    return sorted((one for one in plans if one.is_waiting), key=lambda one: (one.effective_at, one.plan_id))


def meanwhile(plan: SetupPlan, held: Setup) -> tuple[str, ...]:
    """What is different in `held` from the hospital that `plan` was made for: nothing, or it may not be applied.

    Whether what changed has to do with what the plan changes cannot be told: a person decides it. Where the hospital is
    as the plan wants it already, there is nothing to overwrite.
    """
    return changes(plan.held_then, held) if changes(held, plan.wanted) else ()


def left_before(plans: Iterable[SetupPlan], held: Setup, at: datetime) -> Setup:
    """The hospital as the plans whose time is before `at` leave it, beginning with the one `held`."""
    return _walked(plans, held, at)[1]


def standings(plans: Iterable[SetupPlan], held: Setup) -> list[Standing]:
    """How each plan stands: those that wait or are overtaken by time, then the others, the last settled first."""
    known = [*plans]
    settled = [Standing(one, _SETTLED[one.act], _of_refused(one)) for one in known if not one.is_waiting]
    settled.sort(key=lambda one: (one.plan.at, one.plan.plan_id), reverse=True)
    return [*_walked(known, held, None)[0], *settled]


def _walked(plans: Iterable[SetupPlan], held: Setup, until: datetime | None) -> tuple[list[Standing], Setup]:
    """How the waiting plans stand, each over what those before it leave; a plan that is overtaken leaves nothing."""
    found: list[Standing] = []
    for plan in waiting(plans):
        if until is not None and plan.effective_at >= until:
            break
        differs = meanwhile(plan, held)
        found.append(Standing(plan, PlanStands.OVERTAKEN if differs else PlanStands.WAITING, differs))
        held = held if differs else plan.wanted
    return found, held


def _of_refused(plan: SetupPlan) -> tuple[str, ...]:
    return plan.told if plan.act is PlanAct.REFUSED else ()


def changes_of(plan: SetupPlan) -> tuple[str, ...]:
    """What a plan changes of the hospital it was made for, or of one that was applied what it changed, in words."""
    return plan.told if plan.act is PlanAct.APPLIED else changes(plan.held_then, plan.wanted)
