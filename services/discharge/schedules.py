"""What the clock makes discharge do."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from services.discharge.handlers.clock import decide
from services.discharge.handlers.put_right import put_right
from services.discharge.handlers.setup_plans import take_due
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.audit import Trail
from shared.clock import Clock
from shared.database import Database
from shared.timers import Timer


def due_cases(database: Database, clock: Clock, trail: Trail) -> Callable[[asyncio.Event], Awaitable[None]]:
    """The task that looks again at cases whose time has come, and at all of a trust on a day its ward map changes.

    It applies the setups that were planned for a time that has come: before any case is looked at.
    """

    async def look(database: Database, due: Sequence[Timer], at: datetime) -> None:
        await take_due(database, trail, due, at)
        await decide(database, due, at)

    return timers.work(database, timers_table, clock, look, put_right=put_right)
