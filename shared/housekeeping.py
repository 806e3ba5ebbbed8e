"""What a service no longer needs is deleted, a little at a time, so that its tables do not grow with its age."""

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Table

from shared.clock import Clock
from shared.database import Database, DatabaseUnavailable
from shared.eventlog import EventLogTables, outbox
from shared.pauses import pause
from shared.web import idempotency
from shared.wiring import Task

EVERY_SECONDS: Final = 3600.0
GROWTH_SECONDS: Final = 3.0
ANNOUNCEMENTS_KEPT: Final = timedelta(days=7)
REQUEST_KEYS_KEPT: Final = timedelta(days=2)
_log = structlog.get_logger()


def housekeeping(database: Database, clock: Clock, log: EventLogTables, request_keys: Table | None = None) -> Task:
    """The task that tidies at its start and every hour: announcements that newer ones replace, keys of old requests.

    Between, it sees to it that the database knows of tables that grow.
    """
    tables = log.outbox.metadata.tables.keys()

    async def task(stop: asyncio.Event) -> None:
        now = asyncio.get_running_loop().time
        due = now()
        while not stop.is_set():
            if now() >= due:
                due = now() + EVERY_SECONDS
                try:
                    await tidy(database, log, request_keys, clock.now())
                except DatabaseUnavailable as error:
                    _log.warning("housekeeping_waits", why=str(error))
            with contextlib.suppress(DatabaseUnavailable):
                await database.study_growth(tables)
            await pause(stop, GROWTH_SECONDS)

    return task


async def tidy(database: Database, log: EventLogTables, request_keys: Table | None, at: datetime) -> None:
    """Delete what at `at` (aware) is older than it is kept, in transactions of their own. Raises DatabaseUnavailable.

    Announcements: what was told of a subject stays as it stood at any time in the last seven days. Keys: two days.
    """
    while True:
        async with database.transaction() as tx:
            deleted = await outbox.prune(tx, log, at - ANNOUNCEMENTS_KEPT)
        if deleted < outbox.PRUNED_AT_ONCE:
            break
    if request_keys is not None:
        async with database.transaction() as tx:
            await idempotency.forget(tx, request_keys, at - REQUEST_KEYS_KEPT)
    await database.study()
