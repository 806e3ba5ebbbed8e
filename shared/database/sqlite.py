"""SQLite: one file, one writer at a time, any number of readers."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from sqlalchemy import URL, Connection, Table, event
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

BUSY_MILLISECONDS = 5_000
READERS = 8

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
)


def engines(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """Make the engine that writes and the one that reads, on the file `url` names.

    Raises ValueError for a database in memory: each connection would have its own.
    """
    if not url.database or url.database == ":memory:" or "mode=memory" in str(url):
        raise ValueError("SQLite must be a file: a database in memory is lost with its connection")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    url = url.set(drivername="sqlite+aiosqlite")
    return _engine(url, "BEGIN IMMEDIATE", 1), _engine(url, "BEGIN DEFERRED", READERS, "PRAGMA query_only = ON")


def _engine(url: URL, begin: str, size: int, *more: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=size, max_overflow=0, pool_timeout=30, hide_parameters=True)

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: DBAPIConnection, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]
        # The driver must not begin by itself: it would begin late and deferred, and lose updates.
        setattr(connection, "isolation_level", None)  # noqa: B010  # SQLite's own, not in DB-API
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, *more):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.exec_driver_sql(begin)

    return engine


async def insert_rows(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]], *, ignore: bool
) -> int:
    """Insert `rows`, which have the same keys; with `ignore`, those that conflict are passed over."""
    statement = insert(table)
    if ignore:
        statement = statement.on_conflict_do_nothing()
    return (await connection.execute(statement, [dict(row) for row in rows])).rowcount


async def upsert_rows(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    key: Sequence[str],
    replaced: AbstractSet[str],
) -> int:
    """Insert `rows`, which have the same keys, changing `replaced` where `key` is there already."""
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name in replaced}
    upsert = (
        statement.on_conflict_do_update(index_elements=list(key), set_=changed)
        if changed
        else statement.on_conflict_do_nothing(index_elements=list(key))
    )
    return (await connection.execute(upsert, [dict(row) for row in rows])).rowcount
