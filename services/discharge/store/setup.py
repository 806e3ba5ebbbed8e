"""Keeping a whole setup, and reading back the one that is held."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, Table, bindparam, delete, select, update

from services.discharge.model.hospital import RotaPattern, Setup, SharedBy, StaffMember, Ward, WardId, WardShare
from services.discharge.store import cover, hospital
from services.discharge.tables import hospital as t
from shared.database import Prepared, Reading, Transaction


async def held(reading: Reading, trust: str) -> Setup | None:
    """The setup of a trust as it is kept; None if there is none."""
    named = {one.code: one for one in await hospital.trusts(reading)}
    policy, desk = await hospital.policy(reading, trust), await hospital.duty_desk(reading, trust)
    found = next((one for code, one in named.items() if code == trust), None)
    if found is None or policy is None or desk is None:
        return None
    return Setup(
        trust=found,
        policy=policy,
        duty_desk=desk,
        sites=tuple(await hospital.sites(reading, trust)),
        wards=tuple(await hospital.wards(reading, trust)),
        clusters=tuple(await hospital.clusters(reading, trust)),
        staff=tuple((await hospital.staff(reading, trust)).values()),
        rota=tuple(await hospital.rota(reading, trust)),
        absences=tuple(await hospital.absences(reading, trust)),
    )


_TRUST: BindParameter[str] = bindparam("trust")
_STAMP = Prepared(
    select(t.setup_revisions.c.revision, t.setup_revisions.c.at)
    .where(t.setup_revisions.c.trust == _TRUST)
    .order_by(t.setup_revisions.c.revision.desc())
    .limit(1)
)
_LOCKING = Prepared(select(t.trusts.c.trust).where(t.trusts.c.trust == _TRUST).with_for_update(key_share=True))
_CLUSTERS = Prepared(select(t.clusters.c.cluster).where(t.clusters.c.trust == _TRUST))


@cache
def _closing(table: Table) -> Prepared:
    return Prepared(update(table).where(table.c.trust == bindparam("of_trust")).values(active=False))


@cache
def _clearing(table: Table) -> Prepared:
    return Prepared(delete(table).where(table.c.trust == bindparam("of_trust")))


async def stamp(reading: Reading, trust: str) -> tuple[int, datetime | None]:
    """The number of the setup that is held and when it was kept: no two setups have the same."""
    last = await reading.row(_STAMP, {"trust": trust})
    return (0, None) if last is None else (last.revision, last.at)


def ordered(setup: Setup) -> Setup:
    """`setup` in the order in which `held` gives it back, so that the two compare."""
    return replace(
        setup,
        sites=tuple(sorted(setup.sites, key=lambda one: one.id)),
        wards=tuple(replace(one, codes=tuple(sorted(one.codes))) for one in setup.wards),
        clusters=tuple(
            replace(one, wards=tuple(sorted(one.wards)), shares=_ordered_shares(one.shares))
            for one in sorted(setup.clusters, key=lambda one: one.id)
        ),
        staff=tuple(sorted(setup.staff, key=lambda one: (one.name, one.id))),
        absences=tuple(sorted(setup.absences, key=lambda one: (one.staff, one.first))),
    )


def _ordered_shares(shares: Iterable[WardShare]) -> tuple[WardShare, ...]:
    """One share a ward, as it is kept."""
    codes: dict[tuple[WardId, SharedBy], list[str]] = {}
    for one in shares:
        codes.setdefault((one.ward, one.by), []).extend(one.codes)
    return tuple(WardShare(ward, by, tuple(sorted(codes[ward, by]))) for ward, by in sorted(codes))


async def lock_trust(tx: Transaction, trust: str) -> None:
    """Lock the trust: of two who change its hospital one waits, clusters or none. Rows that refer to it do not."""
    await tx.rows(_LOCKING, {"trust": trust})


async def lock_all_clusters(tx: Transaction, trust: str) -> None:
    """Lock every cluster of a trust, by id, so that nobody is named by the old rota meanwhile; the trust first."""
    await lock_trust(tx, trust)
    ids = await tx.rows(_CLUSTERS, {"trust": trust})
    await cover.lock_clusters(tx, trust, [row.cluster for row in ids])


async def keep(tx: Transaction, setup: Setup, at: datetime, changes: tuple[str, ...]) -> int:
    """Keep all of `setup`; what it no longer names stays, as closed. Returns the number of the revision."""
    trust = setup.trust.code
    for table in (t.sites, t.wards, t.clusters, t.staff):
        await tx.execute(_closing(table), {"of_trust": trust})
    for table in (t.absences, t.rota, t.cluster_shares, t.cluster_wards, t.ward_codes):
        await tx.execute(_clearing(table), {"of_trust": trust})
    await _keep_trust(tx, setup)
    await _keep_places(tx, setup)
    await _keep_people(tx, setup)
    return await revise(tx, trust, at, changes)


async def revise(tx: Transaction, trust: str, at: datetime, changes: tuple[str, ...]) -> int:
    """Note that the hospital is another from now on: whoever worked out an earlier one sees it by the stamp."""
    number = (await stamp(tx, trust))[0] + 1
    row = {"trust": trust, "revision": number, "at": at, "changes": list(changes)}
    await tx.insert_many(t.setup_revisions, [row])
    return number


async def _keep_trust(tx: Transaction, setup: Setup) -> None:
    policy, desk = setup.policy, setup.duty_desk
    row: dict[str, object] = {
        "trust": setup.trust.code,
        "name": setup.trust.name,
        "adult_from_age": policy.adult_from_age,
        "delay_after_s": int(policy.delay_after.total_seconds()),
        "escalate_after_s": [int(one.total_seconds()) for one in policy.escalate_after],
        "follow_up_within_s": int(policy.follow_up_within.total_seconds()),
        "follow_up_lapses_after_s": int(policy.follow_up_lapses_after.total_seconds()),
        "accept_handover_within_s": int(policy.accept_handover_within.total_seconds()),
        "answer_offer_within_s": int(policy.answer_offer_within.total_seconds()),
        "specialists": {need.value: profession for need, profession in policy.specialists.items()},
        "duty_desk_name": desk.name,
        "duty_desk_phone": desk.phone,
    }
    await tx.upsert_many(t.trusts, [row], key=["trust"])
    sites = [{"trust": setup.trust.code, "site": one.id, "name": one.name, "active": True} for one in setup.sites]
    await tx.upsert_many(t.sites, sites, key=["trust", "site"])


async def _keep_places(tx: Transaction, setup: Setup) -> None:
    trust = setup.trust.code
    wards = [_ward_row(trust, place, one) for place, one in enumerate(setup.wards)]
    await tx.upsert_many(t.wards, wards, key=["trust", "ward"])
    codes = [{"trust": trust, "code": code, "ward": one.id} for one in setup.wards for code in one.codes]
    await tx.insert_many(t.ward_codes, codes)
    clusters = [
        {"trust": trust, "cluster": one.id, "name": one.name, "lead": one.lead, "active": True}
        for one in setup.clusters
    ]
    await tx.upsert_many(t.clusters, clusters, key=["trust", "cluster"])
    covered = [{"trust": trust, "ward": ward, "cluster": one.id} for one in setup.clusters for ward in one.wards]
    await tx.insert_many(t.cluster_wards, covered)
    shares = [
        {"trust": trust, "ward": share.ward, "code": code, "shared_by": share.by.value, "cluster": one.id}
        for one in setup.clusters
        for share in one.shares
        for code in share.codes
    ]
    await tx.insert_many(t.cluster_shares, shares)


def _ward_row(trust: str, place: int, ward: Ward) -> dict[str, object]:
    return {
        "trust": trust,
        "ward": ward.id,
        "name": ward.name,
        "site": ward.site,
        "kind": ward.kind.value,
        "specialty": ward.specialty,
        "counts": ward.counts,
        "bays": [{"name": one.name, "beds": list(one.beds)} for one in ward.bays],
        "active": True,
        "place": place,
    }


async def _keep_people(tx: Transaction, setup: Setup) -> None:
    trust = setup.trust.code
    await tx.upsert_many(t.staff, [_staff_row(trust, one) for one in setup.staff], key=["trust", "staff"])
    await tx.insert_many(t.rota, [_rota_row(trust, line, one) for line, one in enumerate(setup.rota)])
    absences = [
        {"trust": trust, "staff": one.staff, "first_day": one.first, "last_day": one.last} for one in setup.absences
    ]
    await tx.insert_many(t.absences, absences)


def _staff_row(trust: str, member: StaffMember) -> dict[str, object]:
    return {
        "trust": trust,
        "staff": member.id,
        "name": member.name,
        "profession": member.profession,
        "roles": sorted(member.roles),
        "clusters": list(member.clusters),
        "wards": list(member.wards),
        "phone": member.phone,
        "capacity": member.capacity,
        "active": True,
    }


def _rota_row(trust: str, line: int, pattern: RotaPattern) -> dict[str, object]:
    return {
        "trust": trust,
        "line": line,
        "staff": pattern.staff,
        "cluster": pattern.cluster,
        "days": sorted(pattern.days),
        "starts": pattern.starts.isoformat("minutes"),
        "ends": pattern.ends.isoformat("minutes"),
        "valid_from": pattern.valid_from,
        "valid_until": pattern.valid_until,
    }
