"""PostgreSQL through asyncpg: READ COMMITTED, bounded waits, and many rows in one statement."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any, Final, Self, cast

import asyncpg
from sqlalchemy import URL, CursorResult, Dialect, Executable, String, Table, event, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import asyncpg as toolkit_asyncpg
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.types import JSON, TypeDecorator, TypeEngine

from shared.database.errors import DRIVER_ERRORS, of_driver
from shared.database.lines import Parameters, driver_of
from shared.database.prepared import Converter, Fetched, bound

CONNECT_SECONDS = 5
STATEMENTS = 400
"""A service has well over the 100 that the driver keeps ready a connection; past that each would be parsed anew."""

COMMAND_SECONDS = 35
PASSING_OVER = " ON CONFLICT DO NOTHING"
COPIED_FROM = 400
"""Values in a batch from which COPY, a round trip more, is quicker than one statement with arrays."""
SERVER: dict[str, str] = {
    "application_name": "homeward",
    "timezone": "UTC",
    "default_transaction_isolation": "read committed",
    # What is acknowledged is on the disk, whatever the server, the database or the role has for a default.
    "synchronous_commit": "on",
    # A stopped holder of a lane's row would hold its trust up for ever.
    "idle_in_transaction_session_timeout": "2s",
    "lock_timeout": "5s",
    "statement_timeout": "30s",
    "jit": "off",
}
GROWN: Final = text("""
    SELECT c.relname FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
    WHERE s.schemaname = current_schema() AND s.n_live_tup > 2 * greatest(c.reltuples, 50) ORDER BY c.relname
""")
"""The tables that have doubled since PostgreSQL last looked at how they are filled."""
_dialect: Dialect = toolkit_asyncpg.dialect()  # pyright: ignore[reportUnknownVariableType]


def engines(url: URL, pool: int) -> tuple[AsyncEngine, AsyncEngine]:
    """Make the engine that writes and the one that only reads, on `pool` connections each (at peaks twice)."""
    return _engine(url, pool), _engine(url, pool, default_transaction_read_only="on")


def _engine(url: URL, pool: int, **more: str) -> AsyncEngine:
    engine = create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=pool,
        max_overflow=pool,
        pool_timeout=10,
        pool_recycle=1800,
        pool_reset_on_return=None,
        hide_parameters=True,
        # `Line` begins and ends transactions, READ COMMITTED as the server is told.
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        connect_args={
            "timeout": CONNECT_SECONDS,
            "statement_cache_size": STATEMENTS,
            "command_timeout": COMMAND_SECONDS,
            "server_settings": SERVER | more,
        },
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def _check(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401  # pyright: ignore[reportUnusedFunction]
        # The driver has heard of a connection the server closed: another is made, at the cost of no round trip.
        if connection.driver_connection.is_closed():
            raise DisconnectionError

    return engine


class Line:
    """A connection with the driver's own beneath it. A reading needs no transaction: each statement sees a snapshot."""

    dialect = _dialect

    def __init__(self, toolkit: AsyncConnection, driver: asyncpg.Connection, *, writes: bool) -> None:
        self.toolkit = toolkit
        self._driver = driver
        self._writes = writes

    @classmethod
    async def of(cls, engine: AsyncEngine, *, writes: bool) -> Self:
        """A connection of `engine`'s pool."""
        toolkit = await engine.connect()
        return cls(toolkit, driver_of(toolkit), writes=writes)

    def is_closed(self) -> bool:
        """Whether the driver has heard that the connection is gone."""
        return self._driver.is_closed()

    async def begin(self) -> None:
        if self._writes:
            await self._driver.execute("BEGIN")

    async def commit(self) -> None:
        await self._driver.execute("COMMIT")

    async def rollback(self) -> None:
        if self._driver.is_in_transaction():
            await self._driver.execute("ROLLBACK")

    async def execute(self, statement: Executable, params: Parameters | None) -> CursorResult[Any]:
        return await self.toolkit.execute(statement, params)

    async def fetch(self, sql: str, arguments: Sequence[object]) -> Fetched:
        try:
            found = cast("list[Any]", await self._driver.fetch(sql, *arguments))
        except DRIVER_ERRORS as error:
            raise of_driver(error, sql) from None
        return list(found[0].keys()) if found else (), found

    async def run(self, sql: str, arguments: Sequence[object]) -> int:
        try:
            status = await self._driver.execute(sql, *arguments)
        except DRIVER_ERRORS as error:
            raise of_driver(error, sql) from None
        touched = status.rpartition(" ")[2]
        return int(touched) if touched.isdigit() else 0

    async def insert_rows(self, table: Table, rows: Sequence[Mapping[str, Any]], *, ignore: bool) -> int:
        columns = tuple(rows[0])
        if not ignore and len(rows) * len(columns) >= COPIED_FROM:
            return await self._copy(table, columns, rows)
        return await self._unnest(table, columns, rows, PASSING_OVER if ignore else "")

    async def upsert_rows(
        self, table: Table, rows: Sequence[Mapping[str, Any]], key: Sequence[str], replaced: AbstractSet[str]
    ) -> int:
        columns = tuple(rows[0])
        changed = ", ".join(f"{_quoted(name)} = excluded.{_quoted(name)}" for name in columns if name in replaced)
        action = f"DO UPDATE SET {changed}" if changed else "DO NOTHING"
        return await self._unnest(table, columns, rows, f" ON CONFLICT ({', '.join(map(_quoted, key))}) {action}")

    async def _copy(self, table: Table, columns: tuple[str, ...], rows: Sequence[Mapping[str, Any]]) -> int:
        _, processors = _prepared(table, columns)
        pairs = tuple(zip(columns, processors, strict=True))
        records = [tuple(process(row[name]) if process else row[name] for name, process in pairs) for row in rows]
        names = [table.c[one].name for one in columns]
        try:
            await self._driver.copy_records_to_table(table.name, records=records, columns=names)
        except DRIVER_ERRORS as error:
            raise of_driver(error, f"COPY {table.name}") from None
        return len(rows)

    async def _unnest(
        self, table: Table, columns: tuple[str, ...], rows: Sequence[Mapping[str, Any]], ending: str
    ) -> int:
        statement, arrays = unnested(table, {name: [row[name] for row in rows] for name in columns})
        return await self.run(statement + ending, arrays)


