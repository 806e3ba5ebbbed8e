"""Whose a hand-over is to accept: the list, its filter, the page where it is read and the act itself agree."""

from dataclasses import replace
from datetime import datetime

import pytest

from services.discharge.handlers.setup import apply
from services.discharge.model.hospital import ClusterId, RotaPattern, StaffId
from shared.contracts.api.discharge import CaseSummary
from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import HOUR, MONDAY, case_of, riverside
from tests.services.discharge.test_hand_over_ends import JOINT, accept, choose, giver_of, held, moved, the_clock

LATE = MONDAY + 23 * HOUR
"""Tuesday at nine in London: nobody accepted for a day, and it stands with the duty desk too."""
AT_ONCE = MONDAY + HOUR


async def _south_has_a_lead(door: Door) -> None:
    """Mina leads South by the setup file, without the role of a lead; Dora is on the duty desk by day."""
    mina, dora = (
        replace(riverside().staff[0], id=StaffId(one), name=name, clusters=())
        for one, name in (("mina", "Mina Orr"), ("dora", "Dora Finch"))
    )
    clusters = tuple(
        replace(one, lead=StaffId("mina")) if one.id == ClusterId("south") else one for one in riverside().clusters
    )
    desk = RotaPattern(dora.id, None, riverside().rota[0].days, riverside().rota[0].starts, riverside().rota[0].ends)
    hospital = replace(
        riverside(), clusters=clusters, staff=(*riverside().staff, mina, dora), rota=(*riverside().rota, desk)
    )
    async with door.database.transaction() as tx:
        await apply(tx, hospital, MONDAY - HOUR)


async def _row(door: Door, case_id: str, who: str, role: Role) -> CaseSummary:
    async with door.as_(who, role) as caller:
        answer = await caller.post(f"{BASE}/cases/by-ids", json={"case_ids": [case_id]})
    return CaseSummary.model_validate(answer.json()["items"][0], strict=False)


@pytest.mark.parametrize(
    ("who", "role", "after", "asked", "may"),
    [
        ("cara", Role.SOCIAL_WORKER, AT_ONCE, True, True),  # of the cluster
        ("mina", Role.SOCIAL_WORKER, AT_ONCE, True, True),  # leads it by the setup file
        ("lena", Role.LEAD, AT_ONCE, False, True),  # a lead of another: may, and is not asked
        ("other", Role.SOCIAL_WORKER, LATE, False, False),  # of the giver's cluster, not at the desk
        ("dora", Role.SOCIAL_WORKER, AT_ONCE, False, False),  # at the desk, before it has come as far
        ("dora", Role.SOCIAL_WORKER, LATE, True, True),
        ("cara", Role.WARD_STAFF, LATE, False, False),  # of the cluster, and takes no cases
    ],
)
async def test_the_list_the_page_and_the_act_give_one_answer(
    at_the_door: Door, who: str, role: Role, after: datetime, *, asked: bool, may: bool
):
    door = at_the_door
    await _south_has_a_lead(door)
    case_id, _ = await moved(door)
    who = {"asha": "ben", "ben": "asha"}[await giver_of(door)] if who == "other" else who
    for now in (MONDAY + 5 * HOUR, MONDAY + 9 * HOUR, after):
        if now <= after:
            await the_clock(door, now)
    row = await _row(door, case_id, who, role)
    assert row.to_accept is asked
    assert row.why.startswith("Hand-over to accept") is asked
    async with door.as_(who, role) as caller:
        listed = (await caller.get(f"{BASE}/cases?filter=hand_over")).json()["items"]
        page = (await caller.get(f"{BASE}/cases/{case_id}/hand-over")).json()
    assert [one["case_id"] for one in listed] == [case_id] * asked
    assert page["may_accept"] is may
    answer = await accept(door, case_id, who, role)
    assert answer.status_code == (200 if may else 403)
    assert not (await _row(door, case_id, who, role)).to_accept or not may, "nothing waits any more"


async def test_who_accepted_it_jointly_takes_over_also_when_they_have_left_the_cluster(at_the_door: Door):
    door = at_the_door
    case_id, _ = await moved(door)
    assert await choose(door, case_id, JOINT, who=await giver_of(door)) == 200
    assert (await accept(door, case_id, "cara")).status_code == 200
    moved_on = tuple(
        replace(one, clusters=(ClusterId("north"),)) if one.id == "cara" else one for one in riverside().staff
    )
    async with door.database.transaction() as tx:
        await apply(tx, replace(riverside(), staff=moved_on), MONDAY + 2 * HOUR)
    row = await _row(door, case_id, "cara", Role.SOCIAL_WORKER)
    assert row.to_accept is False
    assert (await accept(door, case_id, "ben")).status_code == 409
    assert (await accept(door, case_id, "cara")).status_code == 200
    assert ((await held(door))[0].coordinator_id, (await case_of(door.database)).hand_over) == ("cara", None)
