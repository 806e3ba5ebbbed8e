"""Who covers which ward, and when: what naming a co-ordinator needs to know of the hospital."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.discharge.model.hospital import SharedBy, TrustPolicy


@dataclass(frozen=True, slots=True)
class CoveredWard:
    """A ward of the trust. `keeps_base`: a temporary place (theatre, endoscopy); the person still belongs to the ward
    they came from. `counts_in_delays`: false where the setup says that its people do not count, and at home (virtual).
    `shared_by`: some of its people are other clusters', by what; which, is told by the code.
    """

    ward_id: str
    name: str
    cluster_id: str | None
    keeps_base: bool = False
    counts_in_delays: bool = True
    shared_by: SharedBy | None = None
    clusters_by_code: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class OnRota:
    """One stretch of duty of somebody, from `starts` until just before `ends` (UTC).

    `by_offer`: of a profession that the trust offers cases to; the rule names them where the rota has nobody else.
    """

    staff_id: str
    name: str
    phone: str | None
    starts: datetime
    ends: datetime
    profession: str = ""
    by_offer: bool = False


@dataclass(frozen=True, slots=True)
class ClusterCover:
    """A ward cluster, its duty desk, and its rota of the week to come, in order of `starts`. `lead` is a staff id.

    `back`: of those who are on its rota and begin no shift in that week, when they next do.
    """

    cluster_id: str
    name: str
    rota: tuple[OnRota, ...]
    duty_desk: str = "the duty desk"
    duty_desk_phone: str | None = None
    back: tuple[OnRota, ...] = ()
    lead: str | None = None


@dataclass(frozen=True, slots=True)
class Hospital:
    """The trust as it is set up: wards by PAS code, clusters by id, policy, and the rota of its duty desk.

    `staff`: who works there, by id (None: not known, for nothing is set up); `takers`: those of them who co-ordinate.
    """

    trust: str
    wards_by_code: Mapping[str, CoveredWard] = field(default_factory=dict[str, CoveredWard])
    clusters: Mapping[str, ClusterCover] = field(default_factory=dict[str, ClusterCover])
    policy: TrustPolicy = field(default_factory=TrustPolicy)
    staff: frozenset[str] | None = None
    desk: tuple[OnRota, ...] = ()
    takers: frozenset[str] = frozenset()

    def has_left(self, staff_id: str | None) -> bool:
        """True for somebody (None: for nobody) who does not work here any more."""
        return staff_id is not None and self.staff is not None and staff_id not in self.staff


@dataclass(frozen=True, slots=True)
class Caseload:
    """What each co-ordinator carries, weighted and by `capacity` (1.0 if not said), and when last given a case."""

    load: Mapping[str, float] = field(default_factory=dict[str, float])
    last_given: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    capacity: Mapping[str, float] = field(default_factory=dict[str, float])
