"""REST shapes of discharge: cases, tasks, reviews, holdings. What a screen shows of a case is one call."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from shared.contracts.api.discharge.offers import DeclineView, OfferView
from shared.contracts.cases import CaseStatus, DelayCondition, HandOver, Holding, Moments, Pathway
from shared.contracts.encounters import PersonDisplay
from shared.contracts.shape import Instant, Published


class TaskStatus(StrEnum):
    """The status list of a task. `waiting_external` says on whom and since when."""

    OPEN = "open"
    STARTED = "started"
    WAITING_EXTERNAL = "waiting_external"
    BLOCKED = "blocked"
    DONE = "done"
    NOT_NEEDED = "not_needed"
    CANCELLED = "cancelled"


class Profession(StrEnum):
    """Owner codes of tasks: who, by profession or organisation, has it."""

    CON = "CON"
    NUR = "NUR"
    DCO = "DCO"
    HSW = "HSW"
    OT = "OT"
    PT = "PT"
    SLT = "SLT"
    DIET = "DIET"
    PHA = "PHA"
    HUB = "HUB"
    DN = "DN"
    CHC = "CHC"
    MHL = "MHL"
    PAL = "PAL"
    HOU = "HOU"
    EQP = "EQP"
    TRN = "TRN"
    FIN = "FIN"
    VCS = "VCS"
    SG = "SG"
    FAM = "FAM"


class TaskView(Published):
    """A task: what, who has it, by when, and what it waits for. `version` goes into If-Match to change it.

    `clock` is `before_leaving` or `after_leaving`. `needs` are the codes of tasks that come first. `held_by` is who has
    it now, in words: the outside body it waits on, else its owner; of a co-ordinator’s task for which nobody is named,
    the one named for the case. `owner_works_as` is what the person named works as here, a profession or the trust's own
    word, also where the task is another profession's.
    """

    task_id: str
    code: str
    title: str
    status: TaskStatus
    version: int
    owner_profession: Profession
    owner_id: str | None = None
    owner_name: str | None = None
    owner_works_as: str | None = None
    held_by: str
    due_at: Instant | None = None
    overdue: bool = False
    clock: str = "before_leaving"
    needs: tuple[str, ...] = ()
    waiting_on: str | None = None
    waiting_since: Instant | None = None
    reason: str | None = None
    delay_reason: str | None = None
    changed_at: Instant
    changed_by: str | None = None


class TaskHistoryEntry(Published):
    """One recorded change of a task. Nothing recorded is overwritten.

    `owner_profession` had it from then on, or `owner_name` of it where somebody was named. `waiting_on` is on whom it
    waited then, outside.
    """

    at: Instant
    by: str
    status: TaskStatus
    owner_profession: Profession | None = None
    owner_name: str | None = None
    due_at: Instant | None = None
    waiting_on: str | None = None
    note: str | None = None


class ReviewView(Published):
    """A criteria-to-reside review. `true_from` is when it was so; `recorded_at` when it was entered."""

    review_id: str
    meets_criteria: bool
    criteria: tuple[str, ...] = ()
    true_from: Instant
    recorded_at: Instant
    recorded_by: str
    note: str | None = None


class ExpectedDateView(Published):
    """One expected date of discharge in its history, newest first."""

    expected_on: date
    recorded_at: Instant
    recorded_by: str
    reason: str | None = None


class TimelineEntry(Published):
    """What happened, newest first.

    `kind`: `hospital` (a fact of the PAS), `person` (an act of somebody), `clock` (time alone brought it) or `homeward`
    (worked out from what was told).
    """

    kind: str
    at: Instant
    learned_at: Instant
    text: str
    by: str | None = None


class Movement(Published):
    """Where the person was, in the trust's words."""

    ward_name: str
    bed: str | None = None
    since: Instant


