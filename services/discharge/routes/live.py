"""The live feed: which cases changed, as they change. A reader that was away goes on where it stopped."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.discharge.routes.desk import READERS, TheCaller
from services.discharge.store import feed
from services.discharge.tables.cases import log
from shared.database import Database
from shared.database.wakes import Waker
from shared.web import Router

LOOK_SECONDS = 5.0
RETRY_MILLISECONDS = 2000
_SHAPE = re.compile(r"([0-9]{1,18})-([0-9]{1,18})", re.ASCII)


@dataclass(slots=True)
class Live:
    """The feed's readers of this process. Each may come back with its last id."""

    database: Database
    _wakers: set[Waker] = field(default_factory=set[Waker])
    _closing: bool = False

    async def until(self, stop: asyncio.Event) -> None:
        """A task: serve until `stop`, then end every stream."""
        self._closing = False
        await stop.wait()
        self._closing = True
        for waker in self._wakers:
            waker.wake()

    async def entries(self, trust: str, after: feed.Position | None) -> AsyncGenerator[ServerSentEvent]:
        """Changes of this trust's cases after a position, from now on without one; ends when the service stops."""
        async with self._woken() as waker:
            async with self.database.reading() as reading:
                position = await feed.start(reading, trust, after)
            yield ServerSentEvent(comment="connected", id=_written(position), retry=RETRY_MILLISECONDS)
            while not self._closing:
                async with self.database.reading() as reading:
                    news = await feed.news(reading, trust, position)
                for reached, entry in news:
                    position = reached
                    yield ServerSentEvent(data=entry, id=_written(position))
                if not news:
                    await waker.wait(LOOK_SECONDS)

    @asynccontextmanager
    async def _woken(self) -> AsyncGenerator[Waker]:
        waker = self.database.waker(log.topic)
        self._wakers.add(waker)
        try:
            yield waker
        finally:
            self._wakers.discard(waker)
            self.database.forget(log.topic, waker)


def _written(position: feed.Position) -> str:
    return f"{position.epoch}-{position.no}"


def _read(text: str | None) -> feed.Position | None:
    found = _SHAPE.fullmatch(text or "")
    return feed.Position(int(found[1]), int(found[2])) if found else None


def router(live: Live) -> Router:
    """`GET /discharge/v1/live`."""
    routes = Router(prefix="/discharge/v1", tags=["live"])

    @routes.get("/live", allow=READERS, response_class=EventSourceResponse)
    async def follow(
        caller: TheCaller, last_event_id: Annotated[str | None, Header(max_length=64)] = None
    ) -> AsyncIterator[ServerSentEvent]:
        """Server-sent events, each a LiveEntry. `Last-Event-ID` resumes after that entry."""
        async for one in live.entries(caller.trust, _read(last_event_id)):
            yield one

    _ = follow
    return routes
