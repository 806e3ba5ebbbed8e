"""Set a trust up: whose messages admissions interprets, and how its senders speak."""

from collections.abc import Mapping
from datetime import datetime

from services.admissions.model import Feed, Sender
from services.admissions.rules.feed_lines import feed_changes
from services.admissions.store import feeds as store
from shared.database import Reading, Transaction


async def named_by_others(reading: Reading, trust: str) -> dict[Sender, str]:
    """The senders that the set-up of other trusts names, each with its trust."""
    named = await store.named(reading)
    return {sender: other for other, feeds in named.items() if other != trust for sender in feeds}


async def held(reading: Reading, trust: str) -> dict[Sender, Feed]:
    """How the senders speak that the set-up of `trust` names."""
    return store.profiles(await store.every(reading, trust))


async def set_up(tx: Transaction, trust: str, at: datetime, feeds: Mapping[Sender, Feed]) -> tuple[str, ...]:
    """Have `trust` (its ODS code) from `at` (aware) on, its senders speaking as `feeds` say. Idempotent.

    Senders that `feeds` does not name speak the default. What changed about them, in words.
    """
    await store.set_up(tx, trust, at)
    told = feed_changes(await held(tx, trust), feeds)
    if told:
        await store.name_feeds(tx, trust, feeds)
    return told
