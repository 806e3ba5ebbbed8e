"""A live feed: which subjects of a service changed, as they change. A reader that was away goes on where it stopped.

A stream ends by itself after five minutes, so that whether its reader is still signed in is looked at again. It is read
out of what the service announced, in the order it was announced. Entries carry subject and version only.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy import and_, or_, select

from shared.callers import Caller
from shared.contracts.api.live import LiveEntry
from shared.contracts.shape import InstantOfOurTime
from shared.database import Database, Reading
from shared.database.wakes import Waker
from shared.eventlog import EventLogTables
from shared.web.routing import Allow, Router, the_caller

AT_ONCE: Final = 500
LOOK_SECONDS: Final = 5.0
LIFE_SECONDS: Final = 300.0
# What was told shortly before a reader read may have been committed after: a transaction takes its time.
UNDER_WAY: Final = timedelta(seconds=2)
RETRY_MILLISECONDS: Final = 2000
_SHAPE: Final = re.compile(r"([0-9]{1,18})-([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """The entry `no` of `epoch`; 0 stands before the first. Its text is the id of a server-sent event."""

    epoch: int
    no: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.no}"


def position_in(text: str | None) -> Position | None:
    """The position that an id names, or nothing for anything that is none of ours."""
    found = _SHAPE.fullmatch(text or "")
    return Position(int(found[1]), int(found[2])) if found else None


@dataclass(slots=True)
class Live:
    """The feed's readers in this process. `kind` reads an alert's kind out of an announced event, where there is one.

    Each reader may come back with its last id.
    """

    database: Database
    log: EventLogTables
    _wakers: set[Waker] = field(default_factory=set[Waker])
    _looking: dict[tuple[str, Position], asyncio.Task[list[tuple[Position, LiveEntry]]]] = field(
        default_factory=dict[tuple[str, Position], asyncio.Task[list[tuple[Position, LiveEntry]]]]
    )
    _closing: bool = False

    async def until(self, stop: asyncio.Event) -> None:
        """A task: serve until `stop`, then end every stream."""
        self._closing = False
        await stop.wait()
        self._closing = True
        for waker in self._wakers:
            waker.wake()

    async def entries(
        self, trust: str, after: Position | None, since: datetime | None = None
    ) -> AsyncGenerator[ServerSentEvent]:
        """What changed in this trust after a position, or since an instant (UTC); from now on without either.

        Ends after `LIFE_SECONDS`, and when the service stops.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + LIFE_SECONDS
        with self._woken() as waker:
            async with self.database.reading() as reading:
                position = await self._start(reading, trust, after, since)
            yield ServerSentEvent(comment="connected", id=str(position), retry=RETRY_MILLISECONDS)
            while not self._closing and loop.time() < until:
                news = await self._shared_news(trust, position)
                for reached, entry in news:
                    position = reached
                    yield ServerSentEvent(data=entry, id=str(position))
                if not news:
                    await waker.wait(LOOK_SECONDS)

    async def _start(self, reading: Reading, trust: str, after: Position | None, since: datetime | None) -> Position:
        """After the entry a reader had last, or what it read, else now; so is one from the future or of another log."""
        lanes = self.log.lanes
        row = await reading.row(select(lanes.c.epoch, lanes.c.no).where(lanes.c.trust == trust))
        now = Position(row.epoch, row.no) if row is not None else Position(0, 0)
        if after is None:
            return now if since is None else await self._read_at(reading, trust, since, now)
        return min(after, now)

    async def _read_at(self, reading: Reading, trust: str, since: datetime, now: Position) -> Position:
        """Before all that a reader cannot have seen who read at `since`: rather told twice than missed."""
        outbox = self.log.outbox
        rows = await reading.rows(
            select(outbox.c.epoch, outbox.c.no, outbox.c.at)
            .where(outbox.c.trust == trust)
            .order_by(outbox.c.epoch.desc(), outbox.c.no.desc())
            .limit(AT_ONCE)
        )
        seen = next((row for row in rows if row.at <= since - UNDER_WAY), None)
        oldest = Position(rows[-1].epoch, rows[-1].no - 1) if rows else now
        return Position(seen.epoch, seen.no) if seen is not None else oldest

    async def _shared_news(self, trust: str, position: Position) -> list[tuple[Position, LiveEntry]]:
        """As `_news`, read once for all who ask at the same time: they are woken together, by each commit."""
        joined = (trust, position) in self._looking
        news = await self._look_together(trust, position)
        # The look that was joined may have begun before the commit that woke this reader.
        return await self._look_together(trust, position) if joined and not news else news

    async def _look_together(self, trust: str, position: Position) -> list[tuple[Position, LiveEntry]]:
        asked = (trust, position)
        looking = self._looking.get(asked)
        if looking is None:
            looking = self._looking[asked] = asyncio.create_task(self._look(trust, position), name="live feed")
            looking.add_done_callback(lambda _: self._looking.pop(asked, None))
        return await asyncio.shield(looking)

    async def _look(self, trust: str, position: Position) -> list[tuple[Position, LiveEntry]]:
        async with self.database.reading() as reading:
            return await self._news(reading, trust, position)

    async def _news(self, reading: Reading, trust: str, position: Position) -> list[tuple[Position, LiveEntry]]:
        """The entries after `position`, oldest first, only the newest of each subject; at most some hundreds."""
        outbox = self.log.outbox
        later = or_(outbox.c.epoch > position.epoch, and_(outbox.c.epoch == position.epoch, outbox.c.no > position.no))
        rows = await reading.rows(
            select(outbox.c.epoch, outbox.c.no, outbox.c.subject, outbox.c.version)
            .where(outbox.c.trust == trust, later)
            .order_by(outbox.c.epoch, outbox.c.no)
            .limit(AT_ONCE)
        )
        newest: dict[str, tuple[Position, LiveEntry]] = {}
        for row in rows:
            newest.pop(row.subject, None)
            entry = LiveEntry(subject=row.subject, version=row.version)
            newest[row.subject] = (Position(row.epoch, row.no), entry)
        return list(newest.values())

    @contextmanager
    def _woken(self) -> Generator[Waker]:
        waker = self.database.waker(self.log.topic)
        self._wakers.add(waker)
        try:
            yield waker
        finally:
            self._wakers.discard(waker)
            self.database.forget(self.log.topic, waker)


def router(live: Live, *, prefix: str, allow: Allow) -> Router:
    """`GET <prefix>/live`."""
    routes = Router(prefix=prefix, tags=["live"])

    @routes.get("/live", allow=allow, response_class=EventSourceResponse)
    async def follow(
        caller: Annotated[Caller, Depends(the_caller)],
        last_event_id: Annotated[str | None, Header(max_length=64)] = None,
        since: Annotated[InstantOfOurTime | None, Query()] = None,
    ) -> AsyncIterator[ServerSentEvent]:
        """Server-sent events, each a LiveEntry.

        `Last-Event-ID` resumes after that entry. `since`, the `at` of an answer, begins with what that answer cannot
        have shown; the newest 500 entries at most.
        """
        async for one in live.entries(caller.trust, position_in(last_event_id), since):
            yield one

    _ = follow
    return routes
