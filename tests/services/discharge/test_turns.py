"""Turns a stay takes: what waits is ended, what was cancelled comes back, ages count from where they began."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from services.discharge.handlers.clock import decide
from services.discharge.handlers.encounters import handle
from services.discharge.handlers.setup import apply
from services.discharge.model.cases import CancelledBy, Task
from services.discharge.model.hospital import ClusterId, WardCluster, WardId
from services.discharge.store.task_lists import read
from services.discharge.tables.cases import cases, hand_overs
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.contracts.cases import CaseStatus
from shared.contracts.encounters import EncounterStatus, Location
from shared.contracts.roles import Role
from shared.database import Database
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import (
    DAY,
    HOUR,
    MONDAY,
    after,
    case_id_of,
    case_of,
    event,
    hear,
    left,
    riverside,
    stay,
    told,
)

THERE = Location(ward_code="W2", bed="1")


async def _tasks(database: Database) -> dict[str, Task]:
    async with database.reading() as reading:
        return {task.task_id: task for task in read(str(await reading.value(select(cases.c.tasks))))}


async def test_a_discharge_ends_the_hand_over_that_waits(riverside_database: Database):
    moved = after(stay(), location=THERE)
    await hear(riverside_database, stay())
    await hear(riverside_database, moved, at=MONDAY + HOUR)
    assert (await case_of(riverside_database)).hand_over is not None
    await hear(riverside_database, left(moved, MONDAY + DAY), at=MONDAY + DAY)
    case = await case_of(riverside_database)
    assert (case.status, case.hand_over) == (CaseStatus.FOLLOWING, None)
    async with riverside_database.reading() as reading:
        assert [row for row in await reading.rows(select(hand_overs)) if row.ended_at is None] == []


@pytest.mark.parametrize(("end", "why"), [("died", CancelledBy.DEATH), ("withdrawn", CancelledBy.WITHDRAWAL)])
async def test_an_end_after_a_discharge_taken_back_leaves_the_tasks_as_they_were(
    riverside_database: Database, end: str, why: CancelledBy
):
    """What the discharge cancelled says that the end cancelled it; once both are undone it is as it was."""
    here = stay()
    await hear(riverside_database, here)
    before = {task_id: task.status for task_id, task in (await _tasks(riverside_database)).items()}
    gone = left(here, MONDAY + DAY)
    await hear(riverside_database, gone, at=MONDAY + DAY)
    dead = here.person.model_copy(update={"deceased": True})
    over = after(gone, person=dead) if end == "died" else after(gone, status=EncounterStatus.CANCELLED, inpatient=False)
    await hear(riverside_database, over, at=MONDAY + DAY + HOUR)
    assert (await case_of(riverside_database)).status in {CaseStatus.CLOSED, CaseStatus.WITHDRAWN}
    assert {task.cancelled_by for task in (await _tasks(riverside_database)).values()} == {why}
    back = after(over, status=EncounterStatus.ADMITTED, inpatient=True, discharged_at=None, person=here.person)
    await hear(riverside_database, back, at=MONDAY + DAY + 2 * HOUR)
    assert (await case_of(riverside_database)).status is CaseStatus.OPEN
    assert {task_id: task.status for task_id, task in (await _tasks(riverside_database)).items()} == before


async def test_somebody_is_uncovered_since_nobody_was_named_whatever_the_reason(riverside_database: Database):
    here = stay(ward="W3")
    await hear(riverside_database, here)
    first = (await case_of(riverside_database)).holding
    elsewhere = after(here, location=Location(ward_code="W4", bed="1"))
    await hear(riverside_database, elsewhere, at=MONDAY + HOUR)
    second = (await case_of(riverside_database)).holding
    assert first is not None
    assert second is not None
    assert second.reason != first.reason
    assert (first.uncovered_since, second.uncovered_since) == (MONDAY, MONDAY)


async def test_the_clock_places_anew_whom_nobody_holds(riverside_database: Database):
    await hear(riverside_database, stay(ward="W3"))
    south = WardCluster(ClusterId("south"), "South cluster", (WardId("w2"), WardId("w3")))
    others = [one for one in riverside().clusters if one.id != "south"]
    async with riverside_database.transaction() as tx:
        await apply(tx, replace(riverside(), clusters=(*others, south)), MONDAY)
    at = MONDAY + HOUR
    async with riverside_database.reading() as reading:
        due = await timers.due(reading, timers_table, at, 10)
    await decide(riverside_database, due, at)
    case = await case_of(riverside_database)
    assert case.holding is not None
    assert (case.holding.coordinator_id, case.cluster_id) == ("cara", "south")


async def test_who_comes_back_has_the_last_of_those_who_held_them(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay(1))
    at_the_door.clock.set(MONDAY + HOUR)
    async with at_the_door.as_("lena", Role.LEAD) as lena:
        wish = {"coordinator_id": "ben", "reason": "He knows her"}
        path = f"{BASE}/cases/{await case_id_of(database)}/coordinator"
        assert (await lena.post(path, json=wish, headers={"If-Match": '"1"'})).status_code == 200
    again = stay(2, person=stay(1).person)
    await hear(database, again, at=MONDAY + DAY)
    held = (await case_of(database, 2)).holding
    assert held is not None
    assert (held.coordinator_id, held.reason) == ("ben", "Ben Cole has co-ordinated this person before.")


async def test_a_stay_announced_for_another_trust_than_its_own_is_parked(riverside_database: Database):
    async with riverside_database.transaction() as tx:
        parked = await handle(tx, [replace(event(stay()), trust="RYY")], MONDAY)
    assert [one.subject for one in parked] == ["stay-1"]
    assert await told(riverside_database) == []
