"""Weekly hours become shifts: across midnight, across the nights the clocks change, and around days away."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.discharge.model.hospital import Absence, ClusterId, RotaPattern, Shift, StaffId
from services.discharge.rules.rota import at_work, shifts_between
from services.discharge.rules.setup_file.hours import read_hours

ANN, BEN = StaffId("ann"), StaffId("ben")
WEST = ClusterId("west")
ALL_DAYS = frozenset(range(7))


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _pattern(hours: str, staff: StaffId = ANN, cluster: ClusterId | None = WEST) -> RotaPattern:
    return RotaPattern(staff, cluster, *read_hours(hours))


def test_office_hours_follow_the_clock_through_the_year() -> None:
    winter = shifts_between([_pattern("mon-fri 08:30-17:00")], [], _at("2026-01-05"), _at("2026-01-06"))
    summer = shifts_between([_pattern("mon-fri 08:30-17:00")], [], _at("2026-07-06"), _at("2026-07-07"))
    assert winter == [Shift(ANN, WEST, _at("2026-01-05T08:30"), _at("2026-01-05T17:00"))]
    assert summer == [Shift(ANN, WEST, _at("2026-07-06T07:30"), _at("2026-07-06T16:00"))]


@pytest.mark.parametrize(("night", "hours"), [("2026-03-28", 11), ("2026-10-24", 13), ("2026-06-01", 12)])
def test_a_night_shift_is_as_long_as_its_night(night: str, hours: int) -> None:
    start = _at(f"{night}T12:00")
    (shift,) = shifts_between([_pattern("daily 20:00-08:00")], [], start, start + timedelta(hours=12))
    assert shift.ends - shift.starts == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("hours", "day", "starts", "ends"),
    [
        ("sun 01:30-05:00", "2026-03-29", "2026-03-29T01:30", "2026-03-29T04:00"),
        ("sun 00:30-01:30", "2026-03-29", "2026-03-29T00:30", "2026-03-29T01:30"),
        ("sun 01:30-05:00", "2026-10-25", "2026-10-25T00:30", "2026-10-25T05:00"),
        ("sun 00:30-01:30", "2026-10-25", "2026-10-24T23:30", "2026-10-25T01:30"),
    ],
)
def test_hours_that_are_skipped_or_come_twice(hours: str, day: str, starts: str, ends: str) -> None:
    start = _at(day) - timedelta(hours=2)
    found = shifts_between([_pattern(hours)], [], start, start + timedelta(hours=8))
    assert [(one.starts, one.ends) for one in found] == [(_at(starts), _at(ends))]


def test_a_window_cuts_at_its_edges_only() -> None:
    pattern = [_pattern("mon 08:00-16:00")]
    starts, ends = _at("2026-01-05T08:00"), _at("2026-01-05T16:00")
    tick = timedelta(microseconds=1)
    assert shifts_between(pattern, [], starts - tick, starts) == []
    assert len(shifts_between(pattern, [], starts, starts + tick)) == 1
    assert len(shifts_between(pattern, [], ends - tick, ends)) == 1
    assert shifts_between(pattern, [], ends, ends + tick) == []


def test_days_away_and_dates_of_a_line() -> None:
    line = RotaPattern(ANN, WEST, ALL_DAYS, time(9), time(17), date(2026, 1, 6), date(2026, 1, 9))
    away = [Absence(ANN, date(2026, 1, 7), date(2026, 1, 8)), Absence(BEN, date(2026, 1, 6), date(2026, 1, 9))]
    found = shifts_between([line], away, _at("2026-01-01"), _at("2026-02-01"))
    assert [one.starts.day for one in found] == [6, 9]


def test_a_line_written_twice_is_one_shift() -> None:
    assert len(shifts_between([_pattern("mon 09:00-17:00")] * 2, [], _at("2026-01-05"), _at("2026-01-06"))) == 1


def test_who_is_at_work_from_the_start_of_a_shift_until_just_before_its_end() -> None:
    patterns = [
        _pattern("mon-fri 09:00-17:00"),
        _pattern("mon-fri 12:00-20:00", BEN),
        _pattern("sat 09:00-17:00", BEN, None),
    ]
    shifts = shifts_between(patterns, [], _at("2026-01-09"), _at("2026-01-13"))

    def at(text: str) -> list[tuple[StaffId, ClusterId | None]]:
        return [(one.staff, one.cluster) for one in at_work(shifts, _at(text))]

    assert at("2026-01-09T11:59") == [(ANN, WEST)]
    assert at("2026-01-09T12:00") == [(ANN, WEST), (BEN, WEST)]
    assert at("2026-01-09T17:00") == [(BEN, WEST)]
    assert at("2026-01-10T10:00") == [(BEN, None)]
    assert at("2026-01-10T17:00") == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri 08:30-17:00", {0, 1, 2, 3, 4}),
        ("sat,sun 08:30-17:00", {5, 6}),
        ("sun-tue 08:30-17:00", {6, 0, 1}),
        ("Mon,Wed-Thu  08:30-17:00", {0, 2, 3}),
        ("daily 08:30-17:00", set(ALL_DAYS)),
    ],
)
def test_days_are_read(text: str, days: set[int]) -> None:
    assert read_hours(text) == (days, time(8, 30), time(17))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mon",
        "mon 8:30-17:00",
        "mon 08:30",
        "mo 08:30-17:00",
        "mon 25:00-26:00",
        "mon 09:00-09:00",
        "mon- 09:00-10:00x",
    ],
)
def test_hours_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"must|has|begins"):
        read_hours(text)
