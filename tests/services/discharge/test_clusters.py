"""My cluster, for its lead and its members: nobody without a name, nobody unaccepted, a fair load."""

from shared.contracts.api.discharge.clusters import ClusterAtWork
from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import HOUR, MONDAY, case_id_of, hear, riverside, set_up, stay, without_rota
from tests.services.discharge.test_hand_over_ends import accept, at, giver_of, moved


async def cluster(door: Door, cluster_id: str, who: str, role: Role = Role.SOCIAL_WORKER) -> ClusterAtWork:
    async with door.as_(who, role) as caller:
        answer = await caller.get(f"{BASE}/clusters/{cluster_id}")
    assert answer.status_code == 200
    return ClusterAtWork.model_validate_json(answer.content)


async def test_each_worker_with_people_load_and_duty_the_fullest_first(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay(1), stay(2), stay(3))
    first = await case_id_of(door.database, 1)
    async with door.as_("lena", Role.LEAD) as lena:
        await lena.post(f"{BASE}/cases/{first}/pathway", json={"pathway": "P3"})
        review = {"meets_criteria": False, "encounter_id": "stay-1"}
        assert (await lena.post(f"{BASE}/cases/{first}/reviews", json=review)).status_code == 200
    found = await cluster(door, "north", "asha")
    told = {one.staff_id: (one.people, one.load, one.can_go) for one in found.workers}
    assert sorted(people for people, _, _ in told.values()) == [0, 1, 2]
    assert sum(people for people, _, _ in told.values()) == 3
    assert sum(load for _, load, _ in told.values()) == 5.0
    assert sum(can_go for _, _, can_go in told.values()) == 1
    assert [one.load for one in found.workers] == sorted((one.load for one in found.workers), reverse=True)
    ends = {one.staff_id: (one.on_duty_until, one.next_from) for one in found.workers}
    assert ends["asha"] == (MONDAY + 7 * HOUR, None)
    assert ends["lena"] == (None, None), "on no rota"
    door.clock.set(MONDAY + 8 * HOUR)
    off = {one.staff_id: (one.on_duty_until, one.next_from) for one in (await cluster(door, "north", "asha")).workers}
    assert off["asha"] == (None, MONDAY + 22 * HOUR)


async def test_hand_overs_wait_at_the_taker_and_are_told_at_the_giver_the_longest_first(at_the_door: Door):
    door = at_the_door
    first, _ = await moved(door, 1)
    await hear(door.database, stay(2))
    await hear(door.database, at(stay(2), "W2"), at=MONDAY + 2 * HOUR)
    second = await case_id_of(door.database, 2)
    south, north = await cluster(door, "south", "cara"), await cluster(door, "north", "lena", Role.LEAD)
    for told in (south.waiting, north.given):
        assert [one.case_id for one in told] == [first, second]
    assert (south.given, north.waiting) == ((), ())
    giver = await giver_of(door)
    assert giver in {one.staff_id for one in south.workers}, "who is named for somebody on a ward of the cluster"
    await accept(door, first, "cara")
    assert [one.case_id for one in (await cluster(door, "south", "cara")).waiting] == [second]
    joint = {"choice": "joint", "until": "2026-05-07"}
    async with door.as_("lena", Role.LEAD) as lena:
        wish = await lena.post(f"{BASE}/cases/{second}/hand-over", json=joint, headers={"If-Match": '"2"'})
    assert (wish.status_code, (await accept(door, second, "cara")).status_code) == (200, 200)
    assert (await cluster(door, "south", "cara")).waiting == (), "accepted, and together until Thursday"
    assert (await cluster(door, "north", "asha")).given == ()


async def test_the_uncovered_stand_first_and_a_lead_sees_those_of_no_cluster(at_the_door: Door):
    door = at_the_door
    await set_up(door.database, without_rota(riverside()))
    await hear(door.database, stay(2, ward="W3"), at=MONDAY + HOUR)
    await hear(door.database, stay(1), at=MONDAY + 2 * HOUR)
    ours, nowhere = await case_id_of(door.database, 1), await case_id_of(door.database, 2)
    assert [one.case_id for one in (await cluster(door, "north", "asha")).uncovered] == [ours]
    led = await cluster(door, "north", "lena", Role.LEAD)
    assert [one.case_id for one in led.uncovered] == [nowhere, ours]
    assert all(one.holding.uncovered_since is not None for one in led.uncovered)


async def test_a_member_reads_their_own_cluster_and_nobody_one_that_is_not_there(at_the_door: Door):
    async with at_the_door.as_("cara") as cara:
        assert (await cara.get(f"{BASE}/clusters/north")).status_code == 403
    async with at_the_door.as_("lena", Role.LEAD) as lena:
        assert (await lena.get(f"{BASE}/clusters/south")).status_code == 200
        assert (await lena.get(f"{BASE}/clusters/nowhere")).status_code == 404
    for role in (Role.WARD_STAFF, Role.BED_MANAGER):
        async with at_the_door.as_("nora", role) as nora:
            assert (await nora.get(f"{BASE}/clusters/north")).status_code == 403
