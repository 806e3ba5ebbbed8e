"""A writer, a reader and what carries events between them, told apart by the carrier only."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Column, Integer, MetaData, String, Table, delete, insert, select

from shared.clock import SystemClock
from shared.database import Database, DatabaseUnavailable, Transaction
from shared.eventlog import (
    Event,
    EventLogTables,
    ParkedSubject,
    Subscription,
    embedded,
    kafka,
    lag,
    outbox,
    relay,
    tables,
)
from shared.eventlog.events import Fetched, Handler, Reader, Taken, Task
from shared.eventlog.positions import Followed
from shared.ids import new_id

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PATIENCE = 40.0


def event(subject: str, version: int, trust: str = "RXX", data: bytes = b"{}") -> Event:
    """An event with what matters to the log."""
    return Event(new_id(), "uk.homeward.case.changed.v1", subject, trust, version, AT, data)


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(PATIENCE):
        while not await true():  # noqa: ASYNC110  # looked at from outside: there is nothing to be told by
            await asyncio.sleep(0.02)


@dataclass(slots=True)
class House:
    """`seen` is what the reader's handler wrote, in the order it did."""

    database: Database
    source: EventLogTables
    own: EventLogTables
    seen_table: Table
    bootstrap: str | None
    taken: list[Taken] = field(default_factory=list[Taken])
    poisoned: set[str] = field(default_factory=set[str])
    refused: set[str] = field(default_factory=set[str])
    on_taken: Callable[[], None] = lambda: None
    handler: Handler | None = None
    fetched: Fetched = field(default_factory=Fetched)

    async def announce(self, *events: Event) -> None:
        """Announce `events` in one transaction."""
        async with self.database.transaction() as tx:
            for one in events:
                outbox.append(tx, self.source, one)

    async def seen(self) -> list[tuple[str, int]]:
        """What was handled: (subject, version)."""
        async with self.database.reading() as reading:
            rows = await reading.rows(select(self.seen_table).order_by(self.seen_table.c.n))
        return [(row.subject, row.version) for row in rows]

    async def until_seen(self, *pairs: tuple[str, int]) -> None:
        """Wait until all of `pairs` were handled."""

        async def there() -> bool:
            with suppress(DatabaseUnavailable):
                return set(pairs) <= set(await self.seen())
            return False

        await until(there)

    async def forget_positions(self) -> None:
        """Make everything be delivered again."""
        async with self.database.transaction() as tx:
            await tx.execute(delete(self.own.positions))
            await tx.execute(delete(self.source.positions))

    async def handle(self, tx: Transaction, batch: Sequence[Event], _at: datetime) -> Sequence[ParkedSubject]:
        """Write what came; raise for the poisoned, refuse the refused."""
        for one in batch:
            if one.subject in self.refused:
                continue
            await tx.execute(insert(self.seen_table).values(subject=one.subject, version=one.version))
            if one.subject in self.poisoned:
                raise ArithmeticError("the rule has a mistake")
        return [ParkedSubject(subject, "refused") for subject in {one.subject for one in batch} & self.refused]

    def subscription(self) -> Subscription:
        """The reader's subscription."""
        return Subscription("wards", self.source.topic, self.handler or self.handle)

    def reader(self, parking_limit: int = 100) -> Reader:
        """The reader."""
        return Reader(
            self.database, self.own, self.subscription(), SystemClock(), parking_limit, self._observe, self.fetched
        )

    async def lag(self) -> int:
        """How much was announced and not taken, by the measures of whoever stands between."""
        if self.bootstrap is None:
            return await self._behind(Followed("wards", self.own, self.source))
        return await self._behind(Followed(relay.CONSUMER, self.source, self.source)) + (self.fetched.lag or 0)

    async def _behind(self, followed: Followed) -> int:
        return await lag.in_place(self.database, followed)("RXX")

    def tasks(self, reader: Reader) -> list[Task]:
        """What must run for `reader` to hear."""
        if self.bootstrap is None:
            return [embedded.follow(reader, self.source)]
        return [relay.ship(self.database, self.source, self.bootstrap), kafka.consume(reader, self.bootstrap)]

    @asynccontextmanager
    async def running(self, parking_limit: int = 100) -> AsyncGenerator[list["asyncio.Task[None]"]]:
        """Run until the block ends, then stop and raise what went wrong."""
        stop = asyncio.Event()
        running = [asyncio.create_task(_run(task, stop)) for task in self.tasks(self.reader(parking_limit))]
        try:
            yield running
        finally:
            stop.set()
            results = await asyncio.gather(*running, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    def _observe(self, _consumer: str, taken: Taken) -> None:
        self.taken.append(taken)
        self.on_taken()


async def _run(task: Task, stop: asyncio.Event) -> None:
    await task(stop)


async def build(database: Database, bootstrap: str | None = None, topic: str = "homeward.test.v1") -> House:
    """A house with empty tables."""
    metadata = MetaData()
    seen = Table(
        "seen",
        metadata,
        Column("n", Integer, primary_key=True, autoincrement=True),
        Column("subject", String(64)),
        Column("version", Integer),
    )
    source = tables.make("hospital", metadata, topic)
    own = tables.make("ward", metadata, "homeward.wards.v1")
    await database.create_all(metadata)
    return House(database, source, own, seen, bootstrap)
