"""Dates and times as people type them, read as of Europe/London; or what is wrong with them."""

import re
from datetime import UTC, date, datetime, time

from services.screens.presenters.fields import Wrong
from services.screens.presenters.words import LONDON

_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.IGNORECASE)
_NAMED = {"midday": time(12), "noon": time(12), "midnight": time(0)}


def read_date(parts: tuple[str, str, str], field: str, label: str) -> date | Wrong:
    """The date of three typed parts; a year of two digits is of this century."""
    if not any(parts):
        return Wrong(field, f"Enter {label}")
    missing = [name for name, part in zip(("day", "month", "year"), parts, strict=True) if not part]
    if missing:
        return Wrong(field, f"{label[:1].upper()}{label[1:]} must include a {' and '.join(missing)}")
    try:
        day, month, year = (int(part) for part in parts)
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return Wrong(field, f"{label[:1].upper()}{label[1:]} must be a real date, like 27 3 2026")


def read_time(text: str, field: str) -> time | Wrong:
    """The time typed as "9:30am", "5pm", "14:00" or "midday"."""
    if text.lower() in _NAMED:
        return _NAMED[text.lower()]
    found = _TIME.fullmatch(text)
    if not found:
        return Wrong(field, "Enter a time, like 9:30am or 14:00")
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        return Wrong(field, "Enter a time, like 9:30am or 14:00")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        return Wrong(field, "Enter a time, like 9:30am or 14:00")
    return time(hour, minute)


def instant(day: date, clock: time) -> datetime:
    """The instant of a day and time in London."""
    return datetime.combine(day, clock, LONDON).astimezone(UTC)
