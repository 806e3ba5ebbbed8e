"""The clock on the ward: Europe/London, and the days it counts."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")


def midnight_before(at: datetime) -> datetime:
    """The last midnight (UTC) by the clock on the ward, `at` (aware) included."""
    return at.astimezone(LONDON).replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)
