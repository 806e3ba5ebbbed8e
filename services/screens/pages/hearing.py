"""How old what is shown is: admissions knows when the hospital was last heard, and is asked beside what is shown."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from typing import Protocol, TypeVar

from services.screens.clients import messages, unless_away
from services.screens.pages.site import Reader
from services.screens.presenters import frame
from services.screens.presenters.frame import Freshness
from shared.contracts.api.admissions import FeedList, LastHeard

Found = TypeVar("Found")


class Aged(Protocol):
    """An answer about cases: when its newest fact was learned, and when it was made."""

    @property
    def data_as_of(self) -> datetime | None:
        """When the newest fact was learned."""
        ...

    @property
    def at(self) -> datetime:
        """When the answer was made."""
        ...


async def heard(reader: Reader, wanted: Awaitable[Found]) -> tuple[Found, Freshness]:
    """What is wanted, and how old it is. Raises as the asking for it does; that the feeds are away harms nothing."""
    found, feeds = await asyncio.gather(wanted, unless_away(messages.feeds(reader.ask)))
    return found, of_feeds(reader, feeds)


def of_feeds(reader: Reader, feeds: FeedList | None) -> Freshness:
    """How old it is by the feeds; None when they could not be read."""
    if feeds is None:
        return frame.unknown_freshness(reader.now)
    return frame.freshness(feeds.data_as_of, feeds.at, reader.now)


async def last(reader: Reader) -> LastHeard | None:
    """When the hospital was last heard; None when that cannot be asked now. Asked beside what a page about cases shows,
    never after it: what came since is not on the page.
    """
    return await unless_away(messages.last_heard(reader.ask))


def of_cases(reader: Reader, found: Aged, heard: LastHeard | None) -> Freshness:
    """How old an answer about cases is."""
    return frame.case_freshness(found.data_as_of, found.at, heard, reader.now)
