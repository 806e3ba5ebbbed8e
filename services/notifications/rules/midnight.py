"""When the hospital's day began."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def midnight_before(at: datetime) -> datetime:
    """The instant (UTC) of the last midnight by the clock on the ward (Europe/London), `at` included."""
    return at.astimezone(LONDON).replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)
