"""Who may give a case to whom: a lead, whoever holds it, and whoever takes what nobody holds."""

import httpx2
import pytest

from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import case_id_of, case_of, hear, stay


async def _given(
    door: Door, who: str, to: str, *, role: Role = Role.SOCIAL_WORKER, seen: str = '"1"'
) -> httpx2.Response:
    path = f"{BASE}/cases/{await case_id_of(door.database)}/coordinator"
    async with door.as_(who, role) as client:
        wish = {"coordinator_id": to, "reason": "Fair shares"}
        return await client.post(path, json=wish, headers={"If-Match": seen})


async def _held(door: Door) -> tuple[int, str | None]:
    case = await case_of(door.database)
    assert case.holding is not None
    return case.version, case.holding.coordinator_id


@pytest.mark.parametrize("to", ["ben", "cara"])
async def test_nobody_takes_a_case_out_of_a_colleagues_hands(at_the_door: Door, to: str):
    await hear(at_the_door.database, stay())
    refused = await _given(at_the_door, "ben", to)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:homeward:problem:not-allowed")
    assert await _held(at_the_door) == (1, "asha")


async def test_who_holds_a_case_may_hand_it_on(at_the_door: Door):
    await hear(at_the_door.database, stay())
    assert (await _given(at_the_door, "asha", "cara")).status_code == 200
    assert await _held(at_the_door) == (2, "cara")
    assert (await _given(at_the_door, "asha", "asha", seen='"2"')).status_code == 403


async def test_a_lead_may_give_any_case(at_the_door: Door):
    await hear(at_the_door.database, stay())
    assert (await _given(at_the_door, "lena", "ben", role=Role.LEAD)).status_code == 200
    assert await _held(at_the_door) == (2, "ben")


async def test_a_case_that_nobody_holds_may_be_taken_but_not_given(at_the_door: Door):
    await hear(at_the_door.database, stay(ward="W4"))
    assert await _held(at_the_door) == (1, None)
    assert (await _given(at_the_door, "ben", "cara")).status_code == 403
    assert (await _given(at_the_door, "ben", "ben")).status_code == 200
    assert await _held(at_the_door) == (2, "ben")


@pytest.mark.parametrize(("seen", "status"), [("*", 428), ('"9"', 412)])
async def test_a_lead_must_have_seen_the_case_as_it_is(at_the_door: Door, seen: str, status: int):
    await hear(at_the_door.database, stay())
    refused = await _given(at_the_door, "lena", "ben", role=Role.LEAD, seen=seen)
    assert (refused.status_code, refused.headers["etag"]) == (status, '"1"')
    assert await _held(at_the_door) == (1, "asha")
