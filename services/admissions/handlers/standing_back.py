"""Who goes first when both would: senders who wait for an acknowledgement, or kept messages that wait to be understood.

A sender waits for its answer before it sends the next message, so a burst is over the sooner the faster it is answered;
the fold loses nothing by waiting. It must not wait for ever: a burst that does not end gives it an even share.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

LONGEST: Final = 5.0
"""Seconds that interpretation stands back in all before it has caught up; after that it goes on for as long, whoever
waits."""
LOOK_SECONDS: Final = 0.005


class StandingBack:
    """Holds interpretation back while intake is `pressed`. `now` and `pause` are in seconds."""

    def __init__(
        self,
        pressed: Callable[[], bool],
        *,
        now: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pressed = pressed
        self._now = now
        self._pause = pause
        self._stood = 0.0
        self._free_until = 0.0

    async def give_way(self, stop: asyncio.Event) -> None:
        """Return once nobody presses, `LONGEST` was stood back, or the process stops."""
        began = self._now()
        if began < self._free_until:
            return
        while self._pressed() and not stop.is_set():
            stood = self._stood + self._now() - began
            if stood >= LONGEST:
                self._stood, self._free_until = 0.0, self._now() + LONGEST
                return
            await self._pause(LOOK_SECONDS)
        self._stood += self._now() - began

    def caught_up(self) -> None:
        """Nothing waits any more: the next burst may have all the time there is."""
        self._stood = 0.0
