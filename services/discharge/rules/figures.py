"""The four figures of the bed manager's board, and their change since midnight (London)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from shared.contracts.cases import CaseState, CaseStatus

NAMES = ("can_go_still_here", "over_limit", "expected_today", "not_reviewed_today")


@dataclass(frozen=True, slots=True)
class Counted:
    """A case as it stands, and whether it was reviewed on the day."""

    case: CaseState
    reviewed: bool


def figures(cases: Iterable[Counted], today: date) -> Mapping[str, int]:
    """How many people in hospital can go, are over the limit, are expected to leave `today`, were not reviewed."""
    here = [one for one in cases if one.case.status is CaseStatus.OPEN]
    return {
        "can_go_still_here": sum(one.case.ready_since is not None for one in here),
        "over_limit": sum(one.case.delay is not None for one in here),
        "expected_today": sum(one.case.expected_discharge_on == today for one in here),
        "not_reviewed_today": sum(not one.reviewed for one in here),
    }


def differences(now: Mapping[str, int], then: Mapping[str, int]) -> Mapping[str, int]:
    """Each figure's change."""
    return {name: now[name] - then[name] for name in NAMES}
