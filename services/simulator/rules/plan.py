"""What happens in the hospital, in order of time: the same from the same seed, as far ahead as anybody asks."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count, takewhile
from random import Random

from services.simulator.model import Done, Hospital, Person, Sent, Step
from services.simulator.rules import stories
from services.simulator.rules.beds import Beds
from services.simulator.rules.stories import Story

Tell = Callable[[Random, Beds, int, datetime], Story]

# By hour of the day (UTC): when people who will be admitted, and when all others, come to an emergency department.
# It is open all night: between midnight and six come about a quarter as many an hour as at noon.
_HOURS = (2, 2, 1, 1, 1, 1, 2, 3, 5, 7, 8, 8, 8, 7, 7, 7, 7, 7, 6, 6, 5, 4, 3, 2)
_HOURS_OF_WALKING_IN = (6, 5, 5, 4, 4, 4, 4, 6, 10, 14, 16, 16, 15, 14, 14, 14, 14, 15, 15, 14, 13, 11, 9, 7)
# For each person who is admitted from there, so many come and go home again.
_WALK_INS = 3.0
_WALKERS_FROM = 400_000
_MEAN_STAY_DAYS = 6.2
_ADMITTED_SHARE = 0.66


def plan(seed: int, hospital: Hospital, people: int, begin: datetime, until: datetime) -> list[Step]:
    """Every step before `until`, in order. A longer plan begins with a shorter one of the same seed."""
    return list(takewhile(lambda step: step.at < until, steps(seed, hospital, people, begin)))


def steps(seed: int, hospital: Hospital, people: int, begin: datetime) -> Iterator[Step]:
    """The steps of a hospital that has nobody in it at `begin` (UTC) and comes to have about `people` inpatients.

    Never ends. Of what happens at one instant the order is always the same.
    """
    order = count()
    running: list[tuple[datetime, int, Story]] = []
    told: list[tuple[datetime, int, Step]] = []
    beds = Beds(hospital)
    coming = _arrivals(seed, beds, people, begin)
    next_at, next_story = next(coming)
    while True:
        if not running or next_at <= running[0][0]:
            heappush(running, (next_at, next(order), next_story))
            next_at, next_story = next(coming)
            continue
        now, _, story = heappop(running)
        while told and told[0][0] < now:
            yield heappop(told)[2]
        _go_on(now, story, running, told, order)


def _go_on(
    now: datetime,
    story: Story,
    running: list[tuple[datetime, int, Story]],
    told: list[tuple[datetime, int, Step]],
    order: Iterator[int],
) -> None:
    for said in story:
        match said:
            case Sent() | Done():
                heappush(told, (max(said.at, now), next(order), said))
            case datetime():
                if said > now:
                    heappush(running, (said, next(order), story))
                    return


def _arrivals(seed: int, beds: Beds, people: int, begin: datetime) -> Iterator[tuple[datetime, Story]]:
    numbers, walkers = count(1), count(_WALKERS_FROM)
    a_day = people / _MEAN_STAY_DAYS
    # At first more come, so that the wards are full within days and not within weeks.
    for day in count():
        random = Random(f"{seed}/{day}")
        midnight = begin + timedelta(days=day)
        filling = 1.7 if day < 4 else 1.0
        at_the_door = round(a_day * 0.82 * filling / _ADMITTED_SHARE * random.uniform(0.85, 1.15))
        listed = round(a_day * 0.18 * random.uniform(0.7, 1.3)) if midnight.weekday() < 5 else 0
        today: list[tuple[datetime, Tell]] = [
            (_moment(random, midnight, _HOURS), stories.emergency) for _ in range(at_the_door)
        ]
        today += [(midnight + timedelta(hours=random.uniform(9, 16)), stories.elective) for _ in range(listed)]
        odd = [midnight + timedelta(hours=random.uniform(0, 24)) for _ in range(random.randint(1, 4))]
        walking = [
            (_moment(random, midnight, _HOURS_OF_WALKING_IN), stories.walk_in) for _ in range(round(a_day * _WALK_INS))
        ]
        begun = [*_told(seed, beds, numbers, today), *_odd(seed, numbers, odd), *_told(seed, beds, walkers, walking)]
        for at, _, story in sorted(begun, key=lambda one: one[:2]):
            yield at, story


def _told(
    seed: int, beds: Beds, numbers: Iterator[int], today: Iterable[tuple[datetime, Tell]]
) -> Iterator[tuple[datetime, int, Story]]:
    for at, tell in today:
        number = next(numbers)
        yield at, number, tell(Random(f"{seed}:{number}"), beds, number, at)


def _odd(seed: int, numbers: Iterator[int], odd: Iterable[datetime]) -> Iterator[tuple[datetime, int, Story]]:
    for at in odd:
        number = next(numbers)
        yield at, number, _oddity(Random(f"{seed}:{number}"), number, at)


def _oddity(random: Random, number: int, at: datetime) -> Story:
    if random.random() < 0.35:
        known: Person = stories.person(random, number, at.date(), child=False)
        return stories.registered_twice(random, number, known, at)
    return stories.line_noise(random, number, at)


def _moment(random: Random, midnight: datetime, weights: tuple[int, ...]) -> datetime:
    hour = random.choices(range(24), weights)[0]
    return midnight + timedelta(hours=hour, seconds=random.uniform(0, 3599))
