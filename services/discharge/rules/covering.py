"""The hospital as naming needs it, made from its setup: which cluster covers which ward, who is on its rota."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from services.discharge.model.cover import ClusterCover, CoveredWard, Hospital, OnRota
from services.discharge.model.hospital import ClusterId, Setup, Shift, WardCluster, WardKind
from services.discharge.model.ward_map import WardMapping
from services.discharge.rules.rota import next_shifts, shifts_between
from services.discharge.rules.ward_map import mapped
from shared.contracts.roles import TAKERS
from shared.london import london_date

ROTA_AHEAD: Final = timedelta(days=7)
SERVES: Final = timedelta(minutes=10)
"""How long a rota that was worked out serves: it reaches further ahead than anybody asks by far more than this."""
_TEMPORARY = frozenset({WardKind.THEATRE, WardKind.LOUNGE})


def hospital_at(setup: Setup, at: datetime, mappings: Sequence[WardMapping] = ()) -> Hospital:
    """The wards, the clusters with their rota for a week from `at` (UTC) on, and the policy of `setup`.

    Wards are found by the codes of `setup` and by those of `mappings` that count on the day of `at`.
    """
    covering = {ward: one.id for one in setup.clusters for ward in one.wards}
    shares = [(share, one.id) for one in setup.clusters for share in one.shares]
    wards: dict[str, CoveredWard] = {}
    more = mapped(mappings, setup, london_date(at))
    for ward in setup.wards:
        counts = ward.counts and ward.kind is not WardKind.VIRTUAL
        by_code = {code: cluster for share, cluster in shares if share.ward == ward.id for code in share.codes}
        by = next((share.by for share, _ in shares if share.ward == ward.id), None)
        known = CoveredWard(ward.id, ward.name, covering.get(ward.id), ward.kind in _TEMPORARY, counts, by, by_code)
        wards |= dict.fromkeys((*ward.codes, *(code for code, means in more.items() if means == ward.id)), known)
    until = at + ROTA_AHEAD
    every = shifts_between(setup.rota, setup.absences, at, until)
    shifts = [one for one in every if one.cluster is not None]
    # Who only ends a shift now is away as soon as it is over, while this still serves.
    working = {shift.staff for shift in shifts if shift.starts > at + SERVES}
    away = [one for one in setup.rota if one.cluster is not None and one.staff not in working]
    back = next_shifts(away, setup.absences, until)
    clusters: dict[str, ClusterCover] = {one.id: _cluster(one, shifts, back, setup) for one in setup.clusters}
    takers = frozenset(one.id for one in setup.staff if one.roles & TAKERS)
    desk = _on_rota(None, every, setup)
    return Hospital(
        setup.trust.code, wards, clusters, setup.policy, frozenset(one.id for one in setup.staff), desk, takers
    )


def _cluster(cluster: WardCluster, shifts: Sequence[Shift], back: Sequence[Shift], setup: Setup) -> ClusterCover:
    rota, later = _on_rota(cluster.id, shifts, setup), _on_rota(cluster.id, back, setup)
    desk = setup.duty_desk
    return ClusterCover(cluster.id, cluster.name, rota, desk.name, desk.phone, later, cluster.lead)


def _on_rota(cluster: ClusterId | None, shifts: Sequence[Shift], setup: Setup) -> tuple[OnRota, ...]:
    by_offer = {*setup.policy.specialists.values()}
    people = {one.id: one for one in setup.staff}
    here = [(shift, people[shift.staff]) for shift in shifts if shift.cluster == cluster and shift.staff in people]
    return tuple(
        OnRota(one.id, one.name, one.phone, shift.starts, shift.ends, one.profession, one.profession in by_offer)
        for shift, one in here
    )
