"""What is committed is on the disk, whatever somebody chose for a default."""

import asyncpg
from sqlalchemy import text

from shared.database import Database


async def test_postgresql_keeps_what_it_says_it_kept_whatever_the_default_of_the_database(postgres_url: str) -> None:
    admin = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
    try:
        name = await admin.fetchval("SELECT quote_ident(current_database())")
        await admin.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    finally:
        await admin.close()
    database = await Database.open(postgres_url)
    try:
        async with database.transaction() as tx:
            assert await tx.value(text("SHOW synchronous_commit")) == "on"
    finally:
        await database.close()


async def test_sqlite_keeps_what_it_says_it_kept(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as tx:
        found = [await tx.value(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert found == ["wal", 2, 1]
