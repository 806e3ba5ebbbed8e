"""Who may take a case, from whom, for whom; and who answers for them until they are at work."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from services.discharge.handlers.setup import apply
from services.discharge.model.hospital import ClusterId, StaffId, StaffMember
from services.discharge.tables.cases import hand_overs
from shared.contracts.cases import Holding
from shared.contracts.encounters import Location
from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import HOUR, MONDAY, after, case_id_of, case_of, hear, riverside, stay

NIGHT = MONDAY + 18 * HOUR
"""Tuesday, four in the morning in London."""
TUESDAY_AT_EIGHT = MONDAY + 22 * HOUR


async def _moved(door: Door, number: int = 1) -> str:
    """Somebody of the North cluster, moved to a ward of South."""
    one = stay(number)
    await hear(door.database, one)
    await hear(door.database, after(one, location=Location(ward_code="W2", bed="1")), at=MONDAY + HOUR)
    return await case_id_of(door.database, number)


async def _holding(door: Door, number: int = 1) -> Holding:
    case = await case_of(door.database, number)
    assert case.holding is not None
    return case.holding


async def test_a_hand_over_is_not_for_a_social_worker_of_another_cluster(at_the_door: Door):
    case_id = await _moved(at_the_door)
    before = await _holding(at_the_door)
    async with at_the_door.as_("ben") as ben:
        assert (await ben.post(f"{BASE}/cases/{case_id}/hand-over/accept", json={})).status_code == 403
        many = await ben.post(f"{BASE}/hand-overs/accept", json={"case_ids": [case_id]})
    assert [(one["version"], one["problem"]) for one in many.json()["items"]] == [(None, "not-allowed")]
    assert await _holding(at_the_door) == before
    assert (await case_of(at_the_door.database)).hand_over is not None


async def test_a_lead_accepts_any_hand_over_and_for_anybody(at_the_door: Door):
    first, second = await _moved(at_the_door, 1), await _moved(at_the_door, 2)
    async with at_the_door.as_("lena", Role.LEAD) as lena:
        for_cara = {"coordinator_id": "cara"}
        assert (await lena.post(f"{BASE}/cases/{first}/hand-over/accept", json=for_cara)).status_code == 200
        assert (await lena.post(f"{BASE}/hand-overs/accept", json={"case_ids": [second]})).status_code == 200
    assert (await _holding(at_the_door, 1)).coordinator_id == "cara"
    assert (await _holding(at_the_door, 2)).coordinator_id == "lena"


async def test_a_social_worker_accepts_for_nobody_else(at_the_door: Door):
    case_id = await _moved(at_the_door)
    async with at_the_door.as_("cara") as cara:
        for_ben = await cara.post(f"{BASE}/cases/{case_id}/hand-over/accept", json={"coordinator_id": "ben"})
    assert for_ben.status_code == 403
    assert (await case_of(at_the_door.database)).hand_over is not None


@pytest.mark.parametrize("role", [Role.WARD_STAFF, Role.BED_MANAGER])
async def test_a_case_is_given_to_nobody_who_does_not_co_ordinate(at_the_door: Door, role: Role):
    async with at_the_door.database.transaction() as tx:
        nora = StaffMember(StaffId("nora"), "Nora Bell", "RN", frozenset({role}), (ClusterId("south"),))
        await apply(tx, replace(riverside(), staff=(*riverside().staff, nora)), MONDAY)
    case_id = await _moved(at_the_door)
    async with at_the_door.as_("lena", Role.LEAD) as lena:
        wish = {"coordinator_id": "nora", "reason": "She knows her"}
        given = await lena.post(f"{BASE}/cases/{case_id}/coordinator", json=wish, headers={"If-Match": '"2"'})
        taken = await lena.post(f"{BASE}/cases/{case_id}/hand-over/accept", json={"coordinator_id": "nora"})
    assert [given.status_code, taken.status_code] == [422, 422]
    assert (await _holding(at_the_door)).coordinator_id != "nora"


async def test_whoever_is_given_a_case_at_night_is_covered_until_they_are_at_work(at_the_door: Door):
    case_id = await _moved(at_the_door)
    at_the_door.clock.set(NIGHT)
    async with at_the_door.as_("cara") as cara:
        assert (await cara.post(f"{BASE}/cases/{case_id}/hand-over/accept", json={})).status_code == 200
    held = await _holding(at_the_door)
    assert (held.covered_by, held.cover_until) == ("the duty desk", TUESDAY_AT_EIGHT)
    async with at_the_door.as_("lena", Role.LEAD) as lena:
        version = (await case_of(at_the_door.database)).version
        wish = {"coordinator_id": "ben", "reason": "He knows her"}
        given = await lena.post(f"{BASE}/cases/{case_id}/coordinator", json=wish, headers={"If-Match": f'"{version}"'})
    assert given.status_code == 200
    held = await _holding(at_the_door)
    assert (held.coordinator_id, held.covered_by, held.cover_until) == ("ben", "the duty desk", TUESDAY_AT_EIGHT)


async def test_whoever_is_at_work_or_on_no_rota_is_not_covered(at_the_door: Door):
    case_id = await _moved(at_the_door)
    async with at_the_door.as_("lena", Role.LEAD) as lena:
        for version, to in ((2, "ben"), (3, "lena")):
            wish = {"coordinator_id": to, "reason": "Fair shares"}
            headers = {"If-Match": f'"{version}"'}
            given = await lena.post(f"{BASE}/cases/{case_id}/coordinator", json=wish, headers=headers)
            assert given.status_code == 200, given.text
            held = await _holding(at_the_door)
            assert (held.coordinator_id, held.covered_by, held.cover_until) == (to, None, None)
            assert not any("covers" in step for step in held.explanation)


async def test_whoever_moves_on_within_the_new_cluster_has_the_hand_over_they_had(at_the_door: Door):
    door = at_the_door
    south = [replace(one, wards=("w2", "w4")) if one.id == "south" else one for one in riverside().clusters]
    clusters = tuple(replace(one, wards=()) if one.id == "empty" else one for one in south)
    async with door.database.transaction() as tx:
        await apply(tx, replace(riverside(), clusters=clusters), MONDAY)
    one = stay(1)
    there = after(one, location=Location(ward_code="W2", bed="1"))
    await hear(door.database, one)
    await hear(door.database, there, at=MONDAY + HOUR)
    raised = (await case_of(door.database)).hand_over
    assert raised is not None
    assert await hear(door.database, after(there, location=Location(ward_code="W4")), at=MONDAY + 2 * HOUR) == []
    moved = (await case_of(door.database)).hand_over
    assert moved is not None
    assert moved == raised.model_copy(update={"reason": raised.reason.replace("Ward 2", "Ward 4")})
    async with door.database.reading() as reading:
        kept = await reading.rows(select(hand_overs.c.reason, hand_overs.c.ended_at))
    assert [(row.reason, row.ended_at) for row in kept] == [(moved.reason, None)]
    assert moved.reason != raised.reason
