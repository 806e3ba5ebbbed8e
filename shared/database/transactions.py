"""A reading and a transaction: what handlers and stores are given."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Literal

from sqlalchemy import Column, Executable, MetaData, Row, Select, Table, select

from shared.database.among import among, many
from shared.database.errors import translated
from shared.database.lines import Line, Parameters
from shared.database.prepared import Prepared

Rows = Sequence[Mapping[str, object]]


class Reading:
    """Reads the database as it stands. Every method raises DatabaseUnavailable if it is away."""

    def __init__(self, line: Line, remembered: dict[object, Any]) -> None:
        self._line = line
        self.remembered = remembered
        """What this process remembers between transactions. Whoever puts something here must be able to tell, inside a
        transaction, that it is still so."""
        self.dialect: Literal["sqlite", "postgresql"] = "sqlite" if line.dialect.name == "sqlite" else "postgresql"

    async def rows(self, statement: Executable | Prepared, params: Parameters | None = None) -> list[Row[Any]]:
        """All rows of `statement`."""
        with translated():
            if isinstance(statement, Prepared):
                return await self._prepared_rows(statement, params)
            return list((await self._line.execute(statement, params)).all())

    async def row(self, statement: Executable | Prepared, params: Parameters | None = None) -> Row[Any] | None:
        """The first row of `statement`, if any."""
        with translated():
            if isinstance(statement, Prepared):
                return next(iter(await self._prepared_rows(statement, params)), None)
            return (await self._line.execute(statement, params)).first()

    async def value(self, statement: Executable | Prepared, params: Parameters | None = None) -> Any | None:  # noqa: ANN401  # as the statement says
        """The first column of the first row, if any."""
        with translated():
            if isinstance(statement, Prepared):
                found = await self._prepared_rows(statement, params)
                return found[0][0] if found else None
            return (await self._line.execute(statement, params)).scalar()

    async def _prepared_rows(self, statement: Prepared, params: Parameters | None) -> list[Row[Any]]:
        ready = statement.ready(self._line.dialect)
        return ready.rows(await self._line.fetch(ready.sql, ready.arguments(_one(params))))


class Transaction(Reading):
    """Reads and writes; all of it is kept when the block ends, or none. Raises Conflict when a constraint says no."""

    def __init__(self, line: Line, remembered: dict[object, Any]) -> None:
        super().__init__(line, remembered)
        self._last_acts: list[Callable[[Transaction], Awaitable[None]]] = []
        self._after: list[Callable[[], None]] = []
        self.wakes: set[str] = set()
        self.notes: dict[object, Any] = {}

    async def execute(self, statement: Executable | Prepared, params: Parameters | None = None) -> int:
        """Run `statement`; the number of rows it touched."""
        with translated():
            if isinstance(statement, Prepared):
                ready = statement.ready(self._line.dialect)
                return await self._line.run(ready.sql, ready.arguments(_one(params)))
            result = await self._line.execute(statement, params)
        return int(getattr(result, "rowcount", 0))

    async def insert_many(self, table: Table, rows: Rows, *, on_conflict: Literal["raise", "ignore"] = "raise") -> int:
        """Insert `rows` in one statement; the number inserted. No rows: nothing is done.

        With "ignore" rows that are there already are passed over, repeats inside the batch among them.
        """
        if not rows:
            return 0
        with translated():
            return await self._line.insert_rows(table, _evened(table, rows), ignore=on_conflict == "ignore")

    async def upsert_many(self, table: Table, rows: Rows, *, key: Sequence[str]) -> int:
        """Insert `rows`, or replace all their other columns where `key` (a unique index) is there already.

        Of rows with an equal key in the batch the last one wins. Returns the number written.
        """
        if not rows:
            return 0
        last = {tuple(row[name] for name in key): row for row in _evened(table, rows)}
        given = {name for row in rows for name in row} - {*key}
        with translated():
            return await self._line.upsert_rows(table, list(last.values()), key, given)

    async def lock_rows(self, table: Table, column: Column[Any] | str, ids: Iterable[str]) -> list[Row[Any]]:
        """The rows whose text `column` is one of `ids`, in its order, locked until the end."""
        wanted = sorted({*ids})
        if not wanted:
            return []
        return await self.rows(_locking(table, table.c[column] if isinstance(column, str) else column), {"ids": wanted})

    async def lock_free_rows(self, statement: Select[Any]) -> list[Row[Any]]:
        """The rows of `statement` that nobody else has locked, locked until the end."""
        return await self.rows(statement.with_for_update(skip_locked=True))

    def at_end(self, act: Callable[["Transaction"], Awaitable[None]]) -> None:
        """Run `act` as the last thing before the commit."""
        self._last_acts.append(act)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run `call` if and when this is committed. It must not raise or wait."""
        self._after.append(call)

    def wake(self, name: str) -> None:
        """Once this is committed, wake whoever waits for `name` (`Database.waker`)."""
        self.wakes.add(name)

    async def create_tables(self, metadata: MetaData) -> None:
        """Make the tables of `metadata` that are not there."""
        with translated():
            await self._line.toolkit.run_sync(metadata.create_all)

    async def run_last_acts(self) -> None:
        """Run what `at_end` collected, acts added meanwhile included. For `Database.transaction`."""
        while self._last_acts:
            await self._last_acts.pop(0)(self)

    def run_after_commit(self) -> None:
        """Run what `after_commit` collected. For `Database.transaction`."""
        for call in self._after:
            call()


@cache
def _locking(table: Table, column: Column[Any]) -> Prepared:
    return Prepared(select(table).where(among(column, many("ids"))).order_by(column).with_for_update())


def _one(params: Parameters | None) -> Mapping[str, object]:
    if isinstance(params, Sequence):
        raise TypeError("a prepared statement runs once: many rows go by insert_many and upsert_many")
    return params or {}


def _evened(table: Table, rows: Rows) -> Rows:
    first = rows[0]
    size = len(first)
    defaults = _defaults(table)
    if all(name in first for name in defaults) and all(len(row) == size for row in rows):
        keys = first.keys()
        if len(rows) == 1 or all(row.keys() == keys for row in rows):
            return rows
    names = list(dict.fromkeys(name for row in rows for name in row))
    names += [name for name in defaults if name not in names]
    filled = {name: _scalar(defaults.get(name)) for name in names}
    return [{name: row.get(name, filled[name]) for name in names} for row in rows]


@lru_cache(maxsize=256)
def _defaults(table: Table) -> Mapping[str, object]:
    return {column.key: column.default for column in table.c if column.default is not None}


def _scalar(default: object) -> object:
    if default is None:
        return None
    if not getattr(default, "is_scalar", False):
        raise TypeError("a column's default must be a plain value: give the others in the row")
    return getattr(default, "arg", None)
