"""The hospital's day, also on the two on which the clocks change."""

from datetime import UTC, date, datetime

import pytest

from shared.london import london_date, midnight_before
from shared.words import named_moment


@pytest.mark.parametrize(
    ("at", "day", "began"),
    [
        (datetime(2026, 8, 5, 23, tzinfo=UTC), date(2026, 8, 6), datetime(2026, 8, 5, 23, tzinfo=UTC)),
        (datetime(2026, 8, 5, 22, 59, tzinfo=UTC), date(2026, 8, 5), datetime(2026, 8, 4, 23, tzinfo=UTC)),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), date(2026, 3, 29), datetime(2026, 3, 29, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 12, tzinfo=UTC), date(2026, 10, 25), datetime(2026, 10, 24, 23, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_midnight_on_the_ward(at: datetime, day: date, began: datetime) -> None:
    assert (london_date(at), midnight_before(at)) == (day, began)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 24, 8, 30, tzinfo=UTC), "Tuesday 24 November at 8:30am"),
        (datetime(2026, 5, 5, 11, tzinfo=UTC), "Tuesday 5 May at midday"),
        (datetime(2026, 5, 4, 23, tzinfo=UTC), "Tuesday 5 May at midnight"),
    ],
)
def test_a_moment_that_is_kept_names_its_day(at: datetime, said: str) -> None:
    assert named_moment(at) == said
