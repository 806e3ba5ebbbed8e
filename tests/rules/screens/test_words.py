"""The words of the screens: NHS content guide, August 2026."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.screens.presenters import words
from shared.contracts.encounters import PersonDisplay
from shared.words import listing

NOW = datetime(2026, 8, 6, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 8, 6, 16, 30, tzinfo=UTC), "5:30pm"),
        (datetime(2026, 8, 6, 16, 0, tzinfo=UTC), "5pm"),
        (datetime(2026, 8, 6, 11, 0, tzinfo=UTC), "midday"),
        (datetime(2026, 8, 5, 23, 0, tzinfo=UTC), "midnight"),
        (datetime(2026, 8, 5, 23, 5, tzinfo=UTC), "12:05am"),
        (datetime(2026, 12, 6, 17, 30, tzinfo=UTC), "5:30pm"),
    ],
)
def test_times_are_in_the_hospitals_time(at: datetime, said: str) -> None:
    assert words.clock_time(at) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 8, 6), "today"),
        (date(2026, 8, 7), "tomorrow"),
        (date(2026, 8, 5), "yesterday"),
        (date(2026, 8, 12), "Wednesday"),
        (date(2026, 8, 13), "13 August"),
        (date(2026, 7, 30), "30 July"),
        (date(2025, 8, 6), "6 August 2025"),
    ],
)
def test_days_are_said_as_people_say_them(day: date, said: str) -> None:
    assert words.short_day(day, date(2026, 8, 6)) == said


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=3, minutes=10), "3 hours 10 minutes"),
        (timedelta(hours=7, minutes=10), "7 hours"),
        (timedelta(days=2, hours=4), "2 days 4 hours"),
        (timedelta(days=20, hours=4), "20 days"),
    ],
)
def test_durations_are_two_units_at_most(length: timedelta, said: str) -> None:
    assert words.duration(length) == said


def test_dates_have_the_month_in_full_and_the_day_of_london() -> None:
    assert words.full_moment(datetime(2026, 8, 5, 23, 30, tzinfo=UTC)) == "6 August 2026 at 12:30am"


def test_a_due_time_says_if_it_has_passed() -> None:
    assert words.due(NOW + timedelta(hours=6), NOW) == "due today by 5pm"
    assert words.due(NOW - timedelta(days=1), NOW) == "was due yesterday by 11am"
    assert words.due(None, NOW) == "no due time"


def test_an_nhs_number_is_grouped_and_anything_else_is_left() -> None:
    assert words.nhs_number("9990000018") == "999 000 0018"
    assert words.nhs_number("12345") == "12345"
    assert words.nhs_number(None) == "not known"


def test_names_are_those_of_the_banner_even_when_parts_are_missing() -> None:
    full = PersonDisplay(person_id="1", family="Bell", given="Ada", title="Mrs")
    assert words.banner_name(full) == "BELL, Ada (Mrs)"
    assert words.banner_name(PersonDisplay(person_id="1")) == "Name not known"
    assert words.list_name(PersonDisplay(person_id="1", family="bell")) == "BELL"


def test_numbers_have_commas_and_the_right_plural() -> None:
    assert words.count(1, "person", "people") == "1 person"
    assert words.count(1250, "person", "people") == "1,250 people"
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert listing([]) == ""
