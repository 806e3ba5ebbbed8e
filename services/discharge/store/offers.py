"""Keeps declines and offers of cases, and finds them by case and by who was asked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Row, Select, bindparam, func, select

from services.discharge.model.cases import CaseFile
from services.discharge.model.offers import Decline, LapsedBecause, Offer
from services.discharge.tables import offers as t
from shared.contracts.api.discharge.offers import NeedKind, OfferStatus
from shared.database import Prepared, Reading, Transaction, among, many

_TRUST: BindParameter[str] = bindparam("trust")
_DECLINES = Prepared(
    select(t.declines)
    .where(t.declines.c.trust == _TRUST, among(t.declines.c.case_id, many("ids")))
    .order_by(t.declines.c.number)
)
_OFFERS = Prepared(
    select(t.offers)
    .where(t.offers.c.trust == _TRUST, among(t.offers.c.case_id, many("ids")))
    .order_by(t.offers.c.number)
)
_OPEN = Prepared(
    select(
        t.offers.c.staff_id,
        func.count().label("open"),
        func.max(t.offers.c.offered_at, type_=t.offers.c.offered_at.type).label("last"),
    )
    .where(t.offers.c.trust == _TRUST, among(t.offers.c.staff_id, many("ids")), t.offers.c.ended_at.is_(None))
    .group_by(t.offers.c.staff_id)
)


async def declines(reading: Reading, trust: str, case_ids: Iterable[str]) -> dict[str, tuple[Decline, ...]]:
    """The declines of these cases, in order, by case id. Nothing is read for no cases."""
    found: dict[str, list[Decline]] = defaultdict(list)
    for row in await _rows(reading, _DECLINES, trust, case_ids):
        found[row.case_id].append(Decline(*(getattr(row, name) for name in Decline.__struct_fields__)))
    return {case_id: tuple(some) for case_id, some in found.items()}


async def offers(reading: Reading, trust: str, case_ids: Iterable[str]) -> dict[str, tuple[Offer, ...]]:
    """The offers of these cases, in order, by case id. Nothing is read for no cases."""
    found: dict[str, list[Offer]] = defaultdict(list)
    for row in await _rows(reading, _OFFERS, trust, case_ids):
        found[row.case_id].append(_offer(row))
    return {case_id: tuple(some) for case_id, some in found.items()}


def offered_to(trust: str, staff_id: str) -> Select[Any]:
    """The cases that were offered to somebody and wait for them, or that they have joined."""
    table = t.offers
    return select(table.c.case_id).where(
        table.c.trust == trust, table.c.staff_id == staff_id, table.c.ended_at.is_(None)
    )


async def waiting_for(reading: Reading, trust: str, staff_id: str, case_ids: Sequence[str]) -> dict[str, Offer]:
    """Of these cases the offer that waits for somebody's answer, by case id. Nothing is read for no cases."""
    return {
        case_id: one
        for case_id, some in (await offers(reading, trust, case_ids)).items()
        for one in some
        if one.status is OfferStatus.OFFERED and one.staff_id == staff_id
    }


async def open_offers(reading: Reading, trust: str, staff: Iterable[str]) -> Mapping[str, int]:
    """How many offers each of `staff` has that wait for their answer, or by which they have joined."""
    return {row.staff_id: row.open for row in await _rows(reading, _OPEN, trust, staff)}


async def _rows(reading: Reading, statement: Prepared, trust: str, ids: Iterable[str]) -> Sequence[Row[Any]]:
    wanted = sorted({*ids})
    return await reading.rows(statement, {"trust": trust, "ids": wanted}) if wanted else []


async def keep(tx: Transaction, pairs: Sequence[tuple[CaseFile | None, CaseFile]]) -> None:
    """Keep what is new in the declines and offers of these cases, each before and after a decision."""
    added = [(after, one) for before, after in pairs for one in after.declines[len(before.declines) if before else 0 :]]
    await tx.insert_many(t.declines, [_keys(file) | _values(one) for file, one in added])
    changed = [
        (after, one)
        for before, after in pairs
        if before is None or before.offers != after.offers
        for one in after.offers
        if before is None or one not in before.offers
    ]
    # What ends goes first: of a profession one offer is open at a time.
    for ended in (True, False):
        rows = [_offer_row(file, one) for file, one in changed if (one.ended_at is not None) is ended]
        await tx.upsert_many(t.offers, rows, key=["trust", "case_id", "number"])


def _keys(file: CaseFile) -> dict[str, object]:
    return {"trust": file.trust, "case_id": file.case_id}


def _values(one: Decline | Offer) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def _offer_row(file: CaseFile, one: Offer) -> dict[str, object]:
    return {
        **_keys(file),
        **_values(one),
        "needs": [need.value for need in one.needs],
        "status": one.status.value,
        "explanation": list(one.explanation),
        "lapsed_because": one.lapsed_because.value if one.lapsed_because else None,
    }


def _offer(row: Row[Any]) -> Offer:
    kept: dict[str, Any] = {name: getattr(row, name) for name in Offer.__struct_fields__}
    kept["needs"] = tuple(NeedKind(need) for need in row.needs)
    kept["status"] = OfferStatus(row.status)
    kept["explanation"] = tuple(row.explanation)
    kept["lapsed_because"] = LapsedBecause(row.lapsed_because) if row.lapsed_because else None
    return Offer(**kept)
