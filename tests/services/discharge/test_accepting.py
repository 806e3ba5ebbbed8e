"""A late shift takes over its people: many hand-overs at once, and a list that is not sent twice."""

from shared.contracts.api.discharge import CaseList
from shared.contracts.encounters import Location
from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import HOUR, MONDAY, after, case_id_of, case_of, hear, stay


async def _moved(door: Door, *numbers: int) -> list[str]:
    stays = [stay(number) for number in numbers]
    await hear(door.database, *stays)
    there = [after(one, location=Location(ward_code="W2", bed=str(number))) for number, one in enumerate(stays)]
    await hear(door.database, *there, at=MONDAY)
    return [await case_id_of(door.database, number) for number in numbers]


async def test_many_hand_overs_are_accepted_in_one_act(at_the_door: Door):
    door = at_the_door
    moved = await _moved(door, 1, 2, 3)
    await hear(door.database, stay(4, ward="W2"))
    stays = await case_id_of(door.database, 4)
    async with door.as_("cara") as cara:
        body = {"case_ids": [*moved, stays, "nobody", moved[0]]}
        first, again = [
            await cara.post(f"{BASE}/hand-overs/accept", json=body, headers={"Idempotency-Key": "a"}) for _ in range(2)
        ]
        assert (first.status_code, first.content) == (200, again.content)
        told = [(one["case_id"], one["problem"]) for one in first.json()["items"]]
        assert told == [*((one, None) for one in moved), (stays, "no-hand-over"), ("nobody", "not-found")]
        assert (await cara.post(f"{BASE}/hand-overs/accept", json={"case_ids": []})).status_code == 422
    for number in (1, 2, 3):
        case = await case_of(door.database, number)
        assert case.holding is not None
        assert (case.holding.coordinator_id, case.hand_over) == ("cara", None)
    async with door.as_("nora", Role.WARD_STAFF) as nora:
        assert (await nora.post(f"{BASE}/hand-overs/accept", json=body)).status_code == 403


async def test_a_list_that_says_the_same_is_not_sent_again(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay(1), stay(2))
    async with door.as_("asha") as asha:
        first = await asha.get(f"{BASE}/cases?mine=true")
        assert CaseList.model_validate_json(first.content).total == 1
        known = {"If-None-Match": first.headers["etag"]}
        door.clock.set(MONDAY + HOUR / 120)
        same = await asha.get(f"{BASE}/cases?mine=true", headers=known)
        assert (same.status_code, same.content) == (304, b"")
        moved = after(stay(1), location=Location(ward_code="W1", bed="9"))
        await hear(door.database, moved, at=MONDAY + HOUR / 120)
        assert (await asha.get(f"{BASE}/cases?mine=true", headers=known)).status_code == 200
