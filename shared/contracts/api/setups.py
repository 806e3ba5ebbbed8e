"""REST shapes of setups that are planned for a time, and of what one would change. Nothing here is about a patient."""

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from shared.contracts.shape import Asked, Instant, InstantOfOurTime, Published, ShortText

LONGEST_SETUP = 1024 * 1024
SetupText = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_SETUP, strip_whitespace=False)]
"""A setup file (YAML), as it stands: its lines are counted as they are."""


class PlanAct(StrEnum):
    """What was done to a planned setup."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    APPLIED = "applied"
    REFUSED = "refused"


class PlanStands(StrEnum):
    """How a planned setup stands.

    `overtaken`: the hospital is, or will be by then, another than the one it was planned for; it is refused at its time
    unless somebody confirms it, withdraws it, or the hospital is again as it was. `refused`: that came to pass.
    """

    WAITING = "waiting"
    OVERTAKEN = "overtaken"
    APPLIED = "applied"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class PlanSetup(Asked):
    """Have the hospital become what a setup file says at `effective_at`, which is still to come.

    The file has no part `feeds`: how senders speak is not discharge's, and is loaded with `homeward setup FILE`.
    """

    file: SetupText
    effective_at: InstantOfOurTime
    reason: ShortText | None = None


class ConfirmPlan(Asked):
    """Have a planned setup take effect at its time over the hospital as it is now, and say why."""

    reason: ShortText


class WithdrawPlan(Asked):
    """Have a planned setup not take effect, and say why."""

    reason: ShortText


class SetupPlan(Published):
    """A setup that takes effect at a time. `version` goes into If-Match to confirm or withdraw it.

    `changes` are what it changes of the hospital it was planned for, in words; of one that was applied, what it
    changed. `meanwhile` is what changed since it was planned, of one that is overtaken or was refused. `revision` is
    the number of the setup it became, and `at`, `by` and `reason` are of the newest act.
    """

    plan_id: str
    version: int
    effective_at: Instant
    stands: PlanStands
    changes: tuple[str, ...]
    meanwhile: tuple[str, ...] = ()
    revision: int | None = None
    at: Instant
    by: str
    reason: str | None = None


class SetupPlanFile(SetupPlan):
    """A planned setup with its file."""

    file: str


class SetupPlans(Published):
    """The planned setups of the trust: those that wait or are overtaken by time, then the others, newest first."""

    items: tuple[SetupPlan, ...]


class SetupPlanHistory(Published):
    """One act on a planned setup. `told`: what was then found changed meanwhile, or was changed by applying it."""

    version: int
    act: PlanAct
    at: Instant
    by: str
    reason: str | None = None
    told: tuple[str, ...] = ()
