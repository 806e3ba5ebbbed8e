"""How old what admissions shows is: its feeds know, and are asked beside what is shown."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from services.screens.clients import messages, unless_away
from services.screens.pages.site import Reader
from services.screens.presenters import frame
from services.screens.presenters.frame import Freshness
from shared.contracts.api.admissions import FeedList

Found = TypeVar("Found")


async def heard(reader: Reader, wanted: Awaitable[Found]) -> tuple[Found, Freshness]:
    """What is wanted, and how old it is. Raises as the asking for it does; that the feeds are away harms nothing."""
    found, feeds = await asyncio.gather(wanted, unless_away(messages.feeds(reader.ask)))
    return found, of_feeds(reader, feeds)


def of_feeds(reader: Reader, feeds: FeedList | None) -> Freshness:
    """How old it is by the feeds; None when they could not be read."""
    if feeds is None:
        return frame.unknown_freshness(reader.now)
    return frame.freshness(feeds.data_as_of, feeds.at, reader.now)
