"""The morning the past ends in: co-ordinators have looked at their people, the bed manager has taken alerts."""

from collections.abc import Awaitable
from datetime import datetime, timedelta

from services.simulator.channels.rest import Refusal
from services.simulator.handlers.acts import Team
from services.simulator.handlers.desk import is_one_of_those_taken
from services.simulator.handlers.wards import Workers
from services.simulator.rules.looking import is_news
from shared.contracts.alerts import AlertStatus
from shared.contracts.api.notifications import Acknowledge

SINCE_LAST_EVENING = timedelta(hours=16)
OLD = timedelta(days=1)


async def look_at_all_but_the_news(team: Team, who: Workers, now: datetime) -> None:
    """Whoever holds people has looked at them, but at what is news. What is refused is let go."""
    for worker in who.all:
        try:
            found = await team.reception.mine(worker.staff_id)
        except Refusal:
            continue
        for case in found:
            if case.hand_over is None and not is_news(case, now - SINCE_LAST_EVENING):
                await _let_go(team.reception.seen(worker.staff_id, case.case_id, case.version))


async def take_old_alerts(team: Team, now: datetime) -> None:
    """The bed manager takes of the alerts older than a day those that are taken. What is refused is let go."""
    try:
        bed_manager = await team.reception.somebody("bed_manager")
        listed = await team.reception.alerts(bed_manager) if bed_manager is not None else None
    except Refusal:
        return
    for alert in listed.items if listed else ():
        old = alert.status is AlertStatus.RAISED and now - alert.since > OLD
        if bed_manager is not None and old and is_one_of_those_taken(alert):
            await _let_go(team.reception.acknowledge(bed_manager, alert.alert_id, Acknowledge(version=alert.version)))


async def _let_go(doing: Awaitable[None]) -> None:
    try:
        await doing
    except Refusal:
        return