class CaseSummary(Published):
    """A case as a row of a list. `urgency` sorts (higher first); `why` says in words why it stands where it stands.

    `changed` are words for what changed since this reader last looked ("Moved", "Date slipped"). `situation` is one
    sentence. `next_task` is what holds somebody who can go, else what is due first. `needs_reader`: this reader has
    something to do for them today. `stop_first` are careful words to put first on the page: a death, or leaving on
    one's own decision. The holding of a case that has ended names nobody, and has no `uncovered_since`.
    `to_accept`: the hand-over waits for this reader to accept it. `declined_since`: the named co-ordinator declined it
    then, and a lead is to decide. `offer` is the one that waits for this reader.
    """

    case_id: str
    encounter_id: str
    version: int
    status: CaseStatus
    person: PersonDisplay
    age: int | None = None
    ward_id: str | None = None
    ward_name: str | None = None
    bed: str | None = None
    cluster_id: str | None = None
    cluster_name: str | None = None
    holding: Holding
    hand_over: HandOver | None = None
    to_accept: bool = False
    declined_since: Instant | None = None
    offer: OfferView | None = None
    pathway: Pathway | None = None
    expected_discharge_on: date | None = None
    ready_since: Instant | None = None
    meets_criteria: bool | None = None
    reviewed_at: Instant | None = None
    discharge_ready_date: date | None = None
    delay: DelayCondition | None = None
    moments: Moments
    next_task: TaskView | None = None
    open_tasks: int = 0
    overdue_tasks: int = 0
    needs_reader: bool = False
    urgency: int = 0
    why: str = ""
    situation: str = ""
    changed: tuple[str, ...] = ()
    stop_first: str | None = None
    flags: tuple[str, ...] = ()
    admitted_at: Instant | None = None
    left_at: Instant | None = None


class CaseDetail(Published):
    """Everything a case page shows. `movements` stand as they happened, the newest last.

    `holdings` are newest first; `declines` and `offers` stand as they happened. Those of somebody else the case was
    about before are left out.
    """

    summary: CaseSummary
    tasks: tuple[TaskView, ...] = ()
    reviews: tuple[ReviewView, ...] = ()
    expected_dates: tuple[ExpectedDateView, ...] = ()
    movements: tuple[Movement, ...] = ()
    holdings: tuple[Holding, ...] = ()
    declines: tuple[DeclineView, ...] = ()
    offers: tuple[OfferView, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    data_as_of: Instant | None = None
    at: Instant


class CaseList(Published):
    """Cases in order of urgency. `data_as_of`: when the newest hospital fact known here was learned.

    `counts`: how many each filter shows (`all`, `can_go`, `changed`, `hand_over`, `today`, `declined`, `offered`);
    `named` are those the reader holds, `named_can_go` those of them who can go and are still here, `died` those who
    died.
    """

    items: tuple[CaseSummary, ...]
    total: int
    next: str | None = None
    counts: dict[str, int] = Field(default_factory=dict)
    data_as_of: Instant | None = None
    at: Instant


class BedRow(Published):
    """One bed of a ward: who is in it, or nobody. `case` is absent for people Homeward does not co-ordinate."""

    bay: str | None = None
    bed: str | None = None
    case: CaseSummary | None = None


class WardView(Published):
    """A ward as one row a bed, in bed order."""

    ward_id: str
    ward_name: str
    site_name: str | None = None
    cluster_name: str | None = None
    beds: tuple[BedRow, ...]
    counts: dict[str, int] = Field(default_factory=dict)
    data_as_of: Instant | None = None
    at: Instant


class WardSummary(Published):
    """One ward in the list of wards."""

    ward_id: str
    ward_name: str
    kind: str
    site_name: str | None = None
    cluster_id: str | None = None
    cluster_name: str | None = None
    people: int = 0
    can_go: int = 0


class WardList(Published):
    """All wards of the trust. `data_as_of`: when the newest hospital fact known here was learned; `at`: now."""

    items: tuple[WardSummary, ...]
    data_as_of: Instant | None = None
    at: Instant


class StaffView(Published):
    """Somebody who works here."""

    staff_id: str
    name: str
    profession: str
    roles: tuple[str, ...] = ()
    phone: str | None = None
    cluster_id: str | None = None
    cluster_name: str | None = None
    wards: tuple[str, ...] = ()


class StaffList(Published):
    """Staff, by name."""

    items: tuple[StaffView, ...]
