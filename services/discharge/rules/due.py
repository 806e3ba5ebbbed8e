"""When a task is due, by its target and the facts it counts from."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import assert_never

from services.discharge.rules.task_templates import (
    AfterAdmission,
    AfterLeaving,
    AfterReady,
    AfterStart,
    BeforeExpected,
    FollowUp,
    MorningAfterAdmission,
    Target,
    WorkingTime,
)
from shared.london import LONDON, london_date

_OPENS, _CLOSES = time(9), time(17)


@dataclass(frozen=True, slots=True)
class Anchors:
    """What due times count from. Absent ones leave what counts from them without a due time. UTC.

    `follow_up_within` is the trust's: how long after leaving somebody is rung.
    """

    admitted_at: datetime | None
    expected_on: date | None
    ready_since: datetime | None
    left_at: datetime | None
    follow_up_within: timedelta


def due_at(target: Target, started_at: datetime | None, anchors: Anchors) -> datetime | None:
    """When a task with `target` is due (UTC), or None while what it counts from is not known."""
    match target:
        case AfterAdmission():
            return _later(anchors.admitted_at, target.hours)
        case MorningAfterAdmission():
            return _next_morning(anchors.admitted_at)
        case BeforeExpected():
            return _afternoon(anchors.expected_on, target.days) if anchors.expected_on else None
        case AfterStart():
            return _later(started_at, target.hours)
        case WorkingTime():
            return _working(started_at, target.hours) if started_at else None
        case AfterReady():
            return _later(anchors.ready_since, target.hours)
        case AfterLeaving():
            return _later(anchors.left_at, target.hours)
        case FollowUp():
            return anchors.left_at + anchors.follow_up_within if anchors.left_at else None
        case _:
            assert_never(target)


def _later(at: datetime | None, hours: int) -> datetime | None:
    return at + _hours(hours) if at else None


@cache
def _hours(number: int) -> timedelta:
    return timedelta(hours=number)


def _next_morning(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    return _instant(london_date(at) + timedelta(days=1), time(10))


@lru_cache(maxsize=4096)
def _afternoon(expected_on: date, days_before: int) -> datetime:
    return _instant(expected_on - timedelta(days=days_before), time(16))


@lru_cache(maxsize=4096)
def _instant(on: date, clock: time) -> datetime:
    return datetime.combine(on, clock, tzinfo=LONDON).astimezone(UTC)


def _working(start: datetime, hours: int) -> datetime:
    left = timedelta(hours=hours)
    on, at = london_date(start), start
    while True:
        opens, closes = _instant(on, _OPENS), _instant(on, _CLOSES)
        at = max(at, opens)
        if on.weekday() < 5 and at < closes:
            if left <= closes - at:
                return at + left
            left -= closes - at
        on += timedelta(days=1)
