"""Whether a feed has been silent for longer than is usual for it at this hour of this weekday.

The measure is its own past: how many messages it sent in the same stretch of the week, by the clock on the ward, in
each of the four weeks before. A feed that usually sends few is given longer, of itself. The two bounds are ours: with
six messages usual, a stretch without any comes by chance once in some four hundred (Poisson).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Final

from shared.london import LONDON, london_date
from shared.words import DAYS, clock_time, short_day

LEAST_SILENCE: Final = timedelta(minutes=15)
LEAST_MISSED: Final = 6.0
WEEKS: Final = 4
_HOUR: Final = timedelta(hours=1)
_WEEK: Final = timedelta(weeks=1)
_BY_NOW: Final = timedelta(hours=12)
_PARTS: Final = (
    (6, "in the early hours of a {}"),
    (12, "on a {} morning"),
    (18, "on a {} afternoon"),
    (24, "on a {} evening"),
)


def stale_because(hours: Mapping[datetime, int], last_heard_at: datetime, at: datetime) -> str | None:
    """Why a feed that was last heard at `last_heard_at` counts as stale at `at`, in words; None: it does not.

    `hours` are its messages by the hour (its beginning, UTC); what came before the first of them is not known, and
    nothing is said of a feed that has not been known for a week.
    """
    if at - last_heard_at < LEAST_SILENCE or not hours:
        return None
    usual = _usual(hours, last_heard_at, at)
    if usual is None or usual < LEAST_MISSED:
        return None
    meanwhile, since = _meanwhile(at - last_heard_at, at), _since(last_heard_at, at)
    return f"usually {round(usual):,} messages {meanwhile}, none since {since}"


def _usual(hours: Mapping[datetime, int], start: datetime, end: datetime) -> float | None:
    """The messages of the same stretch of the week in the weeks before; of a whole week where it is longer."""
    known_from = min(hours)
    stretches = [(_before(start, weeks), _before(end, weeks)) for weeks in range(1, WEEKS + 1)]
    if end - start > _WEEK:
        stretches = [(_before(start, weeks), _before(start, weeks - 1)) for weeks in range(1, WEEKS + 1)]
    found = [_within(hours, one, other) for one, other in stretches if one >= known_from]
    return median(found) if found else None


def _before(at: datetime, weeks: int) -> datetime:
    """The same weekday and time by the clock on the ward, so many weeks before."""
    return (at.astimezone(LONDON) - weeks * _WEEK).astimezone(UTC)


def _within(hours: Mapping[datetime, int], start: datetime, end: datetime) -> float:
    """The messages from `start` to `end`, those of an hour taken to have come evenly."""
    hour, found = start.replace(minute=0, second=0, microsecond=0), 0.0
    while hour < end:
        found += hours.get(hour, 0) * ((min(end, hour + _HOUR) - max(start, hour)) / _HOUR)
        hour += _HOUR
    return found


def _meanwhile(silent: timedelta, at: datetime) -> str:
    if silent > _WEEK:
        return "a week"
    here = at.astimezone(LONDON)
    if silent > _BY_NOW:
        return "in as long at this time of the week"
    part = next(words for until, words in _PARTS if here.hour < until)
    return "by now " + part.format(DAYS[here.weekday()])


def _since(last_heard_at: datetime, at: datetime) -> str:
    day, today = london_date(last_heard_at), london_date(at)
    said = clock_time(last_heard_at)
    return said if day == today else f"{short_day(day, today)} at {said}"
