"""What the clock makes discharge do."""

import asyncio
from collections.abc import Awaitable, Callable

from services.discharge.handlers.clock import decide
from services.discharge.handlers.put_right import put_right
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.clock import Clock
from shared.database import Database


def due_cases(database: Database, clock: Clock) -> Callable[[asyncio.Event], Awaitable[None]]:
    """The task that looks again at cases whose time has come, and at all of a trust on a day its ward map changes."""
    return timers.work(database, timers_table, clock, decide, put_right=put_right)
