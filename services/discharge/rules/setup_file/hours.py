"""Hours of a rota line, as a ward writes them: `mon-fri 08:30-17:00`, `sat,sun 09:00-17:00`, `daily 20:00-08:00`."""

import re
from datetime import time
from typing import Final

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LINE: Final = re.compile(r"([a-z,-]+) ([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})")


def read_hours(text: str) -> tuple[frozenset[int], time, time]:
    """The days (0 is Monday), the beginning and the end. Raises ValueError, in words for the writer of the file."""
    found = _LINE.fullmatch(" ".join(text.lower().split()))
    if not found:
        raise ValueError("must be days and hours such as mon-fri 08:30-17:00")
    try:
        starts, ends = time.fromisoformat(found[2]), time.fromisoformat(found[3])
    except ValueError:
        raise ValueError("has a time that is not on the clock (00:00 to 23:59)") from None
    if starts == ends:
        raise ValueError("begins and ends at the same time")
    return frozenset(day for piece in found[1].split(",") for day in _days(piece)), starts, ends


def _days(piece: str) -> list[int]:
    if piece == "daily":
        return list(range(7))
    first, _, last = piece.partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        raise ValueError(f"has a day that is not one of {', '.join(DAYS)} or daily")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    return [day % 7 for day in range(begin, end + 1 if end >= begin else end + 8)]


def write_hours(days: frozenset[int], starts: time, ends: time) -> str:
    """The line that `read_hours` reads so."""
    if days == frozenset(range(7)):
        said = "daily"
    elif days == frozenset(range(5)):
        said = "mon-fri"
    else:
        said = ",".join(DAYS[day] for day in sorted(days))
    return f"{said} {starts.isoformat('minutes')}-{ends.isoformat('minutes')}"
