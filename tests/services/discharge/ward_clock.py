"""Who is at work when, worked out a second time and another way: by the clock on the wall of the ward."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from services.discharge.model.hospital import RotaPattern, Setup, StaffId
from shared.london import LONDON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = 7 * DAY
LOOKED_AHEAD = 400


def shows(day: date, clock: time) -> list[datetime]:
    """The instants (UTC) at which the clock on the wall shows this: one, two as it goes back, none as it goes on."""
    naive = datetime.combine(day, clock)
    found = [(naive - ahead).replace(tzinfo=UTC) for ahead in (HOUR, timedelta(0))]
    return [one for one in found if one.astimezone(LONDON).replace(tzinfo=None) == naive]


def _times(day: date, clock: time) -> list[datetime]:
    """As `shows`; an hour that the clock skips is the hour after it."""
    return shows(day, clock) or shows(day, time(clock.hour + 1, clock.minute))


def _worked(setup: Setup, line: RotaPattern, since: date, days: int) -> Iterator[tuple[datetime, datetime]]:
    for day in (since + timedelta(days=number) for number in range(-1, days)):
        away = any(one.staff == line.staff and one.first <= day <= one.last for one in setup.absences)
        too_early = line.valid_from is not None and day < line.valid_from
        too_late = line.valid_until is not None and day > line.valid_until
        if day.weekday() in line.days and not (away or too_early or too_late):
            ends = day if line.starts < line.ends else day + DAY
            begun, over = min(_times(day, line.starts)), max(_times(ends, line.ends))
            if begun < over:
                yield begun, over


def _lines(setup: Setup, staff: str, cluster: str | None = None) -> list[RotaPattern]:
    return [one for one in setup.rota if one.staff == staff and one.cluster and cluster in (None, one.cluster)]


def is_at_work(setup: Setup, staff: str, at: datetime, cluster: str | None = None) -> bool:
    """Whether they are at work at `at` (for the cluster)."""
    lines = _lines(setup, staff, cluster)
    return any(begun <= at < over for line in lines for begun, over in _worked(setup, line, at.date(), 2))


def next_at_work(setup: Setup, staff: str, at: datetime, cluster: str | None = None) -> datetime | None:
    """When the first of their shifts (for the cluster) begins that begins after `at`."""
    lines = _lines(setup, staff, cluster)
    firsts = [next((b for b, _ in _worked(setup, one, at.date(), LOOKED_AHEAD) if b > at), None) for one in lines]
    return min((one for one in firsts if one is not None), default=None)


def next_change_of_shift(setup: Setup, at: datetime) -> datetime | None:
    """The first instant after `at` at which somebody's shift begins or is over, within a fortnight."""
    shifts = [shift for line in setup.rota for shift in _worked(setup, line, at.date(), 14)]
    return min((one for shift in shifts for one in shift if one > at), default=None)


def may_be_named(setup: Setup, cluster: str | None, at: datetime, ahead: timedelta = WEEK) -> dict[StaffId, datetime]:
    """Who of the cluster may be named at `at`, and from when they are at work: those at work, else those who are next
    within `ahead`, as far as four hours after the first of them.
    """
    if cluster is None:
        return {}
    people = [one.id for one in setup.staff]
    now = {one: at for one in people if is_at_work(setup, one, at, cluster)}
    if now:
        return now
    found = {one: next_at_work(setup, one, at, cluster) for one in people}
    later = {one: begins for one, begins in found.items() if begins is not None and begins < at + ahead}
    return {one: begins for one, begins in later.items() if begins <= min(later.values()) + 4 * HOUR}


def cluster_of(setup: Setup, code: str) -> str | None:
    """Which cluster covers the ward that the PAS calls this; None for none, and for no such ward."""
    ward = next((one.id for one in setup.wards if code in one.codes), None)
    return next((one.id for one in setup.clusters if ward in one.wards), None)
