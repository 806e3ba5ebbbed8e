"""The four figures of the bed manager's board, and their change since midnight (London)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from msgspec.structs import replace

from services.discharge.model.cases import CaseFile, Stood
from shared.contracts.cases import CaseState, CaseStatus
from shared.london import midnight_before

NAMES = ("can_go_still_here", "over_limit", "expected_today", "not_reviewed_today")


@dataclass(frozen=True, slots=True)
class Counted:
    """How a case of somebody in hospital stands, and whether it was reviewed on the day."""

    stood: Stood
    reviewed: bool


def figures(cases: Iterable[Counted], today: date) -> Mapping[str, int]:
    """How many of these people can go, are over the limit, are expected to leave `today`, were not reviewed."""
    here = list(cases)
    return {
        "can_go_still_here": sum(one.stood.can_go for one in here),
        "over_limit": sum(one.stood.over_limit for one in here),
        "expected_today": sum(one.stood.expected_on == today for one in here),
        "not_reviewed_today": sum(not one.reviewed for one in here),
    }


def differences(now: Mapping[str, int], then: Mapping[str, int]) -> Mapping[str, int]:
    """Each figure's change."""
    return {name: now[name] - then[name] for name in NAMES}


def standing_of(case: CaseState) -> Stood | None:
    """How a case stands; None for somebody who is not in hospital."""
    return _stands(case.status, case.ready_since, case.delay, case.expected_discharge_on)


def remembered(before: CaseFile | None, after: CaseFile, at: datetime) -> CaseFile:
    """`after`, which differs from `before` since `at`, knowing how the case stood when that day (London) began."""
    midnight = midnight_before(at)
    if after.stood_at is not None and after.stood_at >= midnight:
        return after
    stood = _stands(before.status, before.ready_since, before.delay, before.expected_on) if before else None
    return replace(after, stood_at=midnight, stood=stood)


def _stands(status: CaseStatus, ready: datetime | None, delay: object | None, expected: date | None) -> Stood | None:
    return Stood(ready is not None, delay is not None, expected) if status is CaseStatus.OPEN else None
