"""Sealing: everything recorded is chained once, by whoever comes first, and nobody who writes waits for it."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from shared import audit
from shared.audit.seals import merkle_root
from shared.clock import SettableClock
from shared.database import Database
from tests.services.audit.conftest import ANN, AT, record, trail_in

# The leaves and roots of the test vectors of Certificate Transparency, whose tree RFC 9162 describes.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_the_root_is_that_of_rfc_9162(size: int) -> None:
    assert merkle_root([bytes.fromhex(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size]


async def test_what_was_recorded_is_chained_and_what_was_not_is_told(
    trail: audit.Trail, any_database: Database
) -> None:
    assert await audit.seal(any_database, trail, AT) == 0
    await record(any_database, trail, 5)
    assert await audit.seal(any_database, trail, AT, most=3) == 3
    assert await audit.seal(any_database, trail, AT) == 2
    await record(any_database, trail, 2, after=timedelta(minutes=1))
    proof = await audit.prove(any_database, trail)
    assert proof.faults == []
    assert (proof.rows, proof.seals, proof.unsealed) == (5, 2, 2)
    assert proof.oldest_unsealed == AT + timedelta(minutes=1)
    async with any_database.reading() as reading:
        head = await reading.row(trail.seals.select().where(trail.seals.c.number == 2))
    assert head is not None
    assert proof.head == audit.Anchor(2, head.mac)


async def test_of_two_sealers_each_row_has_one_seal(trail: audit.Trail, any_database: Database) -> None:
    await record(any_database, trail, 12)

    async def seal_all() -> int:
        mine = 0
        while await _unsealed(any_database, trail):
            mine += await audit.seal(any_database, trail, AT, most=2)
        return mine

    assert sum(await asyncio.gather(*(seal_all() for _ in range(4)))) == 12
    proof = await audit.prove(any_database, trail)
    assert (proof.rows, proof.seals, proof.unsealed, proof.faults) == (12, 6, 0, [])


async def test_a_write_in_progress_holds_up_no_seal_and_is_sealed_by_a_later_one(
    postgres_database: Database, tmp_path: Path
) -> None:
    trail = await trail_in(postgres_database, tmp_path)
    async with postgres_database.transaction() as tx:
        await audit.record_write(tx, trail, ANN, audit.Act("task-done", ["c1"], AT))
        await record(postgres_database, trail, 2)
        assert await audit.seal(postgres_database, trail, AT) == 2
    assert await audit.seal(postgres_database, trail, AT) == 1
    proof = await audit.prove(postgres_database, trail)
    assert (proof.rows, proof.seals, proof.unsealed, proof.faults) == (3, 2, 0, [])


async def test_a_sealer_seals_while_it_runs_and_once_more_when_it_stops(
    trail: audit.Trail, any_database: Database
) -> None:
    stop = asyncio.Event()
    sealing = asyncio.ensure_future(audit.sealing(any_database, trail, SettableClock(AT))(stop))
    await record(any_database, trail, 3)
    async with asyncio.timeout(60):
        while await _unsealed(any_database, trail):  # noqa: ASYNC110  # seen from outside
            await asyncio.sleep(0.01)
    await record(any_database, trail, 1)
    stop.set()
    await sealing
    proof = await audit.prove(any_database, trail)
    assert (proof.rows, proof.unsealed, proof.faults) == (4, 0, [])


async def test_one_owners_rows_mean_nothing_to_another(any_database: Database, tmp_path: Path) -> None:
    here, there = [await trail_in(any_database, tmp_path, owner) for owner in ("here", "there")]
    await record(any_database, here, 1)
    async with any_database.transaction() as tx:
        rows = await tx.rows(here.table.select())
        await tx.insert_many(there.table, [dict(row._mapping) for row in rows])
    assert (await audit.prove(any_database, here)).faults == []
    assert [one.kind for one in (await audit.prove(any_database, there)).faults] == ["row-changed"]


async def _unsealed(database: Database, trail: audit.Trail) -> int:
    async with database.reading() as reading:
        waiting = select(func.count()).select_from(trail.table).where(trail.table.c.sealed_in.is_(None))
        return int(await reading.value(waiting) or 0)
