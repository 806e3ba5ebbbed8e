"""How long people had no named co-ordinator: whole minutes, by day in London and by cluster."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from services.discharge.model.uncovered import Stretch
from shared.london import london_date, midnight_of

_DAY = timedelta(days=1)


def minutes(
    stretches: Iterable[Stretch], first: date, last: date, at: datetime
) -> Mapping[tuple[date, str | None], int]:
    """The minutes of the days `first` to `last`, until `at`, by day and cluster; none that is nought.

    A minute counts when its mark on the clock passes: so stretches that follow each other count what one would. One
    that ends before it begins (a clock that was ahead wrote its beginning) counts nothing.
    """
    found: Counter[tuple[date, str | None]] = Counter()
    since, until = midnight_of(first), min(at, midnight_of(last + _DAY))
    for one in stretches:
        begins, ends = max(one.begins, since), min(one.ends or at, until)
        while begins < ends:
            day = london_date(begins)
            over = min(ends, midnight_of(day + _DAY))
            found[day, one.cluster_id] += _marks(over) - _marks(begins)
            begins = over
    return {key: count for key, count in found.items() if count}


def _marks(at: datetime) -> int:
    """How many marks of a minute have passed by `at`, its own among them."""
    return int(at.timestamp() // 60)
