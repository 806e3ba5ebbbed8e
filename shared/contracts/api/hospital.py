"""REST shapes of the hospital as it was set up, and of who is at work."""

from shared.contracts.shape import Instant, Published


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
    """The ward codes that are not mapped to a ward, the one with most people first."""

    items: tuple[UnmappedCode, ...]


class ClusterView(Published):
    """A ward cluster, its wards and its lead."""

    cluster_id: str
    name: str
    wards: tuple[str, ...]
    lead_id: str | None = None
    lead_name: str | None = None


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
