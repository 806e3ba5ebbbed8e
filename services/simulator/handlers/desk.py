"""What people do on their own account: take alerts, accept hand-overs."""

import asyncio
from datetime import UTC, datetime, timedelta

from services.simulator.channels.rest import Reception, Refusal
from shared.contracts.alerts import AlertStatus
from shared.contracts.api.discharge import AcceptHandOver
from shared.contracts.api.notifications import Acknowledge

LOOK_SECONDS = 20.0
THINKING = timedelta(seconds=60)
TAKEN_OF_TEN = 4


async def keep_desks(reception: Reception, lead: str) -> None:
    """Look every twenty seconds, for ever; cancel it to stop. What is refused is let go."""
    bed_manager: str | None = None
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            bed_manager = bed_manager or await reception.somebody("bed_manager")
            if bed_manager is not None:
                await take_an_alert(reception, bed_manager, datetime.now(UTC))
            await accept_a_hand_over(reception, lead, datetime.now(UTC))
        except Refusal:
            continue


async def take_an_alert(reception: Reception, who: str, at: datetime) -> None:
    """Take one alert nobody has; not every alert is taken, as in life. Raises Refusal."""
    for alert in (await reception.alerts(who)).items:
        chosen = sum(map(ord, alert.alert_id)) % 10 < TAKEN_OF_TEN
        if chosen and alert.status is AlertStatus.RAISED and at - alert.raised_at > THINKING:
            await reception.acknowledge(who, alert.alert_id, Acknowledge(version=alert.version))
            return


async def accept_a_hand_over(reception: Reception, lead: str, at: datetime) -> None:
    """Somebody of the cluster a person moved to accepts them. Raises Refusal."""
    for case in await reception.open_cases(lead, filter="hand_over"):
        waiting = case.hand_over
        if waiting is None or at - waiting.raised_at < THINKING:
            continue
        for one in await reception.staff(lead):
            if one.cluster_id == waiting.to_cluster and "social_worker" in one.roles:
                accept = AcceptHandOver(note="Handed over on the ward")
                await reception.change_case(one.staff_id, "POST", f"{case.case_id}/hand-over/accept", accept)
                return
