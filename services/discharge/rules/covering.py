"""The hospital as naming needs it, made from its setup: which cluster covers which ward, who is on its rota."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from services.discharge.model.cover import ClusterCover, CoveredWard, Hospital, OnRota
from services.discharge.model.hospital import Setup, Shift, StaffId, StaffMember, WardCluster, WardKind
from services.discharge.model.ward_map import WardMapping
from services.discharge.rules.rota import shifts_between
from services.discharge.rules.ward_map import mapped
from shared.london import london_date

ROTA_AHEAD: Final = timedelta(days=7)
_TEMPORARY = frozenset({WardKind.THEATRE, WardKind.LOUNGE})


def hospital_at(setup: Setup, at: datetime, mappings: Sequence[WardMapping] = ()) -> Hospital:
    """The wards, the clusters with their rota for a week from `at` (UTC) on, and the policy of `setup`.

    Wards are found by the codes of `setup` and by those of `mappings` that count on the day of `at`.
    """
    covering = {ward: one.id for one in setup.clusters for ward in one.wards}
    wards: dict[str, CoveredWard] = {}
    more = mapped(mappings, setup, london_date(at))
    for ward in setup.wards:
        counts = ward.counts and ward.kind is not WardKind.VIRTUAL
        known = CoveredWard(ward.id, ward.name, covering.get(ward.id), ward.kind in _TEMPORARY, counts)
        wards |= dict.fromkeys((*ward.codes, *(code for code, means in more.items() if means == ward.id)), known)
    shifts = shifts_between(setup.rota, setup.absences, at, at + ROTA_AHEAD)
    people = {one.id: one for one in setup.staff}
    clusters: dict[str, ClusterCover] = {one.id: _cluster(one, shifts, people, setup) for one in setup.clusters}
    return Hospital(setup.trust.code, wards, clusters, setup.policy)


def _cluster(
    cluster: WardCluster, shifts: Sequence[Shift], people: Mapping[StaffId, StaffMember], setup: Setup
) -> ClusterCover:
    by_offer = {*setup.policy.specialists.values()}
    here = [(shift, people[shift.staff]) for shift in shifts if shift.cluster == cluster.id and shift.staff in people]
    rota = tuple(
        OnRota(one.id, one.name, one.phone, shift.starts, shift.ends, one.profession, one.profession in by_offer)
        for shift, one in here
    )
    return ClusterCover(cluster.id, cluster.name, rota, setup.duty_desk.name, setup.duty_desk.phone)
