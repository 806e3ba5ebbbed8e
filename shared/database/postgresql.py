"""PostgreSQL through asyncpg: READ COMMITTED, bounded waits, and many rows in one statement."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any

from asyncpg import InterfaceError, PostgresError
from sqlalchemy import URL, Dialect, LargeBinary, String, Table, event
from sqlalchemy.dialects.postgresql import ARRAY, asyncpg
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.types import JSON, TypeDecorator, TypeEngine

from shared.database.errors import of_driver

CONNECT_SECONDS = 5
COMMAND_SECONDS = 35
PASSING_OVER = " ON CONFLICT DO NOTHING"
COPIED_FROM = 400
"""Values in a batch from which COPY, a round trip more, is quicker than one statement with arrays."""
_SERVER = {
    "application_name": "homeward",
    "timezone": "UTC",
    # A stopped holder of a lane's row would hold its trust up for ever.
    "idle_in_transaction_session_timeout": "2s",
    "lock_timeout": "5s",
    "statement_timeout": "30s",
    "jit": "off",
}
_dialect: Dialect = asyncpg.dialect()  # pyright: ignore[reportUnknownVariableType]


def engines(url: URL, pool: int) -> tuple[AsyncEngine, AsyncEngine]:
    """Make the engine that writes and a view of it that only reads, on `pool` connections (at peaks twice)."""
    engine = create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=pool,
        max_overflow=pool,
        pool_timeout=10,
        pool_recycle=1800,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        connect_args={"timeout": CONNECT_SECONDS, "command_timeout": COMMAND_SECONDS, "server_settings": _SERVER},
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def _check(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401  # pyright: ignore[reportUnusedFunction]
        # The driver has heard of a connection the server closed: another is made, at the cost of no round trip.
        if connection.driver_connection.is_closed():
            raise DisconnectionError

    return engine, engine.execution_options(postgresql_readonly=True)


async def insert_rows(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]], *, ignore: bool
) -> int:
    """Insert `rows`, which have the same keys, in one statement; with `ignore`, those that conflict are passed over."""
    columns = tuple(rows[0])
    if not ignore and len(rows) * len(columns) >= COPIED_FROM:
        return await _copy(connection, table, columns, rows)
    ending = PASSING_OVER if ignore else ""
    return await _unnest(connection, table, columns, rows, ending)


async def _copy(
    connection: AsyncConnection, table: Table, columns: tuple[str, ...], rows: Sequence[Mapping[str, object]]
) -> int:
    _, processors = _prepared(table, columns)
    pairs = tuple(zip(columns, processors, strict=True))
    records = [tuple(process(row[name]) if process else row[name] for name, process in pairs) for row in rows]
    raw = await connection.get_raw_connection()
    driver: Any = raw.driver_connection
    if not driver.is_in_transaction():
        # The toolkit begins with the first statement it is given, and is not asked here.
        await connection.exec_driver_sql("SELECT 1")
    try:
        await driver.copy_records_to_table(table.name, records=records, columns=[table.c[one].name for one in columns])
    except (PostgresError, InterfaceError) as error:
        raise of_driver(error, f"COPY {table.name}") from None
    return len(rows)


async def upsert_rows(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    key: Sequence[str],
    replaced: AbstractSet[str],
) -> int:
    """Insert `rows`, which have the same keys, in one statement, changing `replaced` where `key` is there already."""
    columns = tuple(rows[0])
    changed = ", ".join(f"{_quoted(name)} = excluded.{_quoted(name)}" for name in columns if name in replaced)
    action = f"DO UPDATE SET {changed}" if changed else "DO NOTHING"
    ending = f" ON CONFLICT ({', '.join(map(_quoted, key))}) {action}"
    return await _unnest(connection, table, columns, rows, ending)


async def _unnest(
    connection: AsyncConnection,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[Mapping[str, object]],
    ending: str,
) -> int:
    statement, arrays = unnested(table, {name: [row[name] for row in rows] for name in columns})
    return (await connection.exec_driver_sql(statement + ending, tuple(arrays))).rowcount


def unnested(table: Table, columns: Mapping[str, Sequence[object]]) -> tuple[str, list[Sequence[object]]]:
    """The statement that inserts rows given by column, and its arguments: an array a column."""
    statement, processors = _prepared(table, tuple(columns))
    arrays = [
        list(map(process, values)) if process else values
        for values, process in zip(columns.values(), processors, strict=True)
    ]
    return statement, arrays


@lru_cache(maxsize=512)
def _prepared(table: Table, columns: tuple[str, ...]) -> tuple[str, list[Callable[[Any], Any] | None]]:
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
    return statement, [_processor(table.c[name].type) for name in columns]


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


def _processor(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    if isinstance(kind, LargeBinary):
        return None
    return kind.dialect_impl(_dialect).bind_processor(_dialect)
