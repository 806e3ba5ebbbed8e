"""The services' live feeds, followed for one reader: which subject changed, nothing else."""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import httpx2
from pydantic import ValidationError

from services.screens.clients.calls import Asking, Away, NotAllowed, SignedOut
from shared.contracts.api.live import LiveEntry

Feed = Literal["discharge", "notifications"]
_WAIT = httpx2.Timeout(5.0, read=None)


@dataclass(frozen=True, slots=True)
class Told:
    """What a feed said: how far it is told by now, and the change, if it was one."""

    reached: str | None = None
    entry: LiveEntry | None = None


async def follow(ask: Asking, feed: Feed, *, since: datetime | None, after: str | None) -> AsyncIterator[Told]:
    """What changed since an instant (UTC), or after what a feed reached before, until the service ends the stream.

    The first thing told is how far the feed is, without a change: from then on the reader is connected.

    Raises `Away`, `SignedOut` or `NotAllowed`.
    """
    url = f"{ask.services.urls[feed]}/{feed}/v1/live"
    headers = ask.headers() | {"Accept": "text/event-stream"} | ({"Last-Event-ID": after} if after else {})
    asked = {"since": since.isoformat()} if since is not None and after is None else {}
    try:
        async with ask.services.streams.stream("GET", url, params=asked, headers=headers, timeout=_WAIT) as answer:
            if answer.status_code == 401:
                raise SignedOut
            if answer.status_code == 403:
                raise NotAllowed
            if answer.status_code != 200:
                raise Away(feed)
            async for told in _told(answer.aiter_lines()):
                yield told
    except httpx2.TransportError as gone:
        raise Away(feed) from gone


async def _told(lines: AsyncIterable[str]) -> AsyncIterator[Told]:
    """The events of a stream (WHATWG HTML, server-sent events), each of one `data:` line; an empty line ends one."""
    reached, data = None, ""
    async for line in lines:
        name, _, value = line.partition(":")
        if name == "id":
            reached = value.strip()
        elif name == "data":
            data = value.strip()
        elif not line and (reached or data):
            yield Told(reached, _entry(data) if data else None)
            reached, data = None, ""


def _entry(data: str) -> LiveEntry | None:
    """The change, or nothing when this release cannot read it."""
    try:
        return LiveEntry.model_validate_json(data)
    except ValidationError:
        return None
