"""Keys of requests are kept for two days, then forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import MetaData, select

from shared.database import Database
from shared.eventlog import tables
from shared.housekeeping import tidy
from shared.web import idempotency

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(("age", "kept"), [(timedelta(days=1), ["k"]), (timedelta(days=3), [])])
async def test_an_old_key_is_forgotten(any_database: Database, age: timedelta, kept: list[str]) -> None:
    metadata = MetaData()
    log, keys = tables.make("hospital", metadata, "homeward.test.v1"), idempotency.make("hospital", metadata)
    await any_database.create_all(metadata)
    row = {"caller": "c", "key": "k", "request": "r", "status": 201, "headers": {}, "body": "{}", "at": AT - age}
    async with any_database.transaction() as tx:
        await tx.insert_many(keys, [row])
    await tidy(any_database, log, keys, AT)
    async with any_database.reading() as reading:
        assert [one.key for one in await reading.rows(select(keys.c.key))] == kept
