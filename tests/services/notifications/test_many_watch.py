"""Many screens are open at once: a change is read once, and told to each of them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from fastapi.sse import ServerSentEvent

from services.notifications.tables import log, metadata
from shared.database import Database, Reading
from shared.web.live import Live
from tests.services.notifications.test_live_feed import said

WATCHERS = 20


async def test_what_changed_is_read_once_for_all(any_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await any_database.create_all(metadata)
    await said(any_database, "earlier", 1)
    live = Live(any_database, log)
    feeds = [live.entries("RZZ", None) for _ in range(WATCHERS)]
    for feed in feeds:
        await anext(feed)
    asking = [asyncio.create_task(_next(feed)) for feed in feeds]
    await asyncio.sleep(0.3)
    read = 0
    plain = any_database.reading

    @asynccontextmanager
    async def counted() -> AsyncGenerator[Reading]:
        nonlocal read
        read += 1
        async with plain() as reading:
            yield reading

    monkeypatch.setattr(any_database, "reading", counted)
    await said(any_database, "a", 1)
    told = await asyncio.gather(*asking)
    assert [one.data.subject for one in told] == ["a"] * WATCHERS
    assert read < WATCHERS / 2
    for feed in feeds:
        await feed.aclose()


async def _next(feed: AsyncGenerator[ServerSentEvent]) -> ServerSentEvent:
    async with asyncio.timeout(20):
        return await anext(feed)
