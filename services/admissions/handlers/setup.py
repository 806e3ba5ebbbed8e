"""Set a trust up: whose messages admissions interprets."""

from collections.abc import Mapping
from datetime import datetime

from services.admissions.model import Feed
from services.admissions.store import feeds as store
from shared.database import Transaction


async def set_up(tx: Transaction, trust: str, at: datetime, feeds: Mapping[store.Sender, Feed] | None = None) -> None:
    """Have `trust` (its ODS code) from `at` (aware) on, its senders speaking as `feeds` say. Idempotent.

    A sender is told by feed (`mllp`, `http`, `kafka`; "" for any), MSH-3 and MSH-4; others speak the default.
    """
    await store.set_up(tx, trust, at)
    if feeds:
        await store.name_feeds(tx, trust, feeds)
