"""A person takes an alert."""

from datetime import datetime
from typing import assert_never

from services.notifications.handlers.announce import announce
from services.notifications.rules.acknowledgement import (
    AlreadyTheirs,
    Ended,
    Person,
    Stale,
    Taken,
    acknowledge,
)
from services.notifications.store import alerts as store
from shared.contracts.alerts import AlertState
from shared.contracts.api.notifications import Acknowledge
from shared.database import Transaction
from shared.refusals import Refused, not_found, stale


async def acknowledge_alert(
    tx: Transaction, trust: str, alert_id: str, by: Person, asked: Acknowledge, at: datetime
) -> AlertState:
    """The alert as it is after `by` has taken it at `at` (UTC).

    Raises `Refused`: 404 there is no such alert in this trust, 409 it is over, 412 it changed since it was seen.
    """
    alert = await store.lock_alert(tx, trust, alert_id)
    if alert is None:
        raise not_found("alert")
    answer = acknowledge(alert, by, asked.version, asked.note, at)
    match answer:
        case Taken(taken, text):
            await store.keep(tx, [store.Kept(taken, text, by.name)])
            announce(tx, [(taken, ("acknowledged",))])
            return taken
        case AlreadyTheirs():
            return alert
        case Stale():
            raise stale()
        case Ended():
            raise Refused(
                "alert-ended",
                status=409,
                title="This alert is over",
                detail="There is nothing left to take on.",
            )
        case _:  # pragma: no cover
            assert_never(answer)
