"""Ward codes mapped by several at once, and while the clock is wrong."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from services.discharge.handlers.clock import decide
from services.discharge.handlers.put_right import put_right
from services.discharge.tables import metadata
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.contracts.roles import Role
from shared.database import Database
from tests.services.discharge.door import BASE, Door, door
from tests.services.discharge.riverside import DAY, HOUR, MONDAY, TRUST, case_of, hear, riverside, set_up, stay


async def _map(one: Door, name: str, **said: str) -> httpx2.Response:
    wish = {"code": "W9", "ward_id": "w1", "valid_from": "2026-05-04", **said}
    async with one.as_("kim", Role.INTEGRATION_ENGINEER) as kim:
        return await kim.put(f"{BASE}/hospital/ward-mappings/{name}", json=wish)


async def _look(one: Door, at: datetime) -> None:
    one.clock.set(at)
    for _ in range(2):
        async with one.database.reading() as reading:
            due = await timers.due(reading, timers_table, at, 100)
        await decide(one.database, due, at)


async def _ward(one: Door, number: int) -> str | None:
    return (await case_of(one.database, number)).ward_id


async def test_a_clock_that_was_ahead_leaves_the_days_of_the_map_as_they_are(at_the_door: Door) -> None:
    await _map(at_the_door, "until-tuesday", valid_until="2026-05-05")
    await _map(at_the_door, "from-wednesday", valid_from="2026-05-06", ward_id="w2")
    await hear(at_the_door.database, stay(1, ward="W9"))
    await _look(at_the_door, MONDAY + 2 * DAY)
    assert await _ward(at_the_door, 1) == "w2"
    back = MONDAY + 2 * HOUR
    assert await put_right(at_the_door.database, back) == 1
    await _look(at_the_door, back)
    assert await _ward(at_the_door, 1) == "w1"
    await hear(at_the_door.database, stay(2, ward="W9"), at=back)
    assert await _ward(at_the_door, 2) == "w1"
    await _look(at_the_door, MONDAY + 2 * DAY)
    assert [await _ward(at_the_door, number) for number in (1, 2)] == ["w2", "w2"]


async def test_a_clock_that_was_ahead_while_nobody_was_there_misses_no_day(at_the_door: Door) -> None:
    await _map(at_the_door, "from-wednesday", valid_from="2026-05-06", ward_id="w2")
    await _look(at_the_door, MONDAY + 3 * DAY)
    back = MONDAY + 2 * HOUR
    assert await put_right(at_the_door.database, back) == 0
    await hear(at_the_door.database, stay(1, ward="W9"), at=back)
    assert await _ward(at_the_door, 1) is None
    async with at_the_door.database.reading() as reading:
        due = await timers.due(reading, timers_table, MONDAY + 2 * DAY, 100)
    assert "ward-map" in {timer.rule for timer in due}


async def test_each_day_on_which_a_code_means_something_else_has_its_turn(at_the_door: Door) -> None:
    await hear(at_the_door.database, stay(1, ward="W9"))
    await _map(at_the_door, "tuesday", valid_from="2026-05-05", valid_until="2026-05-05")
    await _map(at_the_door, "wednesday", ward_id="w2", valid_from="2026-05-06", valid_until="2026-05-06")
    await _map(at_the_door, "from-thursday", ward_id="w3", valid_from="2026-05-07")
    seen: list[str | None] = []
    for days in range(4):
        await _look(at_the_door, MONDAY + days * DAY)
        seen.append(await _ward(at_the_door, 1))
    assert seen == [None, "w1", "w2", "w3"]


async def test_a_mapping_that_begins_later_waits_for_its_midnight(at_the_door: Door) -> None:
    await _map(at_the_door, "from-wednesday", valid_from="2026-05-06")
    async with at_the_door.database.reading() as reading:
        (due,) = await timers.due(reading, timers_table, MONDAY + 3 * DAY, 100)
    assert (due.rule, due.subject, due.due_at) == ("ward-map", TRUST, datetime(2026, 5, 5, 23, tzinfo=UTC))


async def test_of_several_who_map_one_code_one_is_first_also_where_there_is_no_cluster(
    postgres_database: Database, tmp_path: Path
) -> None:
    await postgres_database.create_all(metadata)
    whole = riverside()
    staff = tuple(replace(one, clusters=()) for one in whole.staff)
    await set_up(postgres_database, replace(whole, clusters=(), rota=(), staff=staff))
    there = door(postgres_database, tmp_path / "keys")
    for code in ("Z1", "Z2", "Z3"):
        asked = [_map(there, f"{code}-{number}", code=code) for number in range(4)]
        assert sorted(one.status_code for one in await asyncio.gather(*asked)) == [201, 409, 409, 409]
