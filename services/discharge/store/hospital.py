"""Queries about the hospital: policy, wards, clusters, staff and rota, each for one trust."""

from datetime import time, timedelta
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, select

from services.discharge.model.hospital import (
    Absence,
    Bay,
    ClusterId,
    DutyDesk,
    RotaPattern,
    SharedBy,
    Site,
    StaffId,
    StaffMember,
    Trust,
    TrustCode,
    TrustPolicy,
    Ward,
    WardCluster,
    WardId,
    WardKind,
    WardShare,
)
from services.discharge.tables import hospital as t
from shared.contracts.api.discharge.offers import NeedKind
from shared.contracts.roles import Role
from shared.database import Prepared, Reading

_TRUST: BindParameter[str] = bindparam("trust")
_TRUSTS = Prepared(select(t.trusts.c.trust, t.trusts.c.name).order_by(t.trusts.c.trust))
_THE_TRUST = Prepared(select(t.trusts).where(t.trusts.c.trust == _TRUST))
_SITES = Prepared(select(t.sites).where(t.sites.c.trust == _TRUST, t.sites.c.active).order_by(t.sites.c.site))
_WARDS = Prepared(
    select(t.wards).where((t.wards.c.trust == _TRUST) & t.wards.c.active).order_by(t.wards.c.place, t.wards.c.ward)
)
_WARD_MAP = Prepared(
    select(t.ward_codes.c.code, t.ward_codes.c.ward).where(t.ward_codes.c.trust == _TRUST).order_by(t.ward_codes.c.code)
)
_CLUSTERS = Prepared(
    select(t.clusters).where(t.clusters.c.trust == _TRUST, t.clusters.c.active).order_by(t.clusters.c.cluster)
)
_SHARES = Prepared(
    select(t.cluster_shares)
    .where(t.cluster_shares.c.trust == _TRUST)
    .order_by(
        t.cluster_shares.c.cluster, t.cluster_shares.c.ward, t.cluster_shares.c.shared_by, t.cluster_shares.c.code
    )
)
_COVERED = Prepared(
    select(t.cluster_wards.c.ward, t.cluster_wards.c.cluster)
    .where(t.cluster_wards.c.trust == _TRUST)
    .order_by(t.cluster_wards.c.ward)
)
_COVERING = Prepared(
    select(t.cluster_wards.c.cluster).where(
        t.cluster_wards.c.trust == _TRUST, t.cluster_wards.c.ward == bindparam("ward")
    )
)
_WORKING = Prepared(
    select(t.staff).where(t.staff.c.trust == _TRUST, t.staff.c.active).order_by(t.staff.c.name, t.staff.c.staff)
)
_ONE_WORKING = Prepared(
    select(t.staff).where(t.staff.c.trust == _TRUST, t.staff.c.staff == bindparam("staff"), t.staff.c.active)
)
_ROTA = Prepared(select(t.rota).where(t.rota.c.trust == _TRUST).order_by(t.rota.c.line))
_ABSENCES = Prepared(
    select(t.absences).where(t.absences.c.trust == _TRUST).order_by(t.absences.c.staff, t.absences.c.first_day)
)


async def trusts(reading: Reading) -> list[Trust]:
    """Every trust that is set up, by code."""
    return [Trust(TrustCode(row.trust), row.name) for row in await reading.rows(_TRUSTS)]


async def policy(reading: Reading, trust: str) -> TrustPolicy | None:
    """What the trust decided for itself; None if it is not set up."""
    row = await reading.row(_THE_TRUST, {"trust": trust})
    if row is None:
        return None
    return TrustPolicy(
        adult_from_age=row.adult_from_age,
        delay_after=timedelta(seconds=row.delay_after_s),
        escalate_after=tuple(timedelta(seconds=one) for one in row.escalate_after_s),
        follow_up_within=timedelta(seconds=row.follow_up_within_s),
        follow_up_lapses_after=timedelta(seconds=row.follow_up_lapses_after_s),
        accept_handover_within=timedelta(seconds=row.accept_handover_within_s),
        answer_offer_within=timedelta(seconds=row.answer_offer_within_s),
        specialists={NeedKind(need): profession for need, profession in row.specialists.items()},
    )


async def duty_desk(reading: Reading, trust: str) -> DutyDesk | None:
    """Who answers while nobody of a cluster is at work."""
    row = await reading.row(_THE_TRUST, {"trust": trust})
    return None if row is None else DutyDesk(row.duty_desk_name, row.duty_desk_phone)


async def sites(reading: Reading, trust: str) -> list[Site]:
    """The trust's sites, by id; those that were closed are not there."""
    return [Site(row.site, row.name) for row in await reading.rows(_SITES, {"trust": trust})]


