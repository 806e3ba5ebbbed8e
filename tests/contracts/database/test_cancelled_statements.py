"""A cancellation while a statement is under way is seen as one; who asks next gets a connection that is whole."""

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest
from sqlalchemy import Column, MetaData, Table, Text, select, text

from shared.database import Database, DatabaseUnavailable, Reading

metadata = MetaData()
things = Table("held_things", metadata, Column("id", Text, primary_key=True))
SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep(0.5)",
}


def _asked(database: Database, kind: str) -> AbstractAsyncContextManager[Reading]:
    return database.reading() if kind == "reading" else database.transaction()


@pytest.mark.parametrize("kind", ["reading", "transaction"])
async def test_a_cancelled_statement_is_a_cancellation(any_database: Database, kind: str) -> None:
    begun = asyncio.Event()

    async def ask() -> None:
        async with _asked(any_database, kind) as asked:
            begun.set()
            await asked.rows(text(SLOW[any_database.dialect]))

    for _ in range(20):
        begun.clear()
        asking = asyncio.create_task(ask())
        async with asyncio.timeout(60):
            await begun.wait()
            await asyncio.sleep(0.01)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
    async with _asked(any_database, kind) as asked:
        assert await asked.value(text("SELECT 1")) == 1


async def test_what_made_it_fail_is_told_though_the_connection_is_lost_too(postgres_url: str) -> None:
    database, other = await Database.open(postgres_url), await Database.open(postgres_url)
    drop = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = :pid")

    async def failing() -> None:
        async with database.transaction() as tx:
            pid = await tx.value(text("SELECT pg_backend_pid()"))
            async with other.transaction() as killing:
                await killing.rows(drop, {"pid": pid})
            await asyncio.sleep(0.2)
            raise KeyError("a mistake in what was asked")

    with pytest.raises(KeyError):
        await failing()
    async with database.transaction() as tx:
        assert await tx.value(text("SELECT 1")) == 1
    await database.close()
    await other.close()


async def test_one_that_found_the_database_away_holds_nothing(any_database: Database) -> None:
    await any_database.create_all(metadata)

    async def failing() -> None:
        async with any_database.transaction() as tx:
            await tx.insert_many(things, [{"id": "a"}])
            raise DatabaseUnavailable("as if the disk were full")

    for _ in range(3):
        with pytest.raises(DatabaseUnavailable):
            await failing()
    async with asyncio.timeout(20), any_database.transaction() as tx:
        await tx.insert_many(things, [{"id": "b"}])
    async with any_database.reading() as reading:
        assert [row.id for row in await reading.rows(select(things.c.id))] == ["b"]
