"""The life of an alert: the state held, and what arrived, decide what becomes of it.

One alert is active at most for a case and a kind. Each decision but `Nothing` raises its version by one. The same
condition said again decides nothing, so that repeats are harmless; one that returns later is a new alert. When what
resolved an alert turns out not to have happened it is taken back, or goes on if what it told of is so still.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from services.notifications.rules.conditions import Condition, Holds, Met, Undone
from shared.contracts.alerts import ACTIVE, AlertKind, AlertState, AlertStatus
from shared.contracts.cases import CaseState


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to tell anybody."""


@dataclass(frozen=True, slots=True)
class Raised:
    """A new alert, or the same again: what had resolved it did not happen, and it goes on as it was."""

    alert: AlertState
    text: str


@dataclass(frozen=True, slots=True)
class Escalated:
    """The level rose. An acknowledgement stands, and is seen to be older than the rise."""

    alert: AlertState
    text: str


@dataclass(frozen=True, slots=True)
class Amended:
    """The alert goes on; where the person is, what is waited for or who has it changed."""

    alert: AlertState
    text: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was missing has happened."""

    alert: AlertState
    text: str


@dataclass(frozen=True, slots=True)
class Retracted:
    """The alert is taken back: what it rested on was undone."""

    alert: AlertState
    text: str


Change = Raised | Escalated | Amended | Resolved | Retracted
Decision = Nothing | Change


def decide(
    held: AlertState | None, condition: Condition, case: CaseState, *, kind: AlertKind, alert_id: str, at: datetime
) -> Decision:
    """What becomes of the alert of `case` and `kind`. `held` is the newest, active or not; `alert_id` names a new one.

    `at` (UTC) is when we learned it.
    """
    active = held if held is not None and held.status in ACTIVE else None
    match condition:
        case Holds():
            if active is not None:
                return _go_on(active, condition, case, at)
            if held is not None and _never_ended(held, condition):
                return _raise_again(held, condition, case, at)
            return _raise(condition, case, kind, alert_id, at)
        case Met(because):
            return Nothing() if active is None else _resolve(active, because, at)
        case Undone(because, and_its_end):
            resolved = held if held is not None and held.status is AlertStatus.RESOLVED and and_its_end else None
            untrue = active or resolved
            return Nothing() if untrue is None else _retract(untrue, because, at)
        case _:  # pragma: no cover
            assert_never(condition)


def _raise(condition: Holds, case: CaseState, kind: AlertKind, alert_id: str, at: datetime) -> Raised:
    alert = AlertState(
        alert_id=alert_id,
        trust=case.trust,
        version=1,
        kind=kind,
        status=AlertStatus.RAISED,
        case_id=case.case_id,
        encounter_id=case.encounter_id,
        since=condition.since,
        raised_at=at,
        at=at,
    ).model_copy(update=_details(condition, case))
    return Raised(alert, _opening_words(kind, condition.level))


def _never_ended(held: AlertState, condition: Holds) -> bool:
    """A delay is met by leaving, death or the end of the case only: the same one holds again if that was taken back."""
    is_delay = held.kind is AlertKind.DELAYED_TRANSFER
    return is_delay and held.status is AlertStatus.RESOLVED and held.since == condition.since


def _raise_again(held: AlertState, condition: Holds, case: CaseState, at: datetime) -> Raised:
    update = {
        **_details(condition, case),
        "status": AlertStatus.ACKNOWLEDGED if held.acknowledged_by else AlertStatus.RAISED,
        "version": held.version + 1,
        "ended_at": None,
        "ended_because": None,
        "at": at,
    }
    return Raised(held.model_copy(update=update), "What had ended it was taken back: ready and still here")


def _opening_words(kind: AlertKind, level: int) -> str:
    match kind:
        case AlertKind.DELAYED_TRANSFER:
            return f"Ready and still here: level {level}"
        case AlertKind.UNCOVERED:
            return "Nobody is named as co-ordinator"


def _go_on(active: AlertState, condition: Holds, case: CaseState, at: datetime) -> Nothing | Escalated | Amended:
    details = _details(condition, case)
    changed = {name: value for name, value in details.items() if getattr(active, name) != value}
    if not changed:
        return Nothing()
    update = {**details, "version": active.version + 1, "at": at}
    if condition.level > active.level:
        alert = active.model_copy(update={**update, "escalated_at": at})
        return Escalated(alert, f"Rose to level {condition.level}")
    return Amended(active.model_copy(update=update), _amended_words(changed))


def _details(condition: Holds, case: CaseState) -> dict[str, object]:
    holding = case.holding
    return {
        "ward_id": case.ward_id,
        "ward_name": case.ward_name,
        "bed": case.bed,
        "cluster_id": case.cluster_id,
        "level": condition.level,
        "since": condition.since,
        "waiting_for": condition.waiting_for,
        "held_by": condition.held_by,
        "coordinator_name": holding.coordinator_name if holding else None,
        "coordinator_phone": holding.coordinator_phone if holding else None,
    }


def _amended_words(changed: dict[str, object]) -> str:
    words: list[str] = []
    if changed.keys() & {"ward_id", "ward_name", "bed"}:
        words.append("moved")
    if changed.keys() & {"waiting_for", "held_by"}:
        words.append("what is waited for changed")
    if changed.keys() & {"coordinator_name", "coordinator_phone", "cluster_id"}:
        words.append("the co-ordinator changed")
    if "since" in changed:
        words.append("the start was corrected")
    if "level" in changed:
        words.append(f"level {changed['level']}")
    return ", ".join(words).capitalize()


def _resolve(active: AlertState, because: str, at: datetime) -> Resolved:
    return Resolved(_ended(active, AlertStatus.RESOLVED, because, at), because)


def _retract(untrue: AlertState, because: str, at: datetime) -> Retracted:
    return Retracted(_ended(untrue, AlertStatus.RETRACTED, because, at), because)


def _ended(alert: AlertState, status: AlertStatus, because: str, at: datetime) -> AlertState:
    ended_at = alert.ended_at or at  # one that was resolved has not been active since
    return alert.model_copy(
        update={
            "status": status,
            "version": alert.version + 1,
            "ended_at": ended_at,
            "ended_because": because,
            "at": at,
        }
    )
