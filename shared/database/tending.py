"""A connection for tending the tables themselves: making, altering, looking at which revision they are.

It is apart from the service's own connections: no time-out cuts a long alteration, and on SQLite foreign keys are off,
since rebuilding a parent table would delete its children.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from shared.database.errors import reaching, translated

T = TypeVar("T")


async def tend(url: str, work: Callable[[Connection], T]) -> T:
    """Do `work` on a connection of its own to the database at `url`; `work` begins and commits.

    A SQLite file is made, for its owner alone, if there is none. Raises DatabaseUnavailable, DatabaseDamaged,
    StatementRefused.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        _for_its_owner_alone(Path(parsed.database or ""))
        engine = create_async_engine(parsed.set(drivername="sqlite+aiosqlite"), poolclass=NullPool)
        _begin_at_once(engine)
    else:
        parsed = parsed.set(drivername="postgresql+asyncpg")
        engine = create_async_engine(parsed, poolclass=NullPool, hide_parameters=True)
    try:
        with reaching(parsed), translated():
            async with engine.connect() as connection:
                return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _for_its_owner_alone(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)


def _begin_at_once(engine: AsyncEngine) -> None:
    def prepare(connection: DBAPIConnection, _record: object) -> None:
        setattr(connection, "isolation_level", None)  # noqa: B010  # SQLite's own, not in DB-API
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("PRAGMA busy_timeout = 30000")
        cursor.close()

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", begin)
