"""What a case says is wrong: its conditions, or why a condition that may have been is no longer."""

from dataclasses import dataclass, replace
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
    """The condition is taken back: what it rested on is no longer held to be so; `because` says what, in words.

    `and_its_end`: what may have met it before is undone as well.
    """

    because: str
    and_its_end: bool = False


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
    over = _case_over(case) or Undone(_not_delayed(case))
    # A delay is met by leaving or dying only, and of nobody who did is it said that it is undone.
    return replace(over, and_its_end=True) if isinstance(over, Undone) else over


def _not_delayed(case: CaseState) -> str:
    if case.delay_ended_because is not None:
        return _sentence(case.delay_ended_because)
    if case.ready_since is None:
        return "No longer ready to leave"
    return "Not over the limit, or delays are not counted here"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


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
            return Undone(_sentence(case.withdrawn_because or "the case was withdrawn"))
        case CaseStatus.FOLLOWING:
            return Met("Left hospital on their own decision" if case.own_discharge else "Left hospital")
        case CaseStatus.CLOSED:
            told = case.moments
            left = bool(told.left_hospital or told.followed_up) or case.delay_ended_by == "left"
            return Met("Left hospital") if left else Met("The case was closed")
