"""Saying "I have this": a person takes an alert they have seen."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.alerts import ACTIVE, AlertState, AlertStatus, rose_since_acknowledged


@dataclass(frozen=True, slots=True)
class Person:
    """Who acknowledges."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The alert is theirs from now on, in its new state."""

    alert: AlertState
    text: str


@dataclass(frozen=True, slots=True)
class AlreadyTheirs:
    """They had said so, and nothing rose since: nothing changes."""


@dataclass(frozen=True, slots=True)
class Stale:
    """They looked at an older version; they must see the newest first."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The alert is over."""


Acknowledgement = Taken | AlreadyTheirs | Stale | Ended


def acknowledge(alert: AlertState, by: Person, seen_version: int, note: str | None, at: datetime) -> Acknowledgement:
    """What becomes of `alert` when `by`, who saw `seen_version`, takes it at `at` (UTC).

    Somebody else may take it over. After an escalation the same person may say it again, which renews the time.
    """
    if alert.status not in ACTIVE:
        return Ended()
    if alert.acknowledged_by_id == by.id and not rose_since_acknowledged(alert):
        return AlreadyTheirs()
    if seen_version != alert.version:
        return Stale()
    taken = alert.model_copy(
        update={
            "status": AlertStatus.ACKNOWLEDGED,
            "version": alert.version + 1,
            "acknowledged_by": by.name,
            "acknowledged_by_id": by.id,
            "acknowledged_at": at,
            "at": at,
        }
    )
    return Taken(taken, note or "I have this")