def unnested(table: Table, columns: Mapping[str, Sequence[object]]) -> tuple[str, list[Sequence[object]]]:
    """The statement that inserts rows given by column, and its arguments: an array a column."""
    statement, processors = _prepared(table, tuple(columns))
    arrays = [
        list(map(process, values)) if process else values
        for values, process in zip(columns.values(), processors, strict=True)
    ]
    return statement, arrays


@lru_cache(maxsize=512)
def _prepared(table: Table, columns: tuple[str, ...]) -> tuple[str, list[Converter]]:
    names = [f"c{number}" for number in range(len(columns))]
    types = [_sql_type(table.c[name].type) for name in columns]
    carried = ["text" if _is_json(table.c[name].type) else kind for name, kind in zip(columns, types, strict=True)]
    arrays = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(carried, 1))
    selected = ", ".join(
        f"{name}::{kind}" if kind != sent else name for name, kind, sent in zip(names, types, carried, strict=True)
    )
    target = ", ".join(_quoted(table.c[name].name) for name in columns)
    statement = (
        f"INSERT INTO {_quoted(table.name)} ({target}) "  # noqa: S608  # names of our own tables; values are arrays
        f"SELECT {selected} FROM unnest({arrays}) AS given({', '.join(names)})"
    )
    return statement, [bound(table.c[name].type, _dialect) for name in columns]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _is_json(kind: TypeEngine[Any]) -> bool:
    return isinstance(kind, JSON) or (isinstance(kind, TypeDecorator) and isinstance(kind.impl, JSON))


def _sql_type(kind: TypeEngine[Any]) -> str:
    implementation = kind.dialect_impl(_dialect)
    if isinstance(implementation, ARRAY):
        raise TypeError("unnest would flatten an array column: keep it as Json")
    if isinstance(implementation, TypeDecorator):
        implementation = implementation.impl_instance
    # A cast to varchar(n) would cut silently; as text the column itself refuses what is too long.
    if isinstance(implementation, String):
        return "text"
    return kind.compile(dialect=_dialect).lower()
