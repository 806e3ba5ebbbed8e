"""The live feed of a page: says that something changed, never what. The page fetches its own region again.

A stream ends by itself after a while, so that who is still signed in is checked again; and at once when the screens
close.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from services.screens.clients import Away, NotAllowed, SignedOut, live
from services.screens.clients.live import Feed
from services.screens.pages.doors import SIGNED_IN, door
from services.screens.pages.site import Reader

LIFE = timedelta(minutes=5)
PING = timedelta(seconds=15)
RETRY = timedelta(seconds=3)
_FEEDS: dict[str, tuple[Feed, ...]] = {"cases": ("discharge",), "alerts": ("notifications", "discharge")}
_QUEUE = 100

CHANGED = b"id: 1\nevent: changed\ndata: {}\n\n"
READY = b"id: 1\nretry: 2000\nevent: ready\ndata: {}\n\n"
PINGED = b": still here\n\n"


async def stream(reader: Reader) -> Response:
    """Tells of changes. A browser that comes back is told once, for whatever it missed meanwhile."""
    feeds = _FEEDS.get(reader.asked("on") or "", ("discharge",))
    again = reader.request.headers.get("last-event-id") is not None
    told = _told(reader, feeds, reader.asked("case"), again=again)
    return StreamingResponse(told, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _told(reader: Reader, feeds: tuple[Feed, ...], subject: str | None, *, again: bool) -> AsyncIterator[bytes]:
    heard: asyncio.Queue[bool] = asyncio.Queue(_QUEUE)
    closing = asyncio.create_task(reader.site.closing.wait())
    following = [asyncio.create_task(_follow(reader, feed, subject, heard)) for feed in feeds]
    loop = asyncio.get_running_loop()
    until = loop.time() + LIFE.total_seconds()
    try:
        yield CHANGED if again else READY
        while not closing.done() and loop.time() < until:
            yield await _next(heard, closing)
    finally:
        for task in (closing, *following):
            task.cancel()
        await asyncio.gather(closing, *following, return_exceptions=True)


async def _next(heard: asyncio.Queue[bool], closing: asyncio.Task[bool]) -> bytes:
    """The next thing to say: a change, or that the stream is still here."""
    waiting = asyncio.create_task(heard.get())
    try:
        done, _ = await asyncio.wait(
            {waiting, closing}, timeout=PING.total_seconds(), return_when=asyncio.FIRST_COMPLETED
        )
        if waiting not in done:
            return PINGED
        while not heard.empty():
            heard.get_nowait()
        return CHANGED
    finally:
        waiting.cancel()


async def _follow(reader: Reader, feed: Feed, subject: str | None, heard: asyncio.Queue[bool]) -> None:
    """Follow one feed, again and again; when it comes back, something may have been missed."""
    missed = False
    while True:
        with contextlib.suppress(Away):
            try:
                if missed:
                    _say(heard)
                async for entry in live.follow(reader.ask, feed):
                    if subject is None or entry.subject == subject:
                        _say(heard)
            except (SignedOut, NotAllowed):
                return
        missed = True
        await asyncio.sleep(RETRY.total_seconds())


def _say(heard: asyncio.Queue[bool]) -> None:
    with contextlib.suppress(asyncio.QueueFull):
        heard.put_nowait(True)


ROUTES: list[Route] = [door("/live", stream, allow=SIGNED_IN)]
