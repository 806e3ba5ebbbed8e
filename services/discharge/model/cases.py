"""A case, with everything a decision about it needs.

Structs rather than dataclasses: a decision makes a new value of each thing it changes, and of these there are dozens a
case; made and compared in compiled code they cost a tenth.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct, field

from services.discharge.model.offers import Decline, Offer
from services.discharge.model.records import PlanStanding
from shared.contracts.api.discharge import Profession, TaskStatus
from shared.contracts.cases import CaseStatus, DelayCondition, HandOver, Moments, Pathway
from shared.contracts.encounters import EncounterState
from shared.contracts.shape import Instant, Published


class CancelledBy(StrEnum):
    """Why the machine, not a person, cancelled a task."""

    DISCHARGE = "cancelled by discharge"
    DEATH = "cancelled by death"
    WITHDRAWAL = "cancelled with the admission"
    LAPSE = "cancelled when the follow-up lapsed"


class ClosedBecause(StrEnum):
    """Why a case is closed or withdrawn."""

    FOLLOWED_UP = "followed up"
    LAPSED = "the follow-up lapsed"
    DIED = "the person died"
    ADMISSION_UNDONE = "the admission was undone"
    MERGED_AWAY = "the stay is part of another"
    NOT_COORDINATED = "the stay is not one that is co-ordinated"


class TaskClock(StrEnum):
    """Whether a task must be done before the person leaves, or is due after."""

    BEFORE_LEAVING = "before_leaving"
    AFTER_LEAVING = "after_leaving"


class Task(Struct, frozen=True, omit_defaults=True):
    """A task. `number` is its version. `started_at` is when its clock began: when nothing it needs was outstanding.

    `due_by_person` is set when a person chose the due time: it then no longer moves. `resumes_as` is the status it has
    again if what cancelled it is undone.
    """

    task_id: str
    code: str
    title: str
    owner_profession: Profession
    status: TaskStatus
    number: int
    clock: TaskClock
    added_at: datetime
    changed_at: datetime
    needs: tuple[str, ...] = ()
    owner_id: str | None = None
    owner_name: str | None = None
    due_at: datetime | None = None
    due_by_person: bool = False
    started_at: datetime | None = None
    waiting_on: str | None = None
    waiting_since: datetime | None = None
    note: str | None = None
    delay_reason: str | None = None
    changed_by: str | None = None
    cancelled_by: CancelledBy | None = None
    resumes_as: TaskStatus | None = None


class Review(Struct, frozen=True):
    """A criteria-to-reside review: append-only. `true_from` is when it was so, `recorded_at` when it was entered."""

    number: int
    meets_criteria: bool
    true_from: datetime
    recorded_at: datetime
    recorded_by: str
    encounter_id: str
    criteria: tuple[str, ...] = ()
    note: str | None = None


class ExpectedDate(Struct, frozen=True):
    """An expected date of discharge, kept with those before it."""

    number: int
    expected_on: date
    recorded_at: datetime
    recorded_by: str
    encounter_id: str
    reason: str | None = None


class PathwaySet(Struct, frozen=True):
    """A pathway chosen by a person, kept with those before it."""

    number: int
    pathway: Pathway
    recorded_at: datetime
    recorded_by: str
    encounter_id: str
    reason: str | None = None


class Cover(Struct, frozen=True):
    """Until `until` (UTC) the named person is not at work, and `by` answers: the duty desk, or the colleague `by_id`.

    One value, so that no part of an earlier cover outlives it.
    """

    by: str
    phone: str | None
    until: datetime
    by_id: str | None = None


def in_fields(cover: Cover | None) -> dict[str, str | datetime | None]:
    """`cover` as it is kept and announced: always all four fields, empty where nobody covers."""
    if cover is None:
        return {"covered_by": None, "covered_by_id": None, "covered_by_phone": None, "cover_until": None}
    return {
        "covered_by": cover.by,
        "covered_by_id": cover.by_id,
        "covered_by_phone": cover.phone,
        "cover_until": cover.until,
    }


class HeldBy(Struct, frozen=True):
    """The holding of a case: a co-ordinator, or uncovered since.

    `cluster_id` is the cluster it was named from; `uncovered_in` the one that covers the ward and has nobody to name;
    `kept_in` another that the person moved to, where the co-ordinator keeps them. `cover`: somebody else answers.
    """

    number: int
    since: datetime
    reason: str
    explanation: tuple[str, ...] = ()
    coordinator_id: str | None = None
    coordinator_name: str | None = None
    coordinator_phone: str | None = None
    uncovered_since: datetime | None = None
    cluster_id: str | None = None
    cover: Cover | None = None
    kept_in: str | None = None
    uncovered_in: str | None = None


class Note(Struct, frozen=True):
    """An entry of the timeline.

    `kind`, whose word it is: hospital (it told us), person (somebody recorded it), clock (time alone brought it) or
    homeward (worked out from what was told).
    """

    kind: str
    at: datetime
    learned_at: datetime
    text: str
    by: str | None = None


class By(Struct, frozen=True):
    """Who records, and when (UTC)."""

    id: str
    name: str
    at: datetime


class Stood(Published):
    """What the board counted of somebody in hospital."""

    ready_since: Instant | None = None
    delay: DelayCondition | None = None
    expected_on: date | None = None


NO_MOMENTS = Moments()


class CaseFile(Struct, frozen=True):
    """A case as held. Collections are in the order they were recorded; `notes` are only those not yet kept.

    `plan` is how the joint plan stands, by the person it was written about. `stood` is how the case stood before
    anything of it changed on the day (London) of its last change, None if nobody was in hospital; `stood_at` is the
    midnight at which that day began (UTC). `place_told_at` is the time (UTC) of the newest entry of the timeline that
    says where the person is; None while none does.
    """

    trust: str
    case_id: str
    encounter: EncounterState
    version: int
    status: CaseStatus
    opened_at: datetime
    ward_id: str | None = None
    ward_name: str | None = None
    counts_in_delays: bool = True
    cluster_id: str | None = None
    cluster_name: str | None = None
    holding: HeldBy | None = None
    last_holding: int = 0
    hand_over: HandOver | None = None
    tasks: tuple[Task, ...] = ()
    reviews: tuple[Review, ...] = ()
    expected: tuple[ExpectedDate, ...] = ()
    pathways: tuple[PathwaySet, ...] = ()
    plan: Mapping[str, PlanStanding] = field(default_factory=dict[str, PlanStanding])
    moments: Moments = NO_MOMENTS
    delay: DelayCondition | None = None
    delay_ended_by: str | None = None
    delay_ended_because: str | None = None
    ready_since: datetime | None = None
    discharge_ready_date: date | None = None
    overdue_tasks: int = 0
    person_changed_at: datetime | None = None
    place_told_at: datetime | None = None
    closed_because: ClosedBecause | None = None
    closed_at: datetime | None = None
    look_again_at: datetime | None = None
    stood_at: datetime | None = None
    stood: Stood | None = None
    declines: tuple[Decline, ...] = ()
    offers: tuple[Offer, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def encounter_id(self) -> str:
        """The stay this case is about."""
        return self.encounter.encounter_id

    @property
    def is_held(self) -> bool:
        """Open cases, those followed at home among them, have exactly one holding."""
        return self.status in (CaseStatus.OPEN, CaseStatus.FOLLOWING)

    @property
    def undecided(self) -> Decline | None:
        """The decline by who is named now: nobody else could be named, and no lead has decided."""
        held, person = self.holding, self.encounter.person.person_id
        if held is None or held.coordinator_id is None:
            return None
        return next((one for one in self.declines if one.holding == held.number and one.person_id == person), None)

    @property
    def pathway(self) -> Pathway | None:
        """The pathway last set by a person."""
        return self.pathways[-1].pathway if self.pathways else None

    @property
    def expected_on(self) -> date | None:
        """The expected date of discharge: a person's newest, else the hospital's."""
        return self.expected[-1].expected_on if self.expected else self.encounter.expected_discharge_on
