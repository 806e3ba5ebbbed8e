"""The live feed of a page: says that something changed, never what. The page fetches its own region again.

It says `ready` when every feed the page lives by is followed from the instant its data was read, and `lost` when one
is not: a page claims to update by itself only while it does. A stream ends by itself after a while, so that who is
still signed in is checked again; and at once when the screens close.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from services.screens.clients import Away, NotAllowed, SignedOut, live
from services.screens.clients.live import Feed
from services.screens.pages.doors import SIGNED_IN, door
from services.screens.pages.site import Reader

LIFE = timedelta(minutes=5)
PING = timedelta(seconds=15)
RETRY = timedelta(seconds=3)
# A page that asks for its feed later than this after it was read, a tab woken up say, is old: it is read again.
OLD = timedelta(minutes=1)
_FEEDS: dict[str, tuple[Feed, ...]] = {"cases": ("discharge",), "alerts": ("notifications", "discharge")}

CHANGED = b"id: 1\nevent: changed\ndata: {}\n\n"
READY = b"id: 1\nretry: 2000\nevent: ready\ndata: {}\n\n"
LOST = b"id: 1\nevent: lost\ndata: {}\n\n"
PINGED = b": still here\n\n"


@dataclass(slots=True)
class _Heard:
    """What the feeds said and the browser was not told yet. `told` is what it was told of the connection last."""

    feeds: tuple[Feed, ...]
    changed: bool = False
    followed: set[Feed] = field(default_factory=set[Feed])
    gone: set[Feed] = field(default_factory=set[Feed])
    told: bytes | None = None
    over: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def following(self, feed: Feed) -> None:
        self.followed.add(feed)
        self.gone.discard(feed)
        self.news.set()

    def lost(self, feed: Feed) -> None:
        self.followed.discard(feed)
        self.gone.add(feed)
        self.news.set()

    def change(self) -> None:
        self.changed = True
        self.news.set()

    def end(self) -> None:
        self.over = True
        self.news.set()

    def take(self) -> list[bytes]:
        """What to tell now."""
        self.news.clear()
        state = LOST if self.gone else READY if self.followed.issuperset(self.feeds) else self.told
        said = [state] if state is not None and state != self.told else []
        self.told = state
        if self.changed:
            self.changed = False
            said.append(CHANGED)
        return said


async def stream(reader: Reader) -> Response:
    """Tells of changes. A browser that comes back is told once, for whatever it missed meanwhile."""
    heard = _Heard(_FEEDS.get(reader.asked("on") or "", ("discharge",)))
    since = _instant(reader.asked("since"))
    again = reader.request.headers.get("last-event-id") is not None
    heard.changed = again or (since is not None and reader.now - since > OLD)
    told = _told(reader, heard, reader.asked("case"), None if heard.changed else since)
    return StreamingResponse(told, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _instant(text: str | None) -> datetime | None:
    """An instant (UTC) out of an address; nothing for what is none."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None


async def _told(reader: Reader, heard: _Heard, subject: str | None, since: datetime | None) -> AsyncIterator[bytes]:
    closing = asyncio.create_task(reader.site.closing.wait())
    following = [asyncio.create_task(_follow(reader, feed, subject, heard, since)) for feed in heard.feeds]
    loop = asyncio.get_running_loop()
    until = loop.time() + LIFE.total_seconds()
    try:
        while not closing.done() and not heard.over and loop.time() < until:
            for said in heard.take():
                yield said
            if not await _woken(heard, closing):
                yield PINGED
    finally:
        for task in (closing, *following):
            task.cancel()
        await asyncio.gather(closing, *following, return_exceptions=True)


async def _woken(heard: _Heard, closing: asyncio.Task[bool]) -> bool:
    """Wait until something is heard or the screens close; False when neither came for a while."""
    waiting = asyncio.create_task(heard.news.wait())
    try:
        done, _ = await asyncio.wait(
            {waiting, closing}, timeout=PING.total_seconds(), return_when=asyncio.FIRST_COMPLETED
        )
        return bool(done)
    finally:
        waiting.cancel()


async def _follow(reader: Reader, feed: Feed, subject: str | None, heard: _Heard, since: datetime | None) -> None:
    """Follow one feed, again and again, each time from where it was; who may not read it has nothing to be told."""
    reached: str | None = None
    while True:
        try:
            async for told in live.follow(reader.ask, feed, since=since, after=reached):
                reached = told.reached or reached
                heard.following(feed)
                if told.entry is not None and subject in (None, told.entry.subject):
                    heard.change()
        except Away:
            heard.lost(feed)
        except NotAllowed:
            return heard.following(feed)
        except SignedOut:
            return heard.end()
        await asyncio.sleep(RETRY.total_seconds())


ROUTES: list[Route] = [door("/live", stream, allow=SIGNED_IN)]
