"""What the clock decides, and what becomes of it when the clock was wrong."""

import asyncio
from datetime import timedelta

from services.discharge.handlers.clock import decide
from services.discharge.handlers.put_right import put_right
from services.discharge.schedules import due_cases
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import HOUR, MONDAY, case_id_of, case_of, hear, stay

AHEAD = timedelta(days=4)


async def _ready(door: Door) -> None:
    await hear(door.database, stay(1), stay(2))
    door.clock.set(MONDAY + HOUR)
    async with door.as_("asha") as asha:
        body = {"meets_criteria": False, "encounter_id": "stay-1"}
        answered = await asha.post(f"{BASE}/cases/{await case_id_of(door.database)}/reviews", json=body)
    assert answered.status_code == 200, answered.text


async def _look(door: Door) -> None:
    at = door.clock.now()
    async with door.database.reading() as reading:
        due = await timers.due(reading, timers_table, at, 100)
    await decide(door.database, due, at)


async def _level(door: Door) -> int:
    case = await case_of(door.database)
    return case.delay.level if case.delay is not None else 0


async def test_what_a_clock_that_was_ahead_decided_is_taken_back_once_it_is_right(at_the_door: Door):
    door = at_the_door
    await _ready(door)
    right = door.clock.now()
    door.clock.set(right + AHEAD)
    await _look(door)
    assert await _level(door) > 0
    door.clock.set(right + HOUR)
    await _look(door)
    assert await _level(door) > 0, "no timer is due now: nothing looks by itself"
    stop = asyncio.Event()
    working = asyncio.ensure_future(due_cases(door.database, door.clock, door.trail)(stop))
    async with asyncio.timeout(20):
        while await _level(door):  # noqa: ASYNC110  # looked at from outside
            await asyncio.sleep(0.02)
    stop.set()
    await working
    assert await put_right(door.database, door.clock.now()) == 0
    async with door.database.reading() as reading:
        assert await timers.due(reading, timers_table, door.clock.now(), 100) == []
    door.clock.set(right + AHEAD)
    await _look(door)
    assert await _level(door) > 0, "what is true when the time comes is told then"
