"""What notifications is asked: the alerts of the board."""

from services.screens.clients.calls import Asking
from shared.contracts.api.notifications import Acknowledge, AlertDetail, AlertList

BASE = "/notifications/v1"
ENDED_HOURS = "4"


async def active(ask: Asking) -> AlertList:
    """All active alerts, and those that ended in the last hours."""
    return await ask.get("notifications", f"{BASE}/alerts", AlertList, {"status": "active", "hours": ENDED_HOURS})


async def acknowledge(ask: Asking, alert_id: str, version: int) -> AlertDetail:
    """Say "I have this" about the version that was seen."""
    path = f"{BASE}/alerts/{alert_id}/acknowledge"
    return await ask.send("notifications", path, AlertDetail, Acknowledge(version=version))
