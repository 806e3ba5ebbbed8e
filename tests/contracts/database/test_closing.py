"""A database that is closed while something is under way keeps what it was doing, and no connection."""

import asyncio

import asyncpg
from sqlalchemy import Column, Integer, MetaData, Table, make_url

from shared.database import Database

metadata = MetaData()
things = Table("things", metadata, Column("number", Integer, primary_key=True))
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
OURS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'homeward' AND datname = current_database()"


async def test_a_lone_insert_under_way_is_kept_and_its_connection_is_not(postgres_url: str) -> None:
    database = await Database.open(postgres_url)
    await database.create_all(metadata)
    other = await asyncpg.connect(
        make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    async with asyncio.timeout(60):
        async with other.transaction():
            await other.execute("LOCK TABLE things")
            inserting = asyncio.create_task(database.insert_alone(things, {"number": [1]}))
            while not await other.fetchval(WAITING):  # noqa: ASYNC110  # until it waits for the lock
                await asyncio.sleep(0.02)
            await database.close()
        assert await inserting == 1
        while await other.fetchval(OURS):  # noqa: ASYNC110  # the server hears of it a little later
            await asyncio.sleep(0.02)
    assert await other.fetchval("SELECT count(*) FROM things") == 1
    await other.close()
