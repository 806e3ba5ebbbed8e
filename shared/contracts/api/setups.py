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


class PreviewSetup(Asked):
    """Say what a setup file would change if it were loaded now. It has no part `feeds`, as in `PlanSetup`."""

    file: SetupText


class SetupEffect(StrEnum):
    """What a setup does to a case.

    `ended`: the stay is no longer one that is co-ordinated; `opened`: it is one now. `uncovered`: nobody is named any
    more, or for a case that is opened. `cover`: somebody else answers while the named person is not at work, or until
    another time.
    """

    UNCOVERED = "uncovered"
    ENDED = "ended"
    OPENED = "opened"
    COORDINATOR = "coordinator"
    CLUSTER = "cluster"
    HAND_OVER = "hand_over"
    COVER = "cover"
    WARD = "ward"


class CaseHeldBy(Published):
    """Where a case is counted to, and who holds it. No `coordinator_id`: nobody is named, or the case is not held.

    `covered_by` answers until `cover_until` (UTC). `hand_over_to`: the cluster that was asked to take the case.
    """

    is_held: bool
    ward_id: str | None = None
    ward_name: str | None = None
    cluster_id: str | None = None
    cluster_name: str | None = None
    coordinator_id: str | None = None
    coordinator_name: str | None = None
    covered_by: str | None = None
    cover_until: Instant | None = None
    hand_over_to: str | None = None


class SetupCaseChange(Published):
    """A case that a setup would change, and how; nothing of the person."""

    case_id: str
    effects: tuple[SetupEffect, ...]
    before: CaseHeldBy
    after: CaseHeldBy


class SetupEffectCount(Published):
    """How many cases a setup would change in one way."""

    effect: SetupEffect
    cases: int


class SetupPreview(Published):
    """What a setup would change, and what that would change for people who are in hospital or followed at home.

    `changes` and `in_words` are for people to read. `looked_at` cases were decided as if the setup were loaded at `at`;
    `changed` of them would change, of which `items` are the first, who is uncovered before the others.
    """

    at: Instant
    changes: tuple[str, ...]
    in_words: tuple[str, ...]
    looked_at: int
    changed: int
    counts: tuple[SetupEffectCount, ...]
    items: tuple[SetupCaseChange, ...]
