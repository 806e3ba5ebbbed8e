"""What people do on their own account: take alerts, accept hand-overs, share people out."""

import asyncio
from datetime import UTC, datetime, timedelta

from services.simulator.channels.rest import Reception, Refusal
from services.simulator.handlers.acts import Team
from services.simulator.handlers.wards import Workers, accept_hand_overs, share_out, workers
from shared.contracts.alerts import AlertState, AlertStatus
from shared.contracts.api.notifications import Acknowledge

LOOK_SECONDS = 20.0
THINKING = timedelta(seconds=60)
TAKEN_OF_TEN = 4


async def keep_desks(team: Team) -> None:
    """Look every twenty seconds, for ever; cancel it to stop. What is refused is let go."""
    bed_manager: str | None = None
    who: Workers | None = None
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            bed_manager = bed_manager or await team.reception.somebody("bed_manager")
            if bed_manager is not None:
                await take_an_alert(team.reception, bed_manager, datetime.now(UTC))
            who = who or await workers(team)
            await team.look()
            await accept_hand_overs(team, who, at_most=2)
            await share_out(team, who, at_most=2)
        except Refusal:
            continue


async def take_an_alert(reception: Reception, who: str, at: datetime) -> None:
    """Take one alert nobody has; not every alert is taken, as in life. Raises Refusal."""
    for alert in (await reception.alerts(who)).items:
        if is_one_of_those_taken(alert) and alert.status is AlertStatus.RAISED and at - alert.raised_at > THINKING:
            await reception.acknowledge(who, alert.alert_id, Acknowledge(version=alert.version))
            return


def is_one_of_those_taken(alert: AlertState) -> bool:
    """Some alerts are taken in the end and some are not, the same ones whoever asks."""
    return sum(map(ord, alert.alert_id)) % 10 < TAKEN_OF_TEN
