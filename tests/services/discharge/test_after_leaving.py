"""Once somebody has left nobody expects them to leave; what was so while they were here may still be told."""

from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import DAY, HOUR, MONDAY, case_id_of, case_of, hear, left, stay

LEFT = MONDAY + DAY


async def test_nobody_expects_to_leave_who_has_left(at_the_door: Door) -> None:
    await hear(at_the_door.database, stay())
    await hear(at_the_door.database, left(stay(), LEFT), at=LEFT)
    case_id = await case_id_of(at_the_door.database)
    at_the_door.clock.set(LEFT + 2 * HOUR)
    before = await case_of(at_the_door.database)
    review = {"meets_criteria": True, "criteria": ["2"], "encounter_id": "stay-1"}
    async with at_the_door.as_("asha") as asha:
        day = await asha.post(f"{BASE}/cases/{case_id}/expected-dates", json={"expected_on": "2026-05-12"})
        now = await asha.post(f"{BASE}/cases/{case_id}/reviews", json=review)
        then = review | {"true_from": (LEFT + HOUR).isoformat()}
        later = await asha.post(f"{BASE}/cases/{case_id}/reviews", json=then)
        assert await case_of(at_the_door.database) == before
        ready = {"meets_criteria": False, "encounter_id": "stay-1", "true_from": (LEFT - HOUR).isoformat()}
        told_late = await asha.post(f"{BASE}/cases/{case_id}/reviews", json=ready)
    assert [day.status_code, now.status_code, later.status_code, told_late.status_code] == [409, 422, 422, 200]
    assert now.json()["errors"][0]["code"] == "after-leaving"
