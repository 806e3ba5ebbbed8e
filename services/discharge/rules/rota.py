"""Who is at work when: weekly patterns, in London time, as shifts in UTC."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from services.discharge.model.hospital import Absence, RotaPattern, Shift, StaffId
from shared.london import LONDON, london_date

_DAY = timedelta(days=1)
BACK_WITHIN: Final = timedelta(days=400)
"""How far ahead it is looked for when somebody is back: longer than a year's leave."""


def shifts_between(
    patterns: Iterable[RotaPattern], absences: Iterable[Absence], start: datetime, end: datetime
) -> list[Shift]:
    """Every shift that is worked at some time in [start, end), by when it starts, then by person.

    A shift keeps its hours on the clock: on the nights the clocks change it is an hour longer or shorter. An hour the
    clock skips is read as the hour after it; one that comes twice begins at its first and ends at its second.
    """
    away = [*absences]
    found = {shift for pattern in patterns for shift in _of(pattern, away, start, end)}
    worked = [shift for shift in found if shift.starts < end and shift.ends > start]
    return sorted(worked, key=lambda shift: (shift.starts, shift.staff, shift.cluster or "", shift.ends))


def next_shifts(patterns: Iterable[RotaPattern], absences: Iterable[Absence], after: datetime) -> list[Shift]:
    """Of each person on these patterns the first shift that begins at or after `after` (UTC), within `BACK_WITHIN`."""
    away = [*absences]
    first: dict[StaffId, Shift] = {}
    for pattern in patterns:
        theirs = [one for one in away if one.staff == pattern.staff]
        to_come = (one for one in _of(pattern, theirs, after, after + BACK_WITHIN) if one.starts >= after)
        shift = next(to_come, None)
        known = first.get(pattern.staff)
        if shift is not None and (known is None or shift.starts < known.starts):
            first[pattern.staff] = shift
    return sorted(first.values(), key=lambda shift: (shift.starts, shift.staff))


def _of(pattern: RotaPattern, away: Sequence[Absence], start: datetime, end: datetime) -> Iterator[Shift]:
    day = london_date(start) - _DAY
    last = london_date(end)
    while day <= last:
        if _is_worked(pattern, away, day):
            next_day = day + _DAY if pattern.ends <= pattern.starts else day
            starts, ends = _instant(day, pattern.starts, fold=0), _instant(next_day, pattern.ends, fold=1)
            if starts < ends:
                yield Shift(pattern.staff, pattern.cluster, starts, ends)
        day += _DAY


def _is_worked(pattern: RotaPattern, away: Sequence[Absence], day: date) -> bool:
    if day.weekday() not in pattern.days:
        return False
    if (pattern.valid_from and day < pattern.valid_from) or (pattern.valid_until and day > pattern.valid_until):
        return False
    return not any(one.staff == pattern.staff and one.first <= day <= one.last for one in away)


def _instant(day: date, clock: time, *, fold: int) -> datetime:
    at = datetime.combine(day, clock, tzinfo=LONDON).replace(fold=fold).astimezone(UTC)
    skipped = at.astimezone(LONDON).replace(tzinfo=None) != datetime.combine(day, clock)
    if skipped:
        return datetime.combine(day, clock, tzinfo=LONDON).replace(fold=0).astimezone(UTC)
    return at


def at_work(shifts: Iterable[Shift], at: datetime) -> list[Shift]:
    """The shifts being worked at `at`."""
    return [shift for shift in shifts if shift.starts <= at < shift.ends]
