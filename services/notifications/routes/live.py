"""The live feed: which alerts changed, as they change. A reader that was away goes on where it stopped."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.notifications.model import Position, read, written
from services.notifications.routes.alerts import READERS
from services.notifications.store import feed
from services.notifications.tables import log
from shared.database import Database
from shared.database.wakes import Waker
from shared.web import Caller, Router, the_caller

LOOK_SECONDS = 5.0
RETRY_MILLISECONDS = 2000


@dataclass(slots=True)
class Live:
    """The feed's readers of this process. `close` ends their streams; each may come back with its last id."""

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

    async def entries(self, trust: str, after: Position | None) -> AsyncGenerator[ServerSentEvent]:
        """Changes of this trust's alerts after a position, from now on without one; ends when the service stops."""
        async with self._woken() as waker:
            async with self.database.reading() as reading:
                position = await feed.start(reading, trust, after)
            yield ServerSentEvent(comment="connected", id=written(position), retry=RETRY_MILLISECONDS)
            while not self._closing:
                async with self.database.reading() as reading:
                    news = await feed.after(reading, trust, position)
                for one in news:
                    position = one.position
                    yield ServerSentEvent(data=one.entry, id=written(position))
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


def router(live: Live) -> Router:
    """`GET /notifications/v1/live`."""
    routes = Router(prefix="/notifications/v1", tags=["live"])

    @routes.get("/live", allow=READERS, response_class=EventSourceResponse)
    async def follow(
        caller: Annotated[Caller, Depends(the_caller)],
        last_event_id: Annotated[str | None, Header(max_length=64)] = None,
    ) -> AsyncIterator[ServerSentEvent]:
        """Server-sent events, each a LiveEntry. `Last-Event-ID` resumes after that entry."""
        async for one in live.entries(caller.trust, read(last_event_id)):
            yield one

    _ = follow
    return routes
