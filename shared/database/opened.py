"""An open database."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from typing import Any, Literal, Self

from sqlalchemy import URL, MetaData, Table, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database import postgresql, sqlite
from shared.database.errors import (
    DatabaseDamaged,
    DatabaseUnavailable,
    StatementRefused,
    naming_the_file,
    reaching,
    translated,
)
from shared.database.held import Held
from shared.database.lines import Line, throw_away
from shared.database.transactions import Reading, Transaction
from shared.database.uninterrupted import to_the_end
from shared.database.wakes import Waker, Wakes


class _Rehearsed(Exception):
    """Ends a rehearsal: its transaction is undone."""


class Database:
    """SQLite or PostgreSQL, by its URL. Belongs to one event loop; a process needs one for each URL."""

    def __init__(
        self,
        url: URL,
        dialect: Literal["sqlite", "postgresql"],
        writers: AsyncEngine,
        readers: AsyncEngine,
        wakes: Wakes,
    ) -> None:
        self._url = url
        self.dialect: Literal["sqlite", "postgresql"] = dialect
        self._writers = writers
        self._readers = readers
        self._wakes = wakes
        self._remembered: dict[object, Any] = {}
        # SQLite's own waiting is a loop of sleeps and unfair; a queue in the process is neither.
        self._turn: asyncio.Lock | None = asyncio.Lock() if dialect == "sqlite" else None
        self._lines = sqlite.Line if dialect == "sqlite" else postgresql.Line
        self._held = Held(writers) if dialect == "postgresql" else None

    @classmethod
    async def open(cls, url: str, *, pool: int = 8) -> Self:
        """Open the database at `url` ("sqlite:///path", "postgresql://…", with or without a driver's name).

        Raises ValueError for any other kind, DatabaseUnavailable if nobody answers, DatabaseDamaged if its file is
        no database.
        """
        parsed = make_url(url)
        kind = parsed.get_backend_name()
        if kind == "sqlite":
            writers, readers = sqlite.engines(parsed)
            database = cls(parsed, "sqlite", writers, readers, Wakes(None))
        elif kind in ("postgresql", "postgres"):
            writers, readers = postgresql.engines(parsed, pool)
            database = cls(parsed, "postgresql", writers, readers, Wakes(writers))
        else:
            raise ValueError(f"Homeward keeps its data in SQLite or PostgreSQL, not in {kind}")
        try:
            with reaching(parsed):
                async with database.reading():
                    pass
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Close all connections."""
        await self._wakes.close()
        if self._held is not None:
            await self._held.close()
        await self._writers.dispose()
        await self._readers.dispose()

    async def create_all(self, metadata: MetaData) -> None:
        """Make the tables of `metadata` that are not there. For tests and scratch databases; services migrate."""
        async with self.transaction() as tx:
            await tx.create_tables(metadata)

    async def study(self) -> None:
        """Look at how the tables are filled, so that questions begin where little is. PostgreSQL does so by itself."""
        if self.dialect == "sqlite":
            async with self.transaction() as tx:
                await tx.execute(text("ANALYZE"))

    async def study_growth(self, tables: Collection[str]) -> None:
        """Look anew at those of `tables` that have doubled since they were looked at; SQLite has no need.

        A plan that PostgreSQL made for an empty table is kept, and reads all of what came since with each question,
        until the table is looked at. By itself it does that once a minute.
        """
        if self.dialect == "postgresql":
            async with self.transaction() as tx:
                for row in await tx.rows(postgresql.GROWN):
                    if row.relname in tables:
                        await tx.execute(text(f"ANALYZE {row.relname}"))

    def waker(self, name: str) -> Waker:
        """Somebody who is woken when a transaction that said `wake(name)` has committed."""
        return self._wakes.waker(name)

    def forget(self, name: str, waker: Waker) -> None:
        """Stop waking `waker`."""
        self._wakes.forget(name, waker)

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Reading]:
        """A reading: one snapshot on SQLite, one a statement on PostgreSQL. Never waits for a writer."""
        async with self._begun(self._readers, writes=False, end=_give_back) as line:
            yield Reading(line, self._remembered)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction]:
        """A transaction: kept when the block ends, undone if it raises. Writers of SQLite queue in order of arrival.

        A cancellation during the commit waits for it, so that what was told and what is kept never differ.
        Raises DatabaseUnavailable, also when it is not known whether the commit succeeded.
        """
        async with self._transaction(self._remembered) as tx:
            yield tx

    @asynccontextmanager
    async def _transaction(self, remembered: dict[object, Any]) -> AsyncGenerator[Transaction]:
        turn: AbstractAsyncContextManager[object] = self._turn or nullcontext()
        keep: Callable[[Line], Awaitable[None]] = lambda line: self._commit(line, tx)  # noqa: E731
        async with turn, self._begun(self._writers, writes=True, end=keep) as line:
            tx = Transaction(line, remembered)
            yield tx
            await tx.run_last_acts()

    @asynccontextmanager
    async def _begun(
        self, engine: AsyncEngine, *, writes: bool, end: Callable[[Line], Awaitable[None]]
    ) -> AsyncGenerator[Line]:
        """A connection with a transaction begun, which `end` ends. Broken off it is undone, or thrown away with the
        connection if the database is away.
        """
        with naming_the_file(self._url):
            with translated():
                line = await self._lines.of(engine, writes=writes)
            try:
                with translated():
                    # One that is begun after all, in the driver's thread, must be known of to be undone.
                    await (to_the_end(line.begin()) if writes else line.begin())
                yield line
            except DatabaseUnavailable:
                await to_the_end(throw_away(line))
                raise
            except BaseException:
                await to_the_end(_give_back(line))
                raise
            await to_the_end(end(line))

    @asynccontextmanager
    async def rehearsal(self) -> AsyncGenerator[Transaction]:
        """A transaction that is undone when the block ends: in it one sees what the same transaction would do.

        What was to be done at its end or after its commit is not done, and nobody is woken; what was remembered in it
        is forgotten with it. Meanwhile it holds what a transaction holds. Raises DatabaseUnavailable.
        """
        with suppress(_Rehearsed):
            async with self._transaction({**self._remembered}) as tx:
                yield tx
                raise _Rehearsed

    async def insert_alone(self, table: Table, columns: Mapping[str, Sequence[object]]) -> int:
        """Insert rows, given as a list a column, by a statement that is a transaction of its own: the quickest commit.

        Rows that are there already are passed over, repeats among those given as well; returns how many went in, once
        they are kept. Raises as `transaction` does.
        """
        if self._held is None:
            rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
            async with self.transaction() as tx:
                return await tx.insert_many(table, rows, on_conflict="ignore")
        with translated():
            return await to_the_end(self._held.insert(table, columns))

    async def _commit(self, line: Line, tx: Transaction) -> None:
        try:
            with translated():
                await line.commit()
        except BaseException:
            # SQLite stays inside a transaction whose commit a deferred constraint refused: the connection is of no use.
            await throw_away(line)
            raise
        await line.toolkit.close()
        tx.run_after_commit()
        self._wakes.tell(tx.wakes)


async def _give_back(line: Line) -> None:
    """Undo what was begun. Where that fails it ends with the connection, and the reason to undo it is what is told."""
    try:
        with translated():
            await line.rollback()
    except (DatabaseUnavailable, DatabaseDamaged, StatementRefused):
        await line.toolkit.invalidate()
    finally:
        with translated():
            await line.toolkit.close()
