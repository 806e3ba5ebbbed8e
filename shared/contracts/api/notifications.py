"""REST shapes of notifications: alerts and the live feed."""

from pydantic import Field

from shared.contracts.alerts import AlertKind, AlertState, AlertStatus
from shared.contracts.shape import Asked, Instant, Published, ShortText


class AlertHistoryEntry(Published):
    """One change in the life of an alert."""

    at: Instant
    status: AlertStatus
    level: int
    text: str
    by: str | None = None


class AlertDetail(Published):
    """An alert with its life so far, newest first."""

    alert: AlertState
    history: tuple[AlertHistoryEntry, ...] = ()


class AlertList(Published):
    """Alerts, highest level and oldest first. `recently_ended` are those that ended within the last hours asked for."""

    items: tuple[AlertState, ...]
    recently_ended: tuple[AlertState, ...] = ()
    counts: dict[str, int] = Field(default_factory=dict)
    since_midnight: dict[str, int] = Field(default_factory=dict)
    data_as_of: Instant | None = None
    at: Instant


class Acknowledge(Asked):
    """Say "I have this". `version` is the one that was seen: a newer one is refused with 412."""

    version: int
    note: ShortText | None = None


__all__ = [
    "Acknowledge",
    "AlertDetail",
    "AlertHistoryEntry",
    "AlertKind",
    "AlertList",
    "AlertState",
    "AlertStatus",
]
