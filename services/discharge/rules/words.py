"""Times, dates and durations as the NHS content guide writes them. Europe/London."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from shared.contracts.encounters import PersonDisplay

LONDON = ZoneInfo("Europe/London")


@lru_cache(maxsize=4096)
def clock_time(at: datetime) -> str:
    """“Tuesday 24 November, 8:30am”."""
    there = at.astimezone(LONDON)
    hour = there.hour % 12 or 12
    half = "am" if there.hour < 12 else "pm"
    minutes = f":{there.minute:02d}" if there.minute else ""
    return f"{there:%A} {there.day} {there:%B}, {hour}{minutes}{half}"


def day(on: date) -> str:
    """“Tuesday 24 November”."""
    return f"{on:%A} {on.day} {on:%B}"


def initials(person: PersonDisplay) -> str:
    """As “AB”, or “?”; for a board that strangers may see."""
    marks = [(part or "").strip()[:1].upper() for part in (person.given, person.family)]
    return "".join(marks) or "?"


def lasting(length: timedelta) -> str:
    """“2 days 4 hours”, “3 hours”, “less than an hour”."""
    hours = max(0, int(length.total_seconds() // 3600))
    days, rest = divmod(hours, 24)
    parts = [_counted(days, "day")] if days else []
    if rest and days < 7:
        parts.append(_counted(rest, "hour"))
    return " ".join(parts) or "less than an hour"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