async def wards(reading: Reading, trust: str) -> list[Ward]:
    """The trust's wards in the order of the setup."""
    codes: dict[str, list[str]] = {}
    for code, ward in (await ward_map(reading, trust)).items():
        codes.setdefault(ward, []).append(code)
    return [_ward(row, codes.get(row.ward, [])) for row in await reading.rows(_WARDS, {"trust": trust})]


def _ward(row: Row[Any], codes: list[str]) -> Ward:
    return Ward(
        id=WardId(row.ward),
        name=row.name,
        site=row.site,
        kind=WardKind(row.kind),
        codes=tuple(sorted(codes)),
        counts=row.counts,
        specialty=row.specialty,
        bays=tuple(Bay(one["name"], tuple(one["beds"])) for one in row.bays),
    )


async def ward_map(reading: Reading, trust: str) -> dict[str, WardId]:
    """Which ward each of the PAS's ward codes means."""
    return {row.code: WardId(row.ward) for row in await reading.rows(_WARD_MAP, {"trust": trust})}


async def clusters(reading: Reading, trust: str) -> list[WardCluster]:
    """The trust's ward clusters with their wards, by id."""
    covered: dict[str, list[WardId]] = {}
    for ward, cluster in (await clusters_of_wards(reading, trust)).items():
        covered.setdefault(cluster, []).append(ward)
    shares = await _shares(reading, trust)
    return [
        WardCluster(
            ClusterId(row.cluster),
            row.name,
            tuple(covered.get(row.cluster, [])),
            _staff_id(row.lead),
            tuple(shares.get(row.cluster, [])),
        )
        for row in await reading.rows(_CLUSTERS, {"trust": trust})
    ]


async def _shares(reading: Reading, trust: str) -> dict[str, list[WardShare]]:
    """What each cluster has of wards that several share, by ward, the codes in order."""
    codes: dict[tuple[str, str, str], list[str]] = {}
    for row in await reading.rows(_SHARES, {"trust": trust}):
        codes.setdefault((row.cluster, row.ward, row.shared_by), []).append(row.code)
    found: dict[str, list[WardShare]] = {}
    for (cluster, ward, by), some in codes.items():
        found.setdefault(cluster, []).append(WardShare(WardId(ward), SharedBy(by), tuple(some)))
    return found


def _staff_id(value: str | None) -> StaffId | None:
    return None if value is None else StaffId(value)


async def clusters_of_wards(reading: Reading, trust: str) -> dict[WardId, ClusterId]:
    """Which cluster covers each ward; a ward that none covers is not there."""
    return {WardId(row.ward): ClusterId(row.cluster) for row in await reading.rows(_COVERED, {"trust": trust})}


async def cluster_for_ward(reading: Reading, trust: str, ward: str) -> ClusterId | None:
    """The cluster that covers a ward, if any."""
    value = await reading.value(_COVERING, {"trust": trust, "ward": ward})
    return None if value is None else ClusterId(str(value))


async def staff(reading: Reading, trust: str) -> dict[StaffId, StaffMember]:
    """All who work here now, by id, in the order of their names."""
    rows = await reading.rows(_WORKING, {"trust": trust})
    return {StaffId(row.staff): _member(row) for row in rows}


async def staff_member(reading: Reading, trust: str, staff_id: str) -> StaffMember | None:
    """Somebody who works here now."""
    row = await reading.row(_ONE_WORKING, {"trust": trust, "staff": staff_id})
    return None if row is None else _member(row)


def _member(row: Row[Any]) -> StaffMember:
    return StaffMember(
        id=StaffId(row.staff),
        name=row.name,
        profession=row.profession,
        roles=frozenset(Role(one) for one in row.roles),
        clusters=tuple(ClusterId(one) for one in row.clusters),
        wards=tuple(WardId(one) for one in row.wards),
        phone=row.phone,
        capacity=row.capacity,
    )


async def rota(reading: Reading, trust: str) -> list[RotaPattern]:
    """The weekly patterns of the rota in the order of the setup."""
    return [_pattern(row) for row in await reading.rows(_ROTA, {"trust": trust})]


def _pattern(row: Row[Any]) -> RotaPattern:
    return RotaPattern(
        staff=StaffId(row.staff),
        cluster=None if row.cluster is None else ClusterId(row.cluster),
        days=frozenset(row.days),
        starts=time.fromisoformat(row.starts),
        ends=time.fromisoformat(row.ends),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


async def absences(reading: Reading, trust: str) -> list[Absence]:
    """Who is away when."""
    rows = await reading.rows(_ABSENCES, {"trust": trust})
    return [Absence(StaffId(row.staff), row.first_day, row.last_day) for row in rows]
