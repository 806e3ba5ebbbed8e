"""The hospital as its setup describes it: trust, sites, wards, ward clusters, staff and rota."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NewType

from shared.contracts.api.discharge import Profession
from shared.contracts.api.discharge.offers import NeedKind
from shared.contracts.roles import Role

TrustCode = NewType("TrustCode", str)
WardId = NewType("WardId", str)
ClusterId = NewType("ClusterId", str)
StaffId = NewType("StaffId", str)


CO_ORDINATORS: Final = frozenset({Profession.HSW, Profession.DCO})
"""The professions whose tasks are the named co-ordinator's while nobody else is named for them."""

USUAL_SPECIALISTS: Final[Mapping[NeedKind, str]] = {
    NeedKind.DEMENTIA: "MHL",
    NeedKind.MENTAL_ILLNESS: "MHL",
    NeedKind.PHYSICAL_DISABILITY: "OT",
}
"""Which profession fits which kind of need, where a trust does not say."""


class WardKind(StrEnum):
    """What a ward is for."""

    EMERGENCY = "emergency"
    ASSESSMENT = "assessment"
    INPATIENT = "inpatient"
    CRITICAL = "critical"
    MATERNITY = "maternity"
    PAEDIATRIC = "paediatric"
    DAY = "day"
    THEATRE = "theatre"
    LOUNGE = "lounge"
    VIRTUAL = "virtual"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """What a trust decides for itself.

    `adult_from_age` in years. `delay_after`: how long ready and still here before it is a delay. `escalate_after`: how
    long after a delay began each further level is reached, rising. `follow_up_within` and
    `follow_up_lapses_after` (when a follow-up nobody finished ends) count from leaving hospital,
    `accept_handover_within` from the move to another cluster. An offer lapses `answer_offer_within` after it was made,
    or after the next shift of who was asked begins. `specialists`: the owner code of who fits a kind of need.
    """

    adult_from_age: int = 18
    delay_after: timedelta = timedelta(hours=24)
    escalate_after: tuple[timedelta, ...] = (timedelta(hours=24), timedelta(hours=72), timedelta(days=7))
    follow_up_within: timedelta = timedelta(hours=48)
    follow_up_lapses_after: timedelta = timedelta(days=14)
    accept_handover_within: timedelta = timedelta(hours=4)
    answer_offer_within: timedelta = timedelta(hours=24)
    specialists: Mapping[NeedKind, str] = field(default_factory=lambda: dict(USUAL_SPECIALISTS))


@dataclass(frozen=True, slots=True)
class Trust:
    """An NHS trust, by its ODS code."""

    code: TrustCode
    name: str


@dataclass(frozen=True, slots=True)
class DutyDesk:
    """Who answers for the people of a cluster while nobody of the cluster is at work."""

    name: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A hospital site of the trust."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Bay:
    """A bay (the room of an HL7 location) and its beds, in the order they stand."""

    name: str
    beds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward. `codes` are what the PAS calls it; `counts`: its people count in the daily return, and in delays."""

    id: WardId
    name: str
    site: str
    kind: WardKind
    codes: tuple[str, ...]
    counts: bool = True
    specialty: str | None = None
    bays: tuple[Bay, ...] = ()


class SharedBy(StrEnum):
    """By what the people of a ward are shared among clusters."""

    SPECIALTY = "specialty"
    RESIDENCE = "residence"


@dataclass(frozen=True, slots=True)
class WardShare:
    """Those people of a ward whose specialty, or whose council of residence (ODS or GSS code), is one of `codes`."""

    ward: WardId
    by: SharedBy
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WardCluster:
    """Wards that one team of co-ordinators looks after.

    Of a ward one cluster at most has the whole; of its people others may have their `shares`, by one kind of code.
    """

    id: ClusterId
    name: str
    wards: tuple[WardId, ...]
    lead: StaffId | None = None
    shares: tuple[WardShare, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works here. `profession` is an owner code of tasks; `capacity` is their share of a whole caseload.

    A co-ordinator with a capacity of 0.5 is as full with 10 people as one of 1.0 is with 20.
    """

    id: StaffId
    name: str
    profession: str
    roles: frozenset[Role]
    clusters: tuple[ClusterId, ...] = ()
    wards: tuple[WardId, ...] = ()
    phone: str | None = None
    capacity: float = 1.0


@dataclass(frozen=True, slots=True)
class RotaPattern:
    """Hours somebody works every week, in London time, for a cluster or (`cluster` is None) on the duty desk.

    `days` are 0 (Monday) to 6. A shift whose `ends` is not after `starts` ends on the next day.
    """

    staff: StaffId
    cluster: ClusterId | None
    days: frozenset[int]
    starts: time
    ends: time
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """Days somebody is away, both included, London time. A shift that begins on one of them is not worked."""

    staff: StaffId
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Shift:
    """One person at work from `starts` until (not including) `ends`, both UTC."""

    staff: StaffId
    cluster: ClusterId | None
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything one setup file says about one trust."""

    trust: Trust
    policy: TrustPolicy
    duty_desk: DutyDesk
    sites: tuple[Site, ...]
    wards: tuple[Ward, ...]
    clusters: tuple[WardCluster, ...]
    staff: tuple[StaffMember, ...]
    rota: tuple[RotaPattern, ...] = ()
    absences: tuple[Absence, ...] = field(default=())
