"""What somebody carries: the weights of what they hold now, as the pathways are and the people leave."""

from services.discharge.store import cover
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import HOUR, MONDAY, TRUST, case_id_of, case_of, hear, left, stay


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
