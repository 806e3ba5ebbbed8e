"""What a case says is wrong: its conditions, or why a condition that may have been is no longer."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.alerts import AlertKind
from shared.contracts.cases import CaseState, CaseStatus


@dataclass(frozen=True, slots=True)
class Holds:
    """A condition that is true now. `since` (UTC) is when it began, not when it was learned."""

    since: datetime
    level: int = 1
    waiting_for: str | None = None
    held_by: str | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """The condition is over because what was missing has happened; `because` says what, in words."""

    because: str


@dataclass(frozen=True, slots=True)
class Undone:
    """The condition is taken back: what it rested on is no longer held to be so; `because` says what, in words."""

    because: str


Condition = Holds | Met | Undone


def condition_of(case: CaseState, kind: AlertKind) -> Condition:
    """What the case says today about an alert of this kind."""
    match kind:
        case AlertKind.DELAYED_TRANSFER:
            return _delay(case)
        case AlertKind.UNCOVERED:
            return _uncovered(case)


def _delay(case: CaseState) -> Condition:
    delay = case.delay
    if delay is not None and case.status is CaseStatus.OPEN:
        return Holds(delay.since, delay.level, delay.waiting_for, delay.held_by)
    over = _case_over(case)
    if over is not None:
        return over
    if case.ready_since is None:
        return Undone("Meets the criteria to reside again, or the review was corrected")
    return Undone("The time ready was corrected: not over the limit")


def _uncovered(case: CaseState) -> Condition:
    over = _case_over(case)
    if over is not None:
        return over
    holding = case.holding
    if holding is not None and holding.uncovered_since is not None:
        return Holds(holding.uncovered_since, waiting_for="A named co-ordinator")
    if holding is not None and holding.coordinator_name:
        return Met(f"{holding.coordinator_name} was named")
    return Met("A co-ordinator was named")


def _case_over(case: CaseState) -> Condition | None:
    """Why a case that is no longer about somebody in hospital ends its alerts; nothing while it is open."""
    if case.deceased:
        return Met("The person has died")
    match case.status:
        case CaseStatus.OPEN:
            return None
        case CaseStatus.WITHDRAWN:
            return Undone("The admission was cancelled")
        case CaseStatus.FOLLOWING:
            return Met("Left hospital on their own decision" if case.own_discharge else "Left hospital")
        case CaseStatus.CLOSED:
            left = case.moments.left_hospital is not None or case.delay_ended_by == "left"
            return Met("Left hospital") if left else Met("The case was closed")
