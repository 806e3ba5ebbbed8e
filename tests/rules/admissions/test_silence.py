"""When a feed counts as stale. Expectations are worked out by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from services.admissions.rules.silence import stale_because
from shared.london import LONDON

FRIDAY = datetime(2026, 3, 6, 10, 12, tzinfo=UTC)
EIGHT_TWELVE = FRIDAY - timedelta(hours=2)
HOUR = timedelta(hours=1)


def steadily(per_hour: int, start: datetime, end: datetime) -> dict[datetime, int]:
    """So many messages in each hour from `start` to `end`."""
    hours, hour = {}, start.replace(minute=0)
    while hour < end:
        hours[hour] = per_hour
        hour += HOUR
    return hours


def weeks_of(per_hour: int, weeks: int = 5, until: datetime = EIGHT_TWELVE) -> dict[datetime, int]:
    return steadily(per_hour, until - timedelta(weeks=weeks), until)


def test_it_says_how_many_are_usual_by_now_and_since_when_there_are_none() -> None:
    said = stale_because(weeks_of(20), EIGHT_TWELVE, FRIDAY)
    assert said == "usually 40 messages by now on a Friday morning, none since 8:12am"


@pytest.mark.parametrize(
    ("per_hour", "silent", "is_stale"),
    [
        (20, timedelta(minutes=14), False),  # 4.7 usual, and too short
        (20, timedelta(minutes=17), False),  # 5.7 usual
        (20, timedelta(minutes=18), True),  # 6 usual
        (600, timedelta(minutes=14), False),
        (600, timedelta(minutes=15), True),
        (1, timedelta(hours=5), False),
        (1, timedelta(hours=6), True),
        (0, timedelta(days=6), False),
    ],
)
def test_a_feed_is_given_the_longer_the_less_it_sends(per_hour: int, silent: timedelta, *, is_stale: bool) -> None:
    last = FRIDAY - silent
    assert (stale_because(weeks_of(per_hour, until=last), last, FRIDAY) is not None) == is_stale


def test_each_hour_of_the_week_is_compared_with_itself() -> None:
    hours = {hour: 30 if 8 <= hour.hour < 18 else 0 for hour in weeks_of(1)}
    night = FRIDAY.replace(hour=3)
    assert stale_because(hours, night - timedelta(hours=4), night) is None
    assert stale_because(hours, FRIDAY - timedelta(hours=1), FRIDAY) is not None
    saturday = {hour: n for hour, n in hours.items() if hour.weekday() != 4}
    assert stale_because(saturday, FRIDAY - timedelta(hours=1), FRIDAY) is None


def test_one_odd_week_decides_nothing() -> None:
    holiday = FRIDAY - timedelta(weeks=2)
    hours = {hour: 0 if abs(hour - holiday) < timedelta(hours=12) else 20 for hour in weeks_of(1)}
    assert stale_because(hours, EIGHT_TWELVE, FRIDAY) is not None
    busy = {hour: 500 if abs(hour - holiday) < timedelta(hours=12) else 0 for hour in weeks_of(1)}
    assert stale_because(busy, EIGHT_TWELVE, FRIDAY) is None


def test_what_was_before_the_feed_was_known_is_not_taken_for_silence() -> None:
    assert stale_because({}, EIGHT_TWELVE, FRIDAY) is None
    six_days = steadily(20, FRIDAY - timedelta(days=6), EIGHT_TWELVE)
    assert stale_because(six_days, EIGHT_TWELVE, FRIDAY) is None
    eight_days = steadily(20, FRIDAY - timedelta(days=8), EIGHT_TWELVE)
    assert stale_because(eight_days, EIGHT_TWELVE, FRIDAY) is not None


@pytest.mark.parametrize(
    ("silent", "words"),
    [
        (timedelta(hours=11), "usually 220 messages by now on a Friday morning, none since yesterday at 11:12pm"),
        (
            timedelta(days=2),
            "usually 960 messages in as long at this time of the week, none since Wednesday at 10:12am",
        ),
        (timedelta(days=40), "usually 3,360 messages a week, none since 25 January at 10:12am"),
    ],
)
def test_a_long_silence_is_said_as_what_it_is_and_never_becomes_usual(silent: timedelta, words: str) -> None:
    last = FRIDAY - silent
    assert stale_because(weeks_of(20, 6, until=last), last, FRIDAY) == words


@pytest.mark.parametrize(
    ("hour", "words"),
    [(2, "in the early hours of a Friday"), (15, "on a Friday afternoon"), (19, "on a Friday evening")],
)
def test_the_part_of_the_day_is_named(hour: int, words: str) -> None:
    at = FRIDAY.replace(hour=hour)
    last = at - HOUR
    said = stale_because(weeks_of(20, until=last), last, at)
    assert said is not None
    assert words in said


def test_the_clock_on_the_ward_counts_not_utc() -> None:
    """Summer time began on 29 March 2026: nine by the clock is eight by UTC from then on."""
    at = datetime(2026, 4, 3, 9, 30, tzinfo=LONDON).astimezone(UTC)
    nine = {hour: 30 if hour.astimezone(LONDON).hour == 9 else 0 for hour in weeks_of(1, 6, at)}
    assert stale_because(nine, at - timedelta(minutes=30), at) is not None
    ten = at + HOUR
    assert stale_because(nine, ten - timedelta(minutes=30), ten) is None
