"""The services' live feeds, followed for one reader: which subject changed, nothing else."""

from collections.abc import AsyncIterator
from typing import Literal

import httpx2
from pydantic import ValidationError

from services.screens.clients.calls import Asking, Away, NotAllowed, SignedOut
from shared.contracts.api.notifications import LiveEntry

Feed = Literal["discharge", "notifications"]
_WAIT = httpx2.Timeout(5.0, read=None)


async def follow(ask: Asking, feed: Feed) -> AsyncIterator[LiveEntry]:
    """Each change as it is told, until the service ends the stream. Raises `Away`, `SignedOut` or `NotAllowed`."""
    url = f"{ask.services.urls[feed]}/{feed}/v1/live"
    headers = ask.headers() | {"Accept": "text/event-stream"}
    try:
        async with ask.services.http.stream("GET", url, headers=headers, timeout=_WAIT) as answer:
            if answer.status_code == 401:
                raise SignedOut
            if answer.status_code == 403:
                raise NotAllowed
            if answer.status_code != 200:
                raise Away(feed)
            async for line in answer.aiter_lines():
                entry = _entry(line)
                if entry is not None:
                    yield entry
    except httpx2.TransportError as gone:
        raise Away(feed) from gone


def _entry(line: str) -> LiveEntry | None:
    """The entry of a `data:` line; comments, ids and what this release cannot read are passed over."""
    if not line.startswith("data:"):
        return None
    try:
        return LiveEntry.model_validate_json(line.removeprefix("data:").strip())
    except ValidationError:
        return None
