"""Waiting for something that must come true within a generous time."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

LOOK_SECONDS = 0.05


async def until(
    holds: Callable[[], bool | Awaitable[bool]], seconds: float, otherwise: Callable[[], str] = lambda: ""
) -> None:
    """Wait until `holds()` is true; fail after so many seconds, saying `otherwise()`."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        found = holds()
        if inspect.isawaitable(found):
            found = await found
        if found:
            return
        assert loop.time() < end, f"not within {seconds:g} s. {otherwise()}"
        await asyncio.sleep(LOOK_SECONDS)
