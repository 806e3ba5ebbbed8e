"""A setup that takes effect at a time, as it was planned and as it stands."""

from dataclasses import dataclass
from datetime import datetime

from services.discharge.model.hospital import Setup
from shared.contracts.api.setups import PlanAct

WAITING_ACTS = frozenset({PlanAct.PLANNED, PlanAct.CONFIRMED})


@dataclass(frozen=True, slots=True)
class SetupPlan:
    """A state of a planned setup: from `at` (UTC) on, that is what was said of it.

    `text` is the file as it was given and `wanted` what it says. `held_then` is the hospital it was made for: the one
    that was held, or that the plan before it leaves. `told` is what was found changed meanwhile, or what it changed.
    """

    plan_id: str
    number: int
    act: PlanAct
    effective_at: datetime
    text: str
    wanted: Setup
    held_then: Setup
    at: datetime
    by_id: str
    by: str
    reason: str | None = None
    told: tuple[str, ...] = ()
    revision: int | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether its time is still to come, as far as anybody decided."""
        return self.act in WAITING_ACTS
