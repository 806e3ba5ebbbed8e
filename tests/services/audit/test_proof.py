"""Whatever somebody does to the audit tables who may write to them, the proof finds it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Row, delete, update

from shared import audit
from shared.audit import keys
from shared.audit.seals import BEFORE_THE_FIRST, root_of
from shared.database import Database, Transaction
from shared.ids import new_id
from tests.services.audit.conftest import AT, record

PER_SEAL, SEALS, UNSEALED = 4, 3, 2
Tamper = Callable[[Transaction, audit.Trail], Awaitable[None]]


@pytest.fixture
async def sealed(trail: audit.Trail, any_database: Database) -> audit.Trail:
    """Three seals of four rows, and two rows that are not sealed yet."""
    for _ in range(SEALS):
        await record(any_database, trail, PER_SEAL)
        assert await audit.seal(any_database, trail, AT) == PER_SEAL
    await record(any_database, trail, UNSEALED)
    return trail


async def _rows(tx: Transaction, trail: audit.Trail, seal: int | None) -> list[Row[Any]]:
    table = trail.table
    return await tx.rows(table.select().where(table.c.sealed_in.is_not_distinct_from(seal)).order_by(table.c.id))


async def _set(tx: Transaction, trail: audit.Trail, row: Row[Any], **values: object) -> None:
    await tx.execute(update(trail.table).where(trail.table.c.id == row.id).values(**values))


async def _forged(tx: Transaction, trail: audit.Trail, seal: int | None) -> None:
    like = (await _rows(tx, trail, 1))[0]
    forged = {**like._mapping, "id": new_id(), "caller": "nobody", "sealed_in": seal}
    await tx.insert_many(trail.table, [forged])


async def changed(tx: Transaction, trail: audit.Trail) -> None:
    await _set(tx, trail, (await _rows(tx, trail, 2))[1], caller="somebody-else")


async def changed_before_its_seal(tx: Transaction, trail: audit.Trail) -> None:
    await _set(tx, trail, (await _rows(tx, trail, None))[0], subjects=["case-9"])


async def removed(tx: Transaction, trail: audit.Trail) -> None:
    row = (await _rows(tx, trail, 2))[1]
    await tx.execute(delete(trail.table).where(trail.table.c.id == row.id))


async def removed_with_its_count(tx: Transaction, trail: audit.Trail) -> None:
    await removed(tx, trail)
    rows = await _rows(tx, trail, 2)
    honest = {"rows": len(rows), "root": root_of(rows)}
    await tx.execute(update(trail.seals).where(trail.seals.c.number == 2).values(**honest))


async def inserted_into_a_seal(tx: Transaction, trail: audit.Trail) -> None:
    await _forged(tx, trail, 2)


async def inserted_beside(tx: Transaction, trail: audit.Trail) -> None:
    await _forged(tx, trail, None)


async def inserted_where_no_seal_is(tx: Transaction, trail: audit.Trail) -> None:
    await _forged(tx, trail, 0)


async def inserted_for_another(tx: Transaction, trail: audit.Trail) -> None:
    await removed(tx, trail)
    await _forged(tx, trail, 2)


async def moved_between_seals(tx: Transaction, trail: audit.Trail) -> None:
    one, other = (await _rows(tx, trail, 1))[0], (await _rows(tx, trail, 3))[0]
    await _set(tx, trail, one, sealed_in=3)
    await _set(tx, trail, other, sealed_in=1)


async def moved_within_a_seal(tx: Transaction, trail: audit.Trail) -> None:
    first, second = (await _rows(tx, trail, 2))[:2]
    await _set(tx, trail, first, id="aside")
    await _set(tx, trail, second, id=first.id)
    await tx.execute(update(trail.table).where(trail.table.c.id == "aside").values(id=second.id))


async def taken_out_of_its_seal(tx: Transaction, trail: audit.Trail) -> None:
    await _set(tx, trail, (await _rows(tx, trail, 3))[0], sealed_in=None)


def seal_removed(number: int) -> Tamper:
    async def act(tx: Transaction, trail: audit.Trail) -> None:
        await tx.execute(delete(trail.seals).where(trail.seals.c.number == number))

    return act


async def seal_removed_and_closed_up(tx: Transaction, trail: audit.Trail) -> None:
    await tx.execute(delete(trail.table).where(trail.table.c.sealed_in == 2))
    await tx.execute(delete(trail.seals).where(trail.seals.c.number == 2))
    await tx.execute(update(trail.seals).where(trail.seals.c.number == 3).values(number=2))
    await tx.execute(update(trail.table).where(trail.table.c.sealed_in == 3).values(sealed_in=2))


async def seal_made_anew_with_the_key(tx: Transaction, trail: audit.Trail) -> None:
    """What somebody with the key cannot do to one seal alone."""
    rows = await _rows(tx, trail, 2)
    said = {"number": 2, "at": AT, "rows": len(rows), "root": root_of(rows), "previous": BEFORE_THE_FIRST}
    values = {**said, "mac": keys.mac(trail.key, said)}
    await tx.execute(update(trail.seals).where(trail.seals.c.number == 2).values(**values))


TAMPERING: dict[str, tuple[Tamper, list[str]]] = {
    "a changed row": (changed, ["row-changed"]),
    "a row changed before its seal": (changed_before_its_seal, ["row-changed"]),
    "a removed row": (removed, ["rows-removed"]),
    "a removed row, the seal made to fit": (removed_with_its_count, ["seal-changed"]),
    "a row put into a seal": (inserted_into_a_seal, ["rows-inserted", "row-changed"]),
    "a row put beside the seals": (inserted_beside, ["row-changed"]),
    "a row put where no seal is": (inserted_where_no_seal_is, ["seal-missing"]),
    "a row put in another's place": (inserted_for_another, ["rows-exchanged", "row-changed"]),
    "rows moved between seals": (moved_between_seals, ["rows-exchanged", "rows-exchanged"]),
    "rows moved within a seal": (moved_within_a_seal, ["rows-exchanged", "row-changed", "row-changed"]),
    "a row taken out of its seal": (taken_out_of_its_seal, ["rows-removed"]),
    "the first seal removed": (seal_removed(1), ["seal-removed", "seal-missing"]),
    "a middle seal removed": (seal_removed(2), ["seal-removed", "seal-missing"]),
    "the last seal removed": (seal_removed(3), ["seal-missing"]),
    "a seal removed with its rows": (seal_removed_and_closed_up, ["seal-changed"]),
    "a seal made anew with the key": (seal_made_anew_with_the_key, ["chain-broken", "chain-broken"]),
}


@pytest.mark.parametrize("name", TAMPERING)
async def test_it_is_found(sealed: audit.Trail, any_database: Database, name: str) -> None:
    assert (await audit.prove(any_database, sealed)).faults == []
    tamper, kinds = TAMPERING[name]
    async with any_database.transaction() as tx:
        await tamper(tx, sealed)
    found = [one.kind for one in (await audit.prove(any_database, sealed)).faults]
    assert found == kinds


async def test_the_newest_seals_with_all_their_rows_are_missed_by_an_anchor_only(
    sealed: audit.Trail, any_database: Database
) -> None:
    noted = (await audit.prove(any_database, sealed)).head
    assert noted is not None
    assert (await audit.prove(any_database, sealed, noted)).faults == []
    async with any_database.transaction() as tx:
        await tx.execute(delete(sealed.table).where(sealed.table.c.sealed_in == SEALS))
        await seal_removed(SEALS)(tx, sealed)
    assert (await audit.prove(any_database, sealed)).faults == []
    assert [one.kind for one in (await audit.prove(any_database, sealed, noted)).faults] == ["anchor-differs"]


async def test_a_record_written_all_anew_is_found_by_an_anchor_only(
    sealed: audit.Trail, any_database: Database
) -> None:
    noted = (await audit.prove(any_database, sealed)).head
    async with any_database.transaction() as tx:
        await tx.execute(delete(sealed.seals))
        await tx.execute(delete(sealed.table).where(sealed.table.c.sealed_in == 1))
        await tx.execute(update(sealed.table).values(sealed_in=None))
    for _ in range(SEALS):
        await audit.seal(any_database, sealed, AT, most=3)
    assert (await audit.prove(any_database, sealed)).faults == []
    found = (await audit.prove(any_database, sealed, noted)).faults
    assert [(one.kind, one.where) for one in found] == [("anchor-differs", str(SEALS))]


async def test_many_seals_and_a_long_tail_are_all_looked_at(
    trail: audit.Trail, any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.audit.proof.SEALS_AT_ONCE", 2)
    monkeypatch.setattr("shared.audit.proof.ROWS_AT_ONCE", 2)
    await record(any_database, trail, 10)
    for _ in range(5):
        await audit.seal(any_database, trail, AT, most=1)
    proof = await audit.prove(any_database, trail)
    assert (proof.rows, proof.seals, proof.unsealed, proof.faults) == (5, 5, 5, [])
    async with any_database.transaction() as tx:
        await _set(tx, trail, (await _rows(tx, trail, None))[-1], act="nothing")
        await _set(tx, trail, (await _rows(tx, trail, 5))[0], act="nothing")
    assert [one.kind for one in (await audit.prove(any_database, trail)).faults] == ["row-changed", "row-changed"]
