"""What somebody carries: the weights of what they hold now, as the pathways are and the people leave."""

from dataclasses import replace

from services.discharge.handlers.clock import decide
from services.discharge.handlers.setup import apply
from services.discharge.model.hospital import ClusterId
from services.discharge.store import cover
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.contracts.encounters import Location
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import (
    HOUR,
    MONDAY,
    TRUST,
    after,
    case_id_of,
    case_of,
    hear,
    left,
    riverside,
    stay,
)


async def _carried(door: Door) -> float:
    held = (await case_of(door.database)).holding
    assert held is not None
    assert held.coordinator_id is not None
    async with door.database.reading() as reading:
        return (await cover.caseload(reading, TRUST, [held.coordinator_id])).load.get(held.coordinator_id, 0.0)


async def test_a_case_weighs_by_its_pathway_and_little_once_the_person_is_home(at_the_door: Door):
    one = stay(1)
    await hear(at_the_door.database, one)
    assert await _carried(at_the_door) == 1.0
    case_id = await case_id_of(at_the_door.database, 1)
    async with at_the_door.as_("asha") as asha:
        assert (await asha.post(f"{BASE}/cases/{case_id}/pathway", json={"pathway": "P3"})).status_code == 200
    assert await _carried(at_the_door) == 3.0
    await hear(at_the_door.database, left(one, MONDAY + HOUR), at=MONDAY + HOUR)
    assert await _carried(at_the_door) == 0.25


async def test_what_somebody_held_and_gave_away_is_no_load(at_the_door: Door):
    await hear(at_the_door.database, stay(1))
    assert await _holders(at_the_door, 1) == ["asha"]
    case_id = await case_id_of(at_the_door.database, 1)
    async with at_the_door.as_("asha") as asha:
        wish = {"coordinator_id": "ben", "reason": "Fair shares"}
        given = await asha.post(f"{BASE}/cases/{case_id}/coordinator", json=wish, headers={"If-Match": '"1"'})
    assert given.status_code == 200
    async with at_the_door.database.reading() as reading:
        assert (await cover.caseload(reading, TRUST, ["asha", "ben"])).load == {"ben": 1.0}


async def test_a_case_that_weighs_more_keeps_its_waiting_hand_over(at_the_door: Door):
    one = stay(1)
    await hear(at_the_door.database, one)
    await hear(at_the_door.database, after(one, location=Location(ward_code="W2", bed="1")), at=MONDAY + HOUR)
    waiting = (await case_of(at_the_door.database)).hand_over
    assert waiting is not None
    case_id = await case_id_of(at_the_door.database, 1)
    async with at_the_door.as_("asha") as asha:
        assert (await asha.post(f"{BASE}/cases/{case_id}/pathway", json={"pathway": "P3"})).status_code == 200
    assert (await case_of(at_the_door.database)).hand_over == waiting
    assert await _carried(at_the_door) == 3.0


async def test_what_somebody_does_to_an_uncovered_case_names_nobody_and_the_clock_the_least_loaded(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay(1), stay(2), stay(3))
    uncovered = stay(4, ward="W4")
    await hear(door.database, uncovered)
    case_id = await case_id_of(door.database, 4)
    busy = await _holders(door, 1, 2, 3)
    least = min(("asha", "ben"), key=busy.count)
    worked = [replace(one, cluster=ClusterId("empty")) for one in riverside().rota[:2]]
    door.clock.set(MONDAY + HOUR)
    async with door.database.transaction() as tx:
        await apply(tx, replace(riverside(), rota=(*riverside().rota, *worked)), door.clock.now())
    async with door.as_("asha") as asha:
        assert (await asha.post(f"{BASE}/cases/{case_id}/pathway", json={"pathway": "P1"})).status_code == 200
    assert await _holders(door, 4) == [None]
    async with door.database.reading() as reading:
        due = await timers.due(reading, timers_table, door.clock.now(), 100)
    await decide(door.database, due, door.clock.now())
    assert await _holders(door, 4) == [least]


async def _holders(door: Door, *numbers: int) -> list[str | None]:
    cases = [await case_of(door.database, number) for number in numbers]
    return [case.holding.coordinator_id if case.holding else None for case in cases]
