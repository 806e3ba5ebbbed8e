"""What notifications publishes on `homeward.alerts.v1`: alerts with a life. Nothing about the person."""

from enum import StrEnum

from shared.contracts.shape import Instant, Published


class AlertKind(StrEnum):
    """What an alert is about."""

    DELAYED_TRANSFER = "delayed-transfer"
    UNCOVERED = "uncovered"


class AlertStatus(StrEnum):
    """Where an alert is in its life. `acknowledged` is still active: somebody has it."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    RETRACTED = "retracted"


ACTIVE = frozenset({AlertStatus.RAISED, AlertStatus.ACKNOWLEDGED})


class AlertState(Published):
    """An alert as it stands. One is active at most per case and kind; its version rises with each change.

    `since` is when the condition began (UTC), not when we learned of it. `ended_because` is in words. When what
    resolved an alert turns out not to have happened, it becomes `retracted` and `ended_at` stays; or, if the same delay
    holds again, it is `raised` or `acknowledged` as before, and `ended_at` and `ended_because` are empty.
    """

    alert_id: str
    trust: str
    version: int
    kind: AlertKind
    status: AlertStatus
    case_id: str
    encounter_id: str
    ward_id: str | None = None
    ward_name: str | None = None
    bed: str | None = None
    cluster_id: str | None = None
    level: int = 1
    since: Instant
    raised_at: Instant
    escalated_at: Instant | None = None
    waiting_for: str | None = None
    held_by: str | None = None
    coordinator_name: str | None = None
    coordinator_phone: str | None = None
    acknowledged_by: str | None = None
    acknowledged_by_id: str | None = None
    acknowledged_at: Instant | None = None
    ended_at: Instant | None = None
    ended_because: str | None = None
    at: Instant


def rose_since_acknowledged(alert: AlertState) -> bool:
    """Whether the level rose after somebody had taken the alert."""
    acknowledged, escalated = alert.acknowledged_at, alert.escalated_at
    return acknowledged is not None and escalated is not None and escalated > acknowledged
