"""Which feeds are stale: read only of those that have been silent for a while."""

from collections.abc import Mapping
from datetime import datetime

from services.admissions.model import Sender
from services.admissions.rules.silence import LEAST_SILENCE, stale_because
from services.admissions.store import feed_counts
from shared.database import Reading


async def stale(reading: Reading, trust: str, heard: Mapping[Sender, datetime], at: datetime) -> dict[Sender, str]:
    """Of the feeds last `heard` when, those that are stale at `at`, and why. Leave out those whose messages wait."""
    silent = [sender for sender, last in heard.items() if at - last >= LEAST_SILENCE]
    hours = await feed_counts.hours_of(reading, trust, silent)
    found = {sender: stale_because(hours.get(sender, {}), heard[sender], at) for sender in silent}
    return {sender: why for sender, why in found.items() if why is not None}
