"""Several lanes in one transaction: whoever announces to the same ones takes them in the same order."""

import asyncio

from sqlalchemy import MetaData, func, select

from shared.database import Database
from shared.eventlog import outbox, tables
from tests.contracts.eventlog.house import event

TRUSTS = ("RAA", "RXX", "RZZ")
WRITERS, TURNS = 6, 25


async def test_lanes_taken_in_any_order_never_wait_for_each_other_in_a_ring(any_database: Database) -> None:
    metadata = MetaData()
    log = tables.make("hospital", metadata, "homeward.test.v1")
    await any_database.create_all(metadata)

    async def announce(writer: int, turn: int) -> None:
        order = TRUSTS if writer % 2 else TRUSTS[::-1]
        async with any_database.transaction() as tx:
            for trust in order:
                outbox.append(tx, log, event(f"{trust}-{writer}", turn, trust))

    await announce(0, 1)
    for turn in range(2, TURNS):
        await asyncio.gather(*(announce(writer, turn) for writer in range(WRITERS)))
    async with any_database.reading() as reading:
        kept = await reading.value(select(func.count()).select_from(log.outbox))
    assert kept == len(TRUSTS) * (1 + (TURNS - 2) * WRITERS)
