"""What discharge publishes on `homeward.cases.v1`: the case, who holds it, its conditions. Nothing about the person."""

from datetime import date
from enum import StrEnum

from shared.contracts.shape import Instant, Published


class CaseStatus(StrEnum):
    """Few states. `open`: in hospital; `following`: home, being followed; `withdrawn`: the admission was undone."""

    OPEN = "open"
    FOLLOWING = "following"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Pathway(StrEnum):
    """Discharge pathways 0 to 3 (Hospital discharge and community support guidance, January 2024)."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class Holding(Published):
    """Exactly one of: a named co-ordinator, or the instant since when nobody is. Instants are UTC.

    `cover_until`: the named person is not at work until then; `covered_by` answers meanwhile: the duty desk, or the
    colleague (`covered_by_id`) who accepted them at the end of a shift.
    As announced, `reason` is in Homeward's words, also where a person gave the case away for a reason of their own.
    """

    coordinator_id: str | None = None
    coordinator_name: str | None = None
    coordinator_phone: str | None = None
    since: Instant
    uncovered_since: Instant | None = None
    reason: str
    explanation: tuple[str, ...] = ()
    covered_by: str | None = None
    covered_by_id: str | None = None
    covered_by_phone: str | None = None
    cover_until: Instant | None = None


class HandOver(Published):
    """A hand-over to the cluster the person moved to. The giver stays responsible until it is accepted.

    `accept_by`: when it should have been accepted by, as the trust set it; absent in those raised by an older release.
    `level` says that it was not: 1, it stands with the lead of the cluster; 2, with the trust's duty desk too.
    `joint_until`: a joint one. Whoever accepts it (`taker_id`, at `accepted_at`) stands on the case beside the named
    co-ordinator until that day begins (London), and is named from then; until accepted it waits like any other.
    """

    to_cluster: str
    to_cluster_name: str
    raised_at: Instant
    reason: str
    accept_by: Instant | None = None
    level: int = 0
    joint_until: date | None = None
    taker_id: str | None = None
    taker_name: str | None = None
    taker_phone: str | None = None
    accepted_at: Instant | None = None

    @property
    def waits(self) -> bool:
        """Whether it is still to be accepted; a joint one that was stands until its day."""
        return self.taker_id is None


class Moments(Published):
    """The five moments of a case, each with the instant (UTC) it was reached, or nothing yet.

    The fifth, home and followed up, is two: `left_hospital` and `followed_up`, empty where follow-up lapsed.
    """

    admitted: Instant | None = None
    named: Instant | None = None
    needs_established: Instant | None = None
    needs_met: Instant | None = None
    left_hospital: Instant | None = None
    followed_up: Instant | None = None


class DelayCondition(Published):
    """Ready and still here past the trust's threshold. `level` counts from 1 and rises by the trust's ladder.

    `since`: when the person became ready; `over_since`: when the threshold was passed; `next_at`: when the level rises.
    `waiting_for` and `held_by` name the task that holds the person, in words, and who has it; in general words where
    people wrote a task or an outside body in their own.
    """

    since: Instant
    over_since: Instant
    level: int
    next_at: Instant | None = None
    waiting_for: str | None = None
    held_by: str | None = None
    reason_code: str | None = None


class CaseState(Published):
    """A case as it stands, with its conditions. Conditions that hold are present; those that do not are `None`.

    `delay_ended_by` says why an earlier delay of this case is no longer: `left` (went home), `undone` (the readiness,
    the discharge or the admission was taken back) or `None` when none ended. `delay_ended_because` says in words why
    one was `undone`, and `withdrawn_because` why a case is `withdrawn`; absent in what an older release announced.
    `person_changed_at`: when it was last learned that the stay is under another person's record now (a visit was moved,
    or records were joined or split), and nothing of either person. `own_discharge`: the person, or a relative or
    advocate for them, decided that they leave. `learned_at`: when the hospital's newest fact in it was learned; a fact
    that changes nothing else here is not announced for it alone. `declined_since`: the named co-ordinator declined the
    case then, nobody else could be named, and no lead has decided yet. `offers_waiting`: how many offers of the case to
    a fitting profession wait for an answer.
    """

    case_id: str
    encounter_id: str
    trust: str
    version: int
    status: CaseStatus
    ward_id: str | None = None
    ward_name: str | None = None
    bed: str | None = None
    cluster_id: str | None = None
    cluster_name: str | None = None
    pathway: Pathway | None = None
    expected_discharge_on: date | None = None
    ready_since: Instant | None = None
    discharge_ready_date: date | None = None
    holding: Holding | None = None
    hand_over: HandOver | None = None
    moments: Moments = Moments()
    delay: DelayCondition | None = None
    delay_ended_by: str | None = None
    delay_ended_because: str | None = None
    withdrawn_because: str | None = None
    open_tasks: int = 0
    overdue_tasks: int = 0
    deceased: bool = False
    own_discharge: bool = False
    person_changed_at: Instant | None = None
    declined_since: Instant | None = None
    offers_waiting: int = 0
    learned_at: Instant | None = None
    at: Instant
