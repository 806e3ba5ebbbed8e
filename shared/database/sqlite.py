"""SQLite: one file, one writer at a time, any number of readers.

Small statements run where they are asked for: to hand one to another thread and wait for it costs many times what it
does itself. What may take long (waiting for the one writer, the sync of a commit, whatever the toolkit runs) is left to
the driver's thread.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any, Self, cast

import aiosqlite
from sqlalchemy import URL, CursorResult, Dialect, Executable, Insert, Table, event
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from shared.database.errors import of_sqlite
from shared.database.lines import Parameters, driver_of
from shared.database.prepared import Converter, Fetched, bound
from shared.database.uninterrupted import to_the_end

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
_dialect: Dialect = sqlite_dialect()
_READING, _WRITING = "BEGIN DEFERRED", "BEGIN IMMEDIATE"


def engines(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """Make the engine that writes and the one that reads, on the file `url` names.

    Raises ValueError for a database in memory: each connection would have its own.
    """
    if not url.database or url.database == ":memory:" or "mode=memory" in str(url):
        raise ValueError("SQLite must be a file: a database in memory is lost with its connection")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    url = url.set(drivername="sqlite+aiosqlite")
    return _engine(url, 1), _engine(url, READERS, "PRAGMA query_only = ON")


class _Driver(aiosqlite.Connection):
    """The driver's connection, and SQLite's own beneath it."""

    plain: sqlite3.Connection

    def cursor(self) -> "_Cursor":  # pyright: ignore[reportIncompatibleMethodOverride]
        return _Cursor(self)

    async def in_thread(self, work: Callable[[], None]) -> None:
        """Run `work` in the driver's thread."""
        await self._execute(work)


class _Cursor:
    """What the toolkit runs statements by: each is one way to the driver's thread and back, where the driver's own
    cursor makes four (to be made, to run, to be read, to be closed)."""

    arraysize = 1

    def __init__(self, driver: _Driver) -> None:
        self._driver = driver
        self._found: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        await self._driver.in_thread(lambda: self._take(self._driver.plain.execute(sql, parameters)))

    async def executemany(self, sql: str, parameters: Sequence[Any]) -> None:
        await self._driver.in_thread(lambda: self._take(self._driver.plain.executemany(sql, parameters)))

    def _take(self, cursor: sqlite3.Cursor) -> None:
        with closing(cursor):
            self._found = cursor.fetchall()
            self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid

    async def fetchall(self) -> list[Any]:
        return self._found

    async def close(self) -> None:
        self._found = []


def _driver(path: str, **options: Any) -> _Driver:  # noqa: ANN401  # the driver's own
    def connect() -> sqlite3.Connection:
        made.plain = sqlite3.connect(path, **options)
        return made.plain

    made = _Driver(connect, iter_chunk_size=64)
    return made


def _engine(url: URL, size: int, *more: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=30,
        pool_reset_on_return=None,
        hide_parameters=True,
        # `Line` begins and ends transactions.
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        connect_args={"async_creator_fn": _driver, "check_same_thread": False},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: DBAPIConnection, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, *more):
            cursor.execute(pragma)
        cursor.close()

    return engine


class Line:
    """A connection that has SQLite's own beneath it. Used by one task at a time."""

    dialect = _dialect

    def __init__(self, toolkit: AsyncConnection, driver: _Driver, *, writes: bool) -> None:
        self.toolkit = toolkit
        self._driver = driver
        self._plain = driver.plain
        self._writes = writes

    @classmethod
    async def of(cls, engine: AsyncEngine, *, writes: bool) -> Self:
        """A connection of `engine`'s pool."""
        toolkit = await engine.connect()
        return cls(toolkit, driver_of(toolkit), writes=writes)

    async def begin(self) -> None:
        if self._writes:
            await self._driver.execute_fetchall(_WRITING)
        else:
            self._plain.execute(_READING)

    async def commit(self) -> None:
        await self._driver.commit()

    async def rollback(self) -> None:
        if not self._plain.in_transaction:
            return
        if self._writes:
            await self._driver.rollback()
        else:
            self._plain.rollback()

    async def execute(self, statement: Executable, params: Parameters | None) -> CursorResult[Any]:
        # Broken off, it would go on in the driver's thread, holding the lock, with nobody to undo it.
        return await to_the_end(self.toolkit.execute(statement, params))

    async def fetch(self, sql: str, arguments: Sequence[object]) -> Fetched:
        try:
            cursor = self._plain.execute(sql, cast("Any", arguments))
            found = cursor.fetchall()
        except sqlite3.Error as error:
            raise of_sqlite(error, sql) from None
        return [one[0] for one in cursor.description or ()], found

    async def run(self, sql: str, arguments: Sequence[object]) -> int:
        try:
            cursor = self._plain.execute(sql, cast("Any", arguments))
            # Only when what it returns, if anything, is read has a statement run to its end.
            cursor.fetchall()
        except sqlite3.Error as error:
            raise of_sqlite(error, sql) from None
        return cursor.rowcount

    async def insert_rows(self, table: Table, rows: Sequence[Mapping[str, Any]], *, ignore: bool) -> int:
        return self._many(_inserting(table, tuple(rows[0]), ignore=ignore), rows)

    async def upsert_rows(
        self, table: Table, rows: Sequence[Mapping[str, Any]], key: Sequence[str], replaced: AbstractSet[str]
    ) -> int:
        return self._many(_replacing(table, tuple(rows[0]), tuple(key), frozenset(replaced)), rows)

    def _many(self, prepared: tuple[str, list[tuple[str, Converter]]], rows: Sequence[Mapping[str, Any]]) -> int:
        sql, places = prepared
        values = ([convert(row[name]) if convert else row[name] for name, convert in places] for row in rows)
        try:
            return self._plain.executemany(sql, values).rowcount
        except sqlite3.Error as error:
            raise of_sqlite(error, sql) from None


@lru_cache(maxsize=512)
def _inserting(table: Table, columns: tuple[str, ...], *, ignore: bool) -> tuple[str, list[tuple[str, Converter]]]:
    statement = insert(table)
    if ignore:
        statement = statement.on_conflict_do_nothing()
    return _written(statement, table, columns)


@lru_cache(maxsize=512)
def _replacing(
    table: Table, columns: tuple[str, ...], key: tuple[str, ...], replaced: frozenset[str]
) -> tuple[str, list[tuple[str, Converter]]]:
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in columns if name in replaced}
    if changed:
        return _written(statement.on_conflict_do_update(index_elements=list(key), set_=changed), table, columns)
    return _written(statement.on_conflict_do_nothing(index_elements=list(key)), table, columns)


def _written(statement: Insert, table: Table, columns: tuple[str, ...]) -> tuple[str, list[tuple[str, Converter]]]:
    compiled = statement.compile(dialect=_dialect, column_keys=list(columns))
    places = compiled.positiontup or ()
    return compiled.string, [(name, bound(table.c[name].type, _dialect)) for name in places]
