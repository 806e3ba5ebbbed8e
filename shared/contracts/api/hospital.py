"""REST shapes of the hospital as it was set up, of what its systems call the wards, and of who is at work."""

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import model_validator

from shared.contracts.shape import Asked, DayOfOurTime, Instant, Published, ShortText

LONGEST_MAPPED_CODE = 200
MappedCode = ShortText
"""What a code may be to be mapped by hand; messages may name others."""


class BayView(Published):
    """A bay and its beds, in the order they stand."""

    name: str
    beds: tuple[str, ...]


class WardSetup(Published):
    """A ward as it was set up. `codes` are what the PAS calls it."""

    ward_id: str
    name: str
    site: str
    site_name: str
    kind: str
    specialty: str | None = None
    counts: bool
    codes: tuple[str, ...]
    cluster_id: str | None = None
    bays: tuple[BayView, ...] = ()


class WardSetupList(Published):
    """Every ward of the trust, in the order of its setup."""

    items: tuple[WardSetup, ...]


class UnmappedCode(Published):
    """A ward code of the hospital's that no ward answers to: how many people were said to be there, and since when.

    `people` are those in hospital now: nobody is named for them by that ward.
    """

    code: str
    people: int
    stays: int
    since: Instant


class UnmappedCodes(Published):
    """The ward codes that mean no ward today, the one with most people first."""

    items: tuple[UnmappedCode, ...]


class MapWardCode(Asked):
    """Say which ward a code of the hospital's means, from a day until a day, both included, London time.

    Without `valid_until` it holds until it is changed or taken back. A code is never cut: one that is too long, or
    holds control characters or marks that turn the direction, is refused.
    """

    code: MappedCode
    ward_id: ShortText
    valid_from: DayOfOurTime
    valid_until: DayOfOurTime | None = None
    reason: ShortText | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("the last day is before the first")
        return self


class TakeBackMapping(Asked):
    """Take a mapping back, and say why."""

    reason: ShortText


class MappingStands(StrEnum):
    """What a mapping does now.

    `overruled`: the setup file itself says which ward the code is. `ward_closed`: the setup no longer has the ward.
    Both hold again by themselves when the setup file says so no more.
    """

    IN_FORCE = "in_force"
    TO_COME = "to_come"
    OVER = "over"
    OVERRULED = "overruled"
    WARD_CLOSED = "ward_closed"
    TAKEN_BACK = "taken_back"


class WardMapping(Published):
    """Which ward a code means, as somebody said. `version` goes into If-Match to change it or take it back.

    `ward_name` is absent where the setup no longer has the ward. `at` and `by` are of the newest change.
    """

    mapping_id: str
    version: int
    code: str
    ward_id: str
    ward_name: str | None = None
    valid_from: date
    valid_until: date | None = None
    stands: MappingStands
    at: Instant
    by: str
    reason: str | None = None


class WardMappings(Published):
    """Every mapping of the trust by code and first day, those taken back last."""

    items: tuple[WardMapping, ...]


class MappingAct(StrEnum):
    """What was done to a mapping."""

    MAPPED = "mapped"
    CHANGED = "changed"
    TAKEN_BACK = "taken_back"


class WardMappingHistory(Published):
    """One state of a mapping: what it said from then on, who said so and why."""

    version: int
    act: MappingAct
    ward_id: str
    valid_from: date
    valid_until: date | None = None
    at: Instant
    by: str
    reason: str | None = None


class SharedWard(Published):
    """What a cluster has of another’s ward: those whose `by` (`specialty`, `residence`) is one of `codes`."""

    ward_id: str
    by: str
    codes: tuple[str, ...]


class ClusterView(Published):
    """A ward cluster, the wards it covers as a whole, those it shares, and its lead."""

    cluster_id: str
    name: str
    wards: tuple[str, ...]
    lead_id: str | None = None
    lead_name: str | None = None
    shares: tuple[SharedWard, ...] = ()


class ClusterList(Published):
    """Every ward cluster of the trust."""

    items: tuple[ClusterView, ...]


class OnDuty(Published):
    """Somebody at work at the instant asked about. No `cluster_id`: on the duty desk. `until` is UTC."""

    staff_id: str
    name: str
    phone: str | None = None
    cluster_id: str | None = None
    until: Instant


class OnDutyList(Published):
    """Who is at work at `at`, and the desk that answers where nobody is."""

    at: Instant
    items: tuple[OnDuty, ...]
    duty_desk: str
    duty_desk_phone: str | None = None
