"""The hospital's own time, Europe/London: which day it is, and when it began."""

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")


def london_date(at: datetime) -> date:
    """The day in London at `at`."""
    return at.astimezone(LONDON).date()


def midnight_of(day: date) -> datetime:
    """The instant (UTC) at which a day begins by the clock on the ward."""
    return datetime.combine(day, time(0), tzinfo=LONDON).astimezone(UTC)


def midnight_before(at: datetime) -> datetime:
    """The instant (UTC) of the last midnight by the clock on the ward, `at` included."""
    return midnight_of(london_date(at))


def instant_of(clock: datetime) -> datetime:
    """The instant (UTC) at which the clock on the ward says `clock` (without a zone).

    Raises ValueError, in words, for a time that the clock skips in March, or shows twice in October.
    """
    first, second = (clock.replace(tzinfo=LONDON, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(LONDON).replace(tzinfo=None) != clock.replace(fold=0):
        raise ValueError("is skipped that night: the clocks go forward")
    if first != second:
        raise ValueError("comes twice that night, as the clocks go back: give it with its offset, as +00:00")
    return first
