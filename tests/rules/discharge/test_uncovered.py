"""How long nobody was named: marks of the clock counted, on days that are longer or shorter too."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.discharge.model.uncovered import Stretch
from services.discharge.rules.uncovered import minutes
from shared.london import LONDON

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
NOON = datetime(2026, 5, 4, 11, tzinfo=UTC)
MONDAY = date(2026, 5, 4)


def of_monday(*stretches: Stretch, at: datetime = NOON) -> dict[str | None, int]:
    return {cluster: count for (_, cluster), count in minutes(stretches, MONDAY, MONDAY, at).items()}


def test_a_minute_counts_when_its_mark_passes():
    begins = NOON - MINUTE - 10 * SECOND
    assert of_monday(Stretch("north", begins, NOON - 50 * SECOND)) == {"north": 1}
    assert of_monday(Stretch("north", NOON - 50 * SECOND, NOON - 10 * SECOND)) == {}


def test_who_still_has_nobody_counts_until_now():
    assert of_monday(Stretch(None, NOON - 90 * MINUTE)) == {None: 90}


def test_what_ends_before_it_begins_or_is_to_come_counts_nothing():
    ahead = NOON + 4 * DAY
    assert of_monday(Stretch("north", ahead, NOON), Stretch("north", ahead), Stretch("north", NOON, NOON)) == {}


def test_the_days_on_which_the_clocks_change_are_as_long_as_they_are():
    for day, long in ((date(2026, 3, 29), 23 * 60), (date(2026, 10, 25), 25 * 60), (date(2026, 10, 26), 24 * 60)):
        at = datetime(2026, 12, 1, tzinfo=UTC)
        found = minutes([Stretch("north", datetime(2026, 1, 1, tzinfo=UTC))], day, day, at)
        assert found == {(day, "north"): long}


moments = st.integers(-3000, 3000).map(lambda seconds: datetime(2026, 10, 24, 23, tzinfo=UTC) + 61 * seconds * SECOND)
stretches = st.builds(
    Stretch,
    st.sampled_from(["north", None]),
    moments,
    st.none() | moments,
)


@given(some=st.lists(stretches, max_size=3), at=moments)
def test_minutes_are_the_marks_that_pass_counted_one_by_one(some: list[Stretch], at: datetime):
    first, last = date(2026, 10, 24), date(2026, 10, 26)
    expected: Counter[tuple[date, str | None]] = Counter()
    for one in some:
        ends = min(one.ends or at, at)
        mark = one.begins.replace(second=0)
        while (mark := mark + MINUTE) <= ends:
            # The mark at midnight ends the last minute of the day before.
            day = (mark - SECOND).astimezone(LONDON).date()
            if first <= day <= last:
                expected[day, one.cluster_id] += 1
    assert minutes(some, first, last, at) == expected


@given(begins=moments, between=st.lists(moments, max_size=4), ends=moments)
def test_told_in_parts_it_is_as_long_as_told_in_one(begins: datetime, between: list[datetime], ends: datetime):
    days = (date(2026, 10, 1), date(2026, 11, 30))
    marks = sorted([min(begins, ends), *(one for one in between if begins < one < ends), max(begins, ends)])
    parts = [Stretch("north", one, other) for one, other in pairwise(marks)]
    whole = [Stretch("north", marks[0], marks[-1])]
    assert minutes(parts, *days, marks[-1]) == minutes(whole, *days, marks[-1])
