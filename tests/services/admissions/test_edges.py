"""At the edge: a discharge at this very moment, and a cancel that speaks of a later stay."""

import itertools
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from services.admissions.handlers.answer import Door
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.tables import encounters
from shared.database import Database
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_receive import send

NOON, EVENING = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 2, 18, tzinfo=UTC)
ADMITTED = er7(control_id="1", visit="")
LEFT = er7("A03", control_id="2", visit="", at="202603021200")
TAKEN_BACK = er7("A13", control_id="3", visit="", at="202603021500", admitted="202603021400")
"""Its PV1-44 is after that discharge: it is of a stay we have not heard of."""


async def _statuses(database: Database) -> dict[datetime, str]:
    async with database.reading() as reading:
        rows = await reading.rows(select(encounters.c.admitted_at, encounters.c.status))
    return {row.admitted_at: row.status for row in rows}


async def test_a_discharge_is_one_from_its_minute_on(database: Database, door: Door) -> None:
    for raw in (ADMITTED, LEFT):
        await send(door, raw)
    await interpret_waiting(database, TRUST, NOON)
    assert list((await _statuses(database)).values()) == ["discharged"]


@pytest.mark.parametrize("order", list(itertools.permutations((ADMITTED, LEFT, TAKEN_BACK))))
async def test_a_cancel_of_a_later_stay_takes_back_nothing_of_an_earlier(
    database: Database, door: Door, order: tuple[bytes, ...]
) -> None:
    for raw in order:
        await send(door, raw)
        await interpret_waiting(database, TRUST, EVENING)
    statuses = await _statuses(database)
    assert statuses[datetime(2026, 3, 2, 8, 45, tzinfo=UTC)] == "discharged", statuses
