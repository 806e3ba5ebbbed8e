"""Ready is a fact about periods: reviews make periods, and the discharge ready date is read from them.

Discharge ready date: NHS England, Commissioning Data Set guidance, collected from 1 April 2023.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.discharge.model.cases import Review
from shared.contracts.encounters import PatientClass
from shared.london import london_date


@dataclass(frozen=True, slots=True)
class Period:
    """A time in which the person did not meet the criteria to reside; `until` is absent while it lasts. UTC."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """What the national rule asks of the stay: when it began and ended, whether it ended in death, of what class.

    `left_at` is None while the person is here, and only then; where nobody knows when they left, the time by which
    they had. UTC.
    """

    admitted_at: datetime | None
    left_at: datetime | None = None
    died: bool = False
    patient_class: PatientClass = PatientClass.INPATIENT


@dataclass(frozen=True, slots=True)
class Readiness:
    """`ready_since` is present while the person is ready and here; `discharge_ready_date` is the national item."""

    ready_since: datetime | None
    discharge_ready_date: date | None


def periods(reviews: Sequence[Review]) -> tuple[Period, ...]:
    """The periods of not meeting the criteria to reside, oldest first.

    A review counts from when it was true, not from when it was entered; of two that were true from the same instant the
    one entered later counts.
    """
    spoken: dict[datetime, Review] = {}
    for review in sorted(reviews, key=lambda one: (one.recorded_at, one.number)):
        spoken[review.true_from] = review
    found: list[Period] = []
    for review in sorted(spoken.values(), key=lambda one: one.true_from):
        running = bool(found) and found[-1].until is None
        if review.meets_criteria and running:
            found[-1] = Period(found[-1].since, review.true_from)
        elif not review.meets_criteria and not running:
            found.append(Period(review.true_from))
    return tuple(found)


def readiness(reviews: Sequence[Review], stay: Stay) -> Readiness:
    """The readiness of a person: the current period while they are here, the last one after they left."""
    left = stay.left_at
    known = [review for review in reviews if left is None or review.true_from <= left]
    found = periods(known)
    last = found[-1] if found else None
    if left is None:
        since = last.since if last and last.until is None else None
        return Readiness(since, london_date(since) if _is_collected(stay) and since else None)
    if last is None or not _is_collected(stay) or (stay.died and last.until is not None):
        return Readiness(None, None)
    return Readiness(None, london_date(last.since))


def is_far_backdated(review: Review) -> bool:
    """True when a review was entered more than two days after it was true."""
    return (review.recorded_at - review.true_from).total_seconds() > 2 * 86_400


def _is_collected(stay: Stay) -> bool:
    if stay.patient_class is PatientClass.DAY_CASE:
        return False
    if stay.admitted_at is None or stay.left_at is None:
        return True
    return london_date(stay.admitted_at) < london_date(stay.left_at)
