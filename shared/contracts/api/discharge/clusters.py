"""REST shapes of a ward cluster at work: who carries what, who has nobody, whom nobody has accepted; and shifts."""

from pydantic import Field

from shared.contracts.api.discharge.views import CaseSummary
from shared.contracts.shape import Instant, Published


class WorkerLoad(Published):
    """What somebody of a cluster carries, wherever the people are.

    `load` is weighted by pathways, and by `capacity`, their share of a whole caseload. At work until `on_duty_until`;
    off duty, next from `next_from`. Neither: they are on no rota of the coming week.
    """

    staff_id: str
    name: str
    phone: str | None = None
    people: int
    can_go: int
    load: float
    capacity: float
    on_duty_until: Instant | None = None
    next_from: Instant | None = None


class ClusterAtWork(Published):
    """A cluster: the uncovered first, those waiting to be accepted by it (`waiting`) and by others (`given`), the
    longest first, then who carries what, the most first. For leads, people of no cluster stand with the uncovered.
    `notes` are those sent for the waiting, in a line, by case id.
    """

    cluster_id: str
    name: str
    lead_id: str | None = None
    lead_name: str | None = None
    uncovered: tuple[CaseSummary, ...] = ()
    waiting: tuple[CaseSummary, ...] = ()
    given: tuple[CaseSummary, ...] = ()
    notes: dict[str, str] = Field(default_factory=dict)
    workers: tuple[WorkerLoad, ...] = ()
    data_as_of: Instant | None = None
    at: Instant


class ShiftLine(Published):
    """Somebody whose cover changes at the end of a shift. `note` is a line of what to know, `noted_by` whose words they
    are, Homeward's when absent. `answers` has them next, from `from_at` until `until`; where that is not known, or they
    are the named co-ordinator, there is no end.
    """

    case: CaseSummary
    note: str
    noted_by: str | None = None
    answers: str
    answers_phone: str | None = None
    from_at: Instant
    until: Instant | None = None


class ShiftHandOver(Published):
    """The hand-over at the end of a shift, for who reads it. People in hospital, the most urgent first.

    `ends_at`: when the reader's own duty ends; absent while they are off duty. `give`: those they answer for until
    then. `given`: those of theirs that a colleague answers for. `accept`: those they may answer for from now on.
    `total` is how many there are to accept, where that is more than are told.
    """

    ends_at: Instant | None = None
    give: tuple[ShiftLine, ...] = ()
    given: tuple[ShiftLine, ...] = ()
    accept: tuple[ShiftLine, ...] = ()
    total: int = 0
    data_as_of: Instant | None = None
    at: Instant
