"""HL7 times (TS, DTM) to instants in UTC.

Times in English ADT carry no offset and mean hospital local time, Europe/London unless a sender is known to write that
of another zone. Times spelt as ISO 8601 or a database spells them are read as well. Nothing is clamped and nothing
raises: what is odd is flagged, what is impossible has no instant, and the text as sent is always kept.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Final

from shared.london import LONDON

_TEXT: Final = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,6})\d*)?)?)?)?)?)?([+-]\d{4})?", re.ASCII
)
_OTHERWISE: Final = re.compile(
    r"(\d{4})(?:(-?)(\d\d)(?:\2(\d\d)(?:[T ]?(\d\d)(?:(:?)(\d\d)(?:\6(\d\d)(?:[.,](\d+))?)?)?"
    r"(?: ?(Z|[+-]\d\d(?::?\d\d)?))?)?)?)?",
    re.ASCII | re.IGNORECASE,
)
"""As ISO 8601 and databases write it: hyphens in the date, T or a blank, colons, and an offset in any spelling."""
_REMEMBERED: Final = 4_000
"""Times read that are remembered: one message tells the same two or three over and over, and so do those of a stay."""
_ONE_HOUR: Final = timedelta(hours=1)


class Precision(IntEnum):
    """How much of a time was told."""

    NONE = 0
    YEAR = 1
    MONTH = 2
    DAY = 3
    HOUR = 4
    MINUTE = 5
    SECOND = 6
    FRACTION = 7


class Oddity(StrEnum):
    """What was odd about a time."""

    AMBIGUOUS_HOUR = "ambiguous-hour"
    """In the hour that happens twice in October; the first (summer time) was taken."""
    SECOND_PASSAGE = "second-passage"
    """In the hour that happens twice; the message's own sending time shows the second."""
    MISSING_HOUR = "missing-hour"
    """In the hour that March leaves out; moved forward by an hour."""
    END_OF_DAY = "end-of-day"
    """24:00, read as 00:00 of the next day."""
    SECOND_SIXTY = "second-sixty"
    """A sixtieth second, read as the next minute."""
    OFFSET_GIVEN = "offset-given"
    OFFSET_IGNORED = "offset-ignored"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class HospitalTime:
    """A time as a hospital told it.

    `at` is aware UTC: the beginning of what was told if the precision is coarser than a second, or None if the text is
    no possible time. `day` is the date by the clocks of the sender's zone, or None with it; a birth date is its `day`.
    `offset` is the one it was told with, if that is believed.
    """

    at: datetime | None
    day: date | None
    text: str
    precision: Precision
    oddities: frozenset[Oddity] = frozenset()
    offset: timezone | None = None


def read_instant(
    text: str, sent: HospitalTime | None = None, *, offset_trusted: bool = True, zone: tzinfo = LONDON
) -> HospitalTime | None:
    """The time `text` tells; None only for blank text. `zone` is that of the clocks it was written by.

    `sent` is the message's own MSH-7: where it carries an offset and lies in the second passage of the doubled October
    hour, a local time not after it is read as the second passage too. `offset_trusted=False` is for a sender known to
    write a wrong offset: it is then ignored and flagged.
    """
    text = text.strip()
    if not text:
        return None
    told = _read(text, None, offset_trusted, zone)
    # Only the hour that happens twice needs to know when the message was sent.
    return (
        _read(text, sent, offset_trusted, zone) if sent is not None and Oddity.AMBIGUOUS_HOUR in told.oddities else told
    )


@lru_cache(maxsize=_REMEMBERED)
def _read(text: str, sent: HospitalTime | None, offset_trusted: bool, zone: tzinfo) -> HospitalTime:  # noqa: FBT001  # a cache's key
    found = _TEXT.fullmatch(text) or _as_usual(text)
    if found is None:
        return _impossible(text)
    try:
        return _told(found, text, sent, zone, offset_trusted=offset_trusted)
    except (ValueError, OverflowError):
        return _impossible(text)


