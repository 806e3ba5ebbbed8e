"""Waiting that ends when the task is told to stop."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from shared.database.wakes import Waker

FIRST_SECONDS = 0.1
LONGEST_SECONDS = 5.0


class Pauses:
    """Pauses between attempts while something is away: each twice as long as the one before, up to five seconds."""

    def __init__(self) -> None:
        self._next = FIRST_SECONDS

    def over(self) -> None:
        """It is back."""
        self._next = FIRST_SECONDS

    async def pause(self, stop: asyncio.Event) -> None:
        """Wait, or until `stop`."""
        seconds, self._next = self._next, min(2 * self._next, LONGEST_SECONDS)
        await pause(stop, seconds)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait for so many seconds, or until `stop`."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


@asynccontextmanager
async def woken_by(stop: asyncio.Event, waker: Waker) -> AsyncGenerator[None]:
    """Let `stop` end the waits of `waker`."""

    async def watch() -> None:
        await stop.wait()
        waker.wake()

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
