"""What is told by its day alone: it has no hour, and is neither before nor after whatever else was on that day."""

from collections.abc import Iterable, Sequence

from services.admissions.model import Fact, Precision, When
from services.admissions.rules.claims import ADMISSIONS, PLANS
from services.admissions.rules.told import same_time


def is_a_day(when: When) -> bool:
    """Whether the day was told, and no hour."""
    return when.precision is Precision.DAY


def of_that_day(day: When, times: Iterable[When]) -> list[When]:
    """Those of `times` that tell an hour of that day, the earliest first."""
    hours = [when for when in times if when.precision > Precision.DAY and same_time(day, when)]
    return sorted(hours, key=lambda when: when.at)


def admitted_on(day: When, standing: Sequence[Fact]) -> When | None:
    """When on that day the person came, as the first admission tells. None if it does not, or something was before."""
    own = of_that_day(day, [fact.occurred for fact in standing if fact.trigger in ADMISSIONS][:1])
    if not own:
        return None
    happened = of_that_day(day, [fact.occurred for fact in standing if fact.trigger not in PLANS])
    return own[0] if own[0].at == happened[0].at else None
