"""A rehearsal: what a transaction would do, seen and left undone."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from sqlalchemy import Column, Integer, MetaData, String, Table, select, update

from shared.database import Database, Transaction

metadata = MetaData()
beds = Table("beds", metadata, Column("id", String(10), primary_key=True), Column("people", Integer, nullable=False))


@pytest_asyncio.fixture
async def database(any_database: Database) -> AsyncGenerator[Database]:
    await any_database.create_all(metadata)
    yield any_database


async def _insert(database: Database, bed: str) -> None:
    async with database.transaction() as tx:
        await tx.insert_many(beds, [{"id": bed, "people": 7}])


async def _counts(database: Database) -> dict[str, int]:
    async with database.reading() as reading:
        return {row.id: row.people for row in await reading.rows(select(beds))}


async def test_a_rehearsal_shows_what_would_be_and_leaves_nothing_of_it(database: Database) -> None:
    waker, done = database.waker("beds"), list[str]()

    async def at_end(_: Transaction) -> None:
        done.append("at end")

    await _insert(database, "a")
    async with database.rehearsal() as tx:
        await tx.insert_many(beds, [{"id": "b", "people": 7}])
        await tx.execute(update(beds).values(people=1))
        tx.at_end(at_end)
        tx.after_commit(lambda: done.append("after commit"))
        tx.wake("beds")
        assert {row.id: row.people for row in await tx.rows(select(beds))} == {"a": 1, "b": 1}
    assert (await _counts(database), done) == ({"a": 7}, [])
    assert not await waker.wait(0.2)

    async def breaks_off() -> None:
        async with database.rehearsal() as tx:
            await tx.insert_many(beds, [{"id": "b", "people": 7}])
            raise LookupError

    with pytest.raises(LookupError):
        await breaks_off()
    await _insert(database, "b")
    assert await _counts(database) == {"a": 7, "b": 7}
    database.forget("beds", waker)
