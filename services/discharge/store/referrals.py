"""Keeps referrals, each with every state it had, and finds them by status, case and identifier."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, or_, select, union

from services.discharge.model.referrals import Referral
from services.discharge.tables import cases as c
from services.discharge.tables import referrals as t
from shared.contracts.api.discharge.referrals import ReferralSource, ReferralStatus, ReferredPerson
from shared.contracts.encounters import EncounterState
from shared.database import Prepared, Reading, Transaction, among, many

_PLAIN = tuple(name for name in Referral.__struct_fields__ if name not in ("status", "source", "person"))


def _of(number: ColumnElement[Any], name: str) -> Select[Any]:
    return select(t.referrals.c.referral_id).where(
        t.referrals.c.trust == bindparam("trust"), t.referrals.c.case_id.is_(None), among(number, many(name))
    )


# Each kind of number has its index; one or the other, said as such, would read every referral without a case.
_OF_THEM = union(_of(t.referrals.c.nhs_number, "nhs_numbers"), _of(t.referrals.c.mrn, "mrns"))
_UNATTACHED = Prepared(
    select(t.referrals)
    .where(
        t.referrals.c.trust == bindparam("trust"),
        t.referrals.c.referral_id.in_(_OF_THEM),
        among(t.referrals.c.status, many("statuses")),
    )
    .order_by(t.referrals.c.referral_id)
    .with_for_update()
)


async def keep(tx: Transaction, trust: str, referrals: Sequence[Referral]) -> None:
    """Keep new states of referrals beside those they had."""
    rows = [_row(trust, one) for one in referrals]
    await tx.insert_many(t.referral_states, rows)
    await tx.upsert_many(t.referrals, rows, key=["trust", "referral_id"])


async def lock(tx: Transaction, trust: str, referral_id: str) -> Referral | None:
    """A referral, locked until the end."""
    table = t.referrals
    row = await tx.row(
        select(table).where(table.c.trust == trust, table.c.referral_id == referral_id).with_for_update()
    )
    return _referral(row) if row is not None else None


async def lock_unattached(
    tx: Transaction, trust: str, statuses: Iterable[ReferralStatus], nhs: Iterable[str], mrns: Iterable[str]
) -> list[Referral]:
    """The referrals that no case has yet, by these identifiers, locked in the order of their ids."""
    params = {
        "trust": trust,
        "statuses": [one.value for one in statuses],
        "nhs_numbers": sorted({*nhs}),
        "mrns": sorted({*mrns}),
    }
    return [_referral(row) for row in await tx.rows(_UNATTACHED, params)]


async def by_status(
    reading: Reading, trust: str, statuses: Sequence[ReferralStatus], limit: int, start: int
) -> list[Referral]:
    """Referrals that stand at one of these, those that wait longest first."""
    table = t.referrals
    wanted = (table.c.trust == trust) & table.c.status.in_([one.value for one in statuses])
    order = (table.c.waiting_since, table.c.referral_id)
    return await _found(reading, select(table).where(wanted).order_by(*order).limit(limit).offset(start))


async def of_case(reading: Reading, trust: str, case_id: str, person_id: str) -> list[Referral]:
    """The referrals attached to a case as being about this person."""
    table = t.referrals
    return await _some(reading, table.c.trust == trust, table.c.case_id == case_id, table.c.person_id == person_id)


async def by_identifier(reading: Reading, trust: str, nhs_number: str | None, mrn: str | None) -> list[Referral]:
    """The referrals with this NHS number, or this hospital number."""
    table = t.referrals
    same = table.c.nhs_number == nhs_number if nhs_number is not None else table.c.mrn == mrn
    return await _some(reading, table.c.trust == trust, same)


async def received_between(reading: Reading, trust: str, since: datetime, until: datetime) -> list[Referral]:
    """The referrals first received from `since` until just before `until`."""
    table = t.referrals
    return await _some(reading, table.c.trust == trust, table.c.received_at >= since, table.c.received_at < until)


async def history(reading: Reading, trust: str, referral_id: str) -> list[Referral]:
    """Every state of a referral, newest first."""
    table = t.referral_states
    wanted = select(table).where(table.c.trust == trust, table.c.referral_id == referral_id)
    return await _found(reading, wanted.order_by(table.c.number.desc()))


async def held_stays(
    reading: Reading, trust: str, nhs_number: str | None, mrn: str | None
) -> list[tuple[str, EncounterState]]:
    """The cases that are held now of people with this NHS number or hospital number, and their stays."""
    table = c.cases
    same = [column == said for column, said in ((table.c.nhs_number, nhs_number), (table.c.mrn, mrn)) if said]
    if not same:
        return []
    rows = await reading.rows(
        select(table.c.case_id, table.c.encounter).where(
            table.c.trust == trust, table.c.status.in_(("open", "following")), or_(*same)
        )
    )
    return [(row.case_id, EncounterState.model_validate(row.encounter)) for row in rows]


async def _some(reading: Reading, *conditions: ColumnElement[bool]) -> list[Referral]:
    table = t.referrals
    return await _found(reading, select(table).where(*conditions).order_by(table.c.received_at, table.c.referral_id))


async def _found(reading: Reading, statement: Any) -> list[Referral]:  # noqa: ANN401  # SQLAlchemy's own type
    return [_referral(row) for row in await reading.rows(statement)]


def _row(trust: str, one: Referral) -> dict[str, object]:
    return {
        "trust": trust,
        "status": one.status.value,
        "source": one.source.value,
        "person": one.person.model_dump(mode="json"),
        "nhs_number": one.person.nhs_number,
        "mrn": one.person.mrn,
        **{name: getattr(one, name) for name in _PLAIN},
    }


def _referral(row: Row[Any]) -> Referral:
    return Referral(
        status=ReferralStatus(row.status),
        source=ReferralSource(row.source),
        person=ReferredPerson.model_validate(row.person),
        **{name: getattr(row, name) for name in _PLAIN},
    )
