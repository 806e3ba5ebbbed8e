"""A clock that was ahead decided cases at a time that is still to come: they are looked at again, now.

It may also have passed days on which a ward code begins to mean something else: such a trust is looked at as a whole.
"""

from datetime import datetime

from services.discharge.handlers import ward_map
from services.discharge.rules.ward_map import next_change
from services.discharge.store import case_files, lists
from services.discharge.store import ward_map as mappings
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.database import Database


async def put_right(database: Database, at: datetime) -> int:
    """Set due every case that was last changed after `at`; how many. Their delays and alerts are then decided anew."""
    async with database.transaction() as tx:
        ahead = await lists.changed_after(tx, at)
        looks: list[tuple[str, str, datetime | None]] = [(case_files.LOOK, case_id, at) for case_id in ahead]
        for trust in await mappings.trusts(tx):
            next_day = next_change(await mappings.newest(tx, trust), at)
            looks.append((ward_map.CHANGES, trust, at if ahead else next_day))
        await timers.set_due(tx, timers_table, looks)
    return len(ahead)