def _as_usual(text: str) -> re.Match[str] | None:
    """What HL7's own spelling would be of a time that is spelt otherwise."""
    found = _OTHERWISE.fullmatch(text)
    if found is None:
        return None
    year, _, month, day, hour, _, minute, second, fraction, offset = (part or "" for part in found.groups())
    if offset:
        offset = "+0000" if offset in "Zz" else offset.replace(":", "").ljust(5, "0")
    return _TEXT.fullmatch(f"{year}{month}{day}{hour}{minute}{second}{fraction and '.' + fraction}{offset}")


def _told(
    found: re.Match[str], text: str, sent: HospitalTime | None, zone: tzinfo, *, offset_trusted: bool
) -> HospitalTime:
    wall, oddities = _wall(found)
    precision = Precision(sum(found[group] is not None for group in range(1, 8)))
    offset = found[8]
    if offset is not None and not offset_trusted:
        oddities.add(Oddity.OFFSET_IGNORED)
    elif offset is not None:
        oddities.add(Oddity.OFFSET_GIVEN)
        told_in = _offset(offset)
        at = wall.replace(tzinfo=told_in).astimezone(UTC)
        day = at.astimezone(zone).date() if precision >= Precision.HOUR else wall.date()
        return HospitalTime(at, day, text, precision, frozenset(oddities), told_in)
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    if precision >= Precision.HOUR:
        at, odd = _through_the_change(wall, at, sent, zone)
        if odd is not None:
            oddities.add(odd)
    return HospitalTime(at, wall.date(), text, precision, frozenset(oddities))


def _wall(found: re.Match[str]) -> tuple[datetime, set[Oddity]]:
    """The local reading, naive by intent: it has no zone until the clock-change rules have spoken."""
    year, month, day, hour, minute, second = (int(found[n]) if found[n] else None for n in range(1, 7))
    oddities: set[Oddity] = set()
    extra = timedelta()
    if hour == 24:
        if minute or second or int(found[7] or 0):
            raise ValueError("past the end of the day")
        hour, extra = 0, timedelta(days=1)
        oddities.add(Oddity.END_OF_DAY)
    if second == 60:
        second, extra = 59, timedelta(seconds=1)
        oddities.add(Oddity.SECOND_SIXTY)
    micro = int((found[7] or "").ljust(6, "0"))
    wall = datetime(  # noqa: DTZ001
        year or 0,
        1 if month is None else month,
        1 if day is None else day,
        hour or 0,
        minute or 0,
        second or 0,
        micro,
    )
    return wall + extra, oddities


def _offset(offset: str) -> timezone:
    hours, minutes = int(offset[1:3]), int(offset[3:])
    if hours > 14 or minutes > 59:
        raise ValueError("no such offset")
    size = timedelta(hours=hours, minutes=minutes)
    return timezone(-size if offset[0] == "-" else size)


def _through_the_change(
    wall: datetime, at: datetime, sent: HospitalTime | None, zone: tzinfo
) -> tuple[datetime, Oddity | None]:
    """`at` mended for the nights on which the clocks change, and which of the two it was."""
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if second == at:
        return at, None
    if second < at:
        return at, Oddity.MISSING_HOUR
    if sent is not None and sent.at is not None and Oddity.OFFSET_GIVEN in sent.oddities:
        start = wall.replace(minute=0, second=0, microsecond=0, tzinfo=zone, fold=1).astimezone(UTC)
        if start <= sent.at < start + _ONE_HOUR and second <= sent.at:
            return second, Oddity.SECOND_PASSAGE
    return at, Oddity.AMBIGUOUS_HOUR


def _impossible(text: str) -> HospitalTime:
    return HospitalTime(None, None, text, Precision.NONE, frozenset({Oddity.IMPOSSIBLE}))


def write_local(at: datetime) -> str:
    """`at` (aware) as hospital local time to the second, without an offset, as English ADT writes it."""
    local = at.astimezone(LONDON)
    return f"{local.year:04d}{local.month:02d}{local.day:02d}{local.hour:02d}{local.minute:02d}{local.second:02d}"
