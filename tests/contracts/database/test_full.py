"""A full disk is said in words, and what was kept before is still there."""

import pytest
from sqlalchemy import Column, MetaData, Table, Text, select, text

from shared.database import Database, DatabaseUnavailable

metadata = MetaData()
kept = Table("kept_until_full", metadata, Column("id", Text, primary_key=True), Column("said", Text))


async def _fill(database: Database) -> None:
    async with database.transaction() as tx:
        # As if this were all the disk there is: SQLite then says what it says of a full one.
        await tx.execute(text("PRAGMA max_page_count = 1"))
        await tx.insert_many(kept, [{"id": str(number), "said": "x" * 4_000} for number in range(50)])


async def test_a_full_disk_is_said_and_nothing_kept_is_lost(sqlite_database: Database) -> None:
    database = sqlite_database
    await database.create_all(metadata)
    async with database.transaction() as tx:
        await tx.insert_many(kept, [{"id": "before", "said": "here"}])
    with pytest.raises(DatabaseUnavailable, match="the disk is full"):
        await _fill(database)
    async with database.reading() as reading:
        assert [row.id for row in await reading.rows(select(kept.c.id))] == ["before"]
