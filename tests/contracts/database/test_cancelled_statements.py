"""A cancellation while a statement is under way is seen as one; who asks next gets a connection that is whole."""

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest
from sqlalchemy import text

from shared.database import Database, Reading

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
        await begun.wait()
        await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    async with _asked(any_database, kind) as asked:
        assert await asked.value(text("SELECT 1")) == 1
