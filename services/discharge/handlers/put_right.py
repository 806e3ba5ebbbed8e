"""A clock that was ahead decided cases at a time that is still to come: they are looked at again, now."""

from datetime import datetime

from services.discharge.store import case_files, lists
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.database import Database


async def put_right(database: Database, at: datetime) -> int:
    """Set due every case that was last changed after `at`; how many. Their delays and alerts are then decided anew."""
    async with database.transaction() as tx:
        ahead = await lists.changed_after(tx, at)
        await timers.set_due(tx, timers_table, [(case_files.LOOK, case_id, at) for case_id in ahead])
    return len(ahead)
