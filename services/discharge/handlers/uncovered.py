"""The measure of people without a named co-ordinator: to whoever asks, and to monitoring."""

from collections import Counter
from datetime import date, datetime, timedelta

from services.discharge.rules.uncovered import minutes
from services.discharge.store import uncovered
from shared.clock import Clock
from shared.contracts.api.discharge.uncovered import UncoveredMeasure, UncoveredMinutes
from shared.database import Database, Reading
from shared.london import london_date, midnight_of
from shared.metrics import Metric, Source, gauge

NO_CLUSTER = "none"
_DAY = timedelta(days=1)


async def measure(reading: Reading, trust: str, first: date, last: date, at: datetime) -> UncoveredMeasure:
    """The minutes of these days (London), as known at `at`, and how many people have nobody named at `at`."""
    until = max(at, midnight_of(last + _DAY))
    found = await uncovered.between(reading, trust, midnight_of(first), until)
    counted = minutes(found, first, last, at)
    return UncoveredMeasure(
        first_day=first,
        last_day=last,
        items=tuple(
            UncoveredMinutes(day=day, cluster_id=cluster, minutes=count)
            for (day, cluster), count in sorted(counted.items(), key=lambda one: (one[0][0], one[0][1] or ""))
        ),
        total=sum(counted.values()),
        uncovered_now=sum(one.ends is None for one in found),
        at=at,
    )


def of_cover(database: Database, clock: Clock) -> Source:
    """How many people of the trust have nobody named, and for how many minutes together today, by ward cluster."""

    async def asked(trust: str) -> list[Metric]:
        at = clock.now()
        today = london_date(at)
        async with database.reading() as reading:
            found = await uncovered.between(reading, trust, midnight_of(today), at + _DAY)
        now = Counter((one.cluster_id or NO_CLUSTER,) for one in found if one.ends is None)
        lasted = {(cluster or NO_CLUSTER,): n for (_, cluster), n in minutes(found, today, today, at).items()}
        labels = ("cluster",)
        return [
            gauge("homeward_uncovered_people", "People without a named co-ordinator, by ward cluster", labels, now),
            gauge(
                "homeward_uncovered_minutes_today",
                "Minutes that people had no named co-ordinator since midnight (London), together, by ward cluster",
                labels,
                lasted,
            ),
        ]

    return asked
