"""The four figures of the bed manager's board, and their change since midnight (London)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shared.contracts.cases import CaseState, CaseStatus, DelayCondition

NAMES = ("can_go_still_here", "over_limit", "expected_today", "not_reviewed_today")


@dataclass(frozen=True, slots=True)
class Counted:
    """A case as it stands, and whether it was reviewed on the day."""

    case: CaseState
    reviewed: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a figure counts somebody; `reviewed`: on the day."""

    ready_since: datetime | None
    delay: DelayCondition | None
    expected_on: date | None
    reviewed: bool


def counts_in(figure: str, status: CaseStatus, stands: Standing, today: date) -> bool:
    """Whether `figure` counts somebody: in hospital, and can go, over the limit, expected `today`, or not reviewed."""
    if status is not CaseStatus.OPEN:
        return False
    match figure:
        case "can_go_still_here":
            return stands.ready_since is not None
        case "over_limit":
            return stands.delay is not None
        case "expected_today":
            return stands.expected_on == today
        case _:
            return not stands.reviewed


def figures(cases: Iterable[Counted], today: date) -> Mapping[str, int]:
    """How many people in hospital can go, are over the limit, are expected to leave `today`, were not reviewed."""
    stand = [
        (
            one.case.status,
            Standing(one.case.ready_since, one.case.delay, one.case.expected_discharge_on, reviewed=one.reviewed),
        )
        for one in cases
    ]
    return {name: sum(counts_in(name, status, stands, today) for status, stands in stand) for name in NAMES}


def differences(now: Mapping[str, int], then: Mapping[str, int]) -> Mapping[str, int]:
    """Each figure's change."""
    return {name: now[name] - then[name] for name in NAMES}
