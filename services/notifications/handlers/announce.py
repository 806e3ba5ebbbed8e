"""Tells everybody who follows `homeward.alerts.v1` what became of alerts, in the transaction of the change."""

from collections.abc import Iterable

from services.notifications.tables import log
from shared.contracts.alerts import AlertState
from shared.contracts.envelope import Announcement, EventType
from shared.database import Transaction
from shared.eventlog import Event, outbox
from shared.ids import new_id

AlertAnnounced = Announcement[AlertState]


def announce(tx: Transaction, changed: Iterable[tuple[AlertState, tuple[str, ...]]]) -> None:
    """Announce each alert in its new state, with the words for what happened (`raised`, `escalated` …)."""
    for alert, changes in changed:
        outbox.append(tx, log, _event(alert, changes))


def _event(alert: AlertState, changes: tuple[str, ...]) -> Event:
    return Event(
        id=new_id(),
        type=EventType.ALERT_CHANGED.value,
        subject=alert.alert_id,
        trust=alert.trust,
        version=alert.version,
        at=alert.at,
        data=AlertAnnounced(changes=changes, data=alert).model_dump_json().encode(),
    )
