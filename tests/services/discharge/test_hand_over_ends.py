"""The three ends of a hand-over: kept, given whole, joint until a day; and what becomes of one nobody accepts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx2
import pytest

from services.discharge.handlers.clock import decide
from services.discharge.handlers.setup import apply
from services.discharge.model.hospital import RotaPattern, StaffId
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.contracts.cases import CaseState, HandOver, Holding
from shared.contracts.encounters import EncounterState, Location
from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import (
    DAY,
    HOUR,
    MONDAY,
    after,
    case_id_of,
    case_of,
    hear,
    left,
    riverside,
    stay,
    told,
)

THURSDAY = date(2026, 5, 7)
THURSDAY_BEGINS = datetime(2026, 5, 6, 23, tzinfo=UTC)
"""Midnight in London, in summer."""
JOINT = {"choice": "joint", "until": "2026-05-07"}


def at(one: EncounterState, ward: str) -> EncounterState:
    return after(one, location=Location(ward_code=ward, bed="1"))


async def moved(door: Door, number: int = 1) -> tuple[str, EncounterState]:
    """Somebody of the North cluster, moved to a ward of South an hour later."""
    one = stay(number)
    await hear(door.database, one)
    there = at(one, "W2")
    await hear(door.database, there, at=MONDAY + HOUR)
    door.clock.set(MONDAY + HOUR)
    return await case_id_of(door.database, number), there


async def choose(door: Door, case_id: str, body: dict[str, str], *, who: str, role: Role = Role.SOCIAL_WORKER) -> int:
    version = (await case_of(door.database)).version
    async with door.as_(who, role) as caller:
        answer = await caller.post(f"{BASE}/cases/{case_id}/hand-over", json=body, headers={"If-Match": f'"{version}"'})
    return answer.status_code


async def accept(door: Door, case_id: str, who: str, role: Role = Role.SOCIAL_WORKER) -> httpx2.Response:
    async with door.as_(who, role) as caller:
        return await caller.post(f"{BASE}/cases/{case_id}/hand-over/accept", json={})


async def the_clock(door: Door, now: datetime) -> None:
    """What is due by `now` is looked at."""
    door.clock.set(now)
    async with door.database.reading() as reading:
        due = await timers.due(reading, timers_table, now, 100)
    await decide(door.database, due, now)


async def leaves(door: Door, who: str) -> None:
    """The hospital is set up anew without them."""
    staff = tuple(one for one in riverside().staff if one.id != who)
    rota = tuple(one for one in riverside().rota if one.staff != who)
    async with door.database.transaction() as tx:
        await apply(tx, replace(riverside(), staff=staff, rota=rota), MONDAY + 2 * HOUR)


async def held(door: Door) -> tuple[Holding, HandOver | None]:
    case = await case_of(door.database)
    assert case.holding is not None
    return case.holding, case.hand_over


async def giver_of(door: Door) -> str:
    holding, _ = await held(door)
    assert holding.coordinator_id is not None
    return holding.coordinator_id


async def joined(door: Door) -> tuple[str, str]:
    """Somebody moved, and who gives them has chosen that both answer for them: the case, and the giver."""
    case_id, _ = await moved(door)
    giver = await giver_of(door)
    assert await choose(door, case_id, JOINT, who=giver) == 200
    return case_id, giver


async def test_who_keeps_a_person_stays_named_and_is_not_asked_again_on_that_ward(at_the_door: Door):
    door = at_the_door
    case_id, there = await moved(door)
    giver = await giver_of(door)
    before, _ = await held(door)
    assert await choose(door, case_id, {"choice": "keep", "reason": "Her daughter trusts me"}, who=giver) == 200
    after_that, raised = await held(door)
    assert (after_that.coordinator_id, after_that.since, raised) == (giver, before.since, None)
    assert after_that.explanation[-1] == f"{after_that.coordinator_name} keeps this person on Ward 2."
    back = at(there, "W1")
    again = at(back, "W2")
    for number, one in enumerate((back, again), 2):
        await hear(door.database, one, at=MONDAY + number * HOUR)
        assert await held(door) == (after_that, None)
    async with door.as_("lena", Role.LEAD) as lena:
        case = (await lena.get(f"{BASE}/cases/{case_id}")).json()
    assert "Her daughter trusts me" in next(one["text"] for one in case["timeline"] if "stays the named" in one["text"])
    assert all("daughter" not in one.model_dump_json() for one in await told(door.database)), "typed words in an event"


async def test_who_keeps_a_person_is_asked_when_they_move_to_a_third_cluster(at_the_door: Door):
    door = at_the_door
    case_id, there = await moved(door)
    await choose(door, case_id, {"choice": "keep", "reason": "Nearly home"}, who=await giver_of(door))
    await hear(door.database, at(there, "W4"), at=MONDAY + 2 * HOUR)
    _, raised = await held(door)
    assert raised is not None
    assert raised.to_cluster == "empty"


async def test_joint_until_a_day_the_giver_is_named_until_it_begins_then_the_taker(at_the_door: Door):
    door = at_the_door
    case_id, _ = await moved(door)
    giver = await giver_of(door)
    assert await choose(door, case_id, JOINT, who=giver) == 200
    assert (await accept(door, case_id, "cara")).status_code == 200
    holding, joint = await held(door)
    assert joint is not None
    assert (holding.coordinator_id, joint.taker_id, joint.joint_until) == (giver, "cara", THURSDAY)
    async with door.as_("cara") as cara:
        listed = (await cara.get(f"{BASE}/cases?mine=true")).json()
    assert [(one["case_id"], one["hand_over"]["taker_id"]) for one in listed["items"]] == [(case_id, "cara")]
    assert listed["counts"]["hand_over"] == 0
    await the_clock(door, THURSDAY_BEGINS - timedelta(seconds=1))
    assert (await held(door))[0].coordinator_id == giver
    await the_clock(door, THURSDAY_BEGINS)
    holding, joint = await held(door)
    assert (holding.coordinator_id, holding.since, joint) == ("cara", THURSDAY_BEGINS, None)
    assert (holding.covered_by, holding.cover_until) == ("the duty desk", THURSDAY_BEGINS + 8 * HOUR)
    assert "until Thursday 7 May, and named from then" in holding.reason
    states = await told(door.database)
    assert all(one.holding is not None and one.holding.coordinator_id is not None for one in states)


async def test_an_act_at_the_very_instant_does_not_put_the_taker_off(at_the_door: Door):
    door = at_the_door
    case_id, _ = await joined(door)
    await accept(door, case_id, "cara")
    late = THURSDAY_BEGINS + timedelta(minutes=5)
    door.clock.set(late)
    async with door.as_("cara") as cara:
        assert (await cara.post(f"{BASE}/cases/{case_id}/pathway", json={"pathway": "P1"})).status_code == 200
    await the_clock(door, late)
    assert (await held(door))[0].coordinator_id == "cara"


async def test_a_joint_taker_takes_over_before_the_day_and_no_colleague_in_their_place(at_the_door: Door):
    door = at_the_door
    case_id, _ = await joined(door)
    await accept(door, case_id, "cara")
    refused = await accept(door, case_id, "lena", Role.LEAD)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:homeward:problem:no-hand-over")
    assert (await accept(door, case_id, "cara")).status_code == 200
    holding, joint = await held(door)
    assert (holding.coordinator_id, joint) == ("cara", None)


@pytest.mark.parametrize("until", ["2026-05-04", "2026-05-03", "2026-06-02"])
async def test_a_joint_hand_over_ends_on_a_day_to_come(at_the_door: Door, until: str):
    case_id, _ = await moved(at_the_door)
    giver = await giver_of(at_the_door)
    assert await choose(at_the_door, case_id, {"choice": "joint", "until": until}, who=giver) == 422
    assert await choose(at_the_door, case_id, {"choice": "joint"}, who=giver) == 422
    assert await choose(at_the_door, case_id, {"choice": "keep"}, who=giver) == 422
    assert (await held(at_the_door))[1] is not None


async def test_a_joint_taker_who_leaves_the_trust_is_named_nowhere(at_the_door: Door):
    door = at_the_door
    case_id, giver = await joined(door)
    await accept(door, case_id, "cara")
    await leaves(door, "cara")
    await the_clock(door, MONDAY + 2 * HOUR)
    holding, waits = await held(door)
    assert waits is not None
    assert (holding.coordinator_id, waits.taker_id, waits.taker_name) == (giver, None, None)
    await the_clock(door, THURSDAY_BEGINS)
    assert (await held(door))[0].coordinator_id == giver


async def test_when_the_giver_leaves_the_trust_the_joint_taker_is_named_at_once(at_the_door: Door):
    door = at_the_door
    case_id, giver = await joined(door)
    await accept(door, case_id, "cara")
    await leaves(door, giver)
    holding, joint = await held(door)
    assert (holding.coordinator_id, holding.since, joint) == ("cara", MONDAY + 2 * HOUR, None)
    assert "who works here no more" in holding.reason


async def test_a_bounce_within_the_hour_churns_nobody(at_the_door: Door):
    door = at_the_door
    case_id, there = await moved(door)
    before, _ = await held(door)
    await choose(door, case_id, JOINT, who=await giver_of(door))
    await hear(door.database, at(there, "W1"), at=MONDAY + HOUR + timedelta(minutes=50))
    assert await held(door) == (before, None)
    await the_clock(door, MONDAY + 3 * DAY)
    assert await held(door) == (before, None)


async def test_a_move_back_and_a_discharge_end_what_was_joint(at_the_door: Door):
    door = at_the_door
    case_id, there = await moved(door)
    giver = await giver_of(door)
    await choose(door, case_id, JOINT, who=giver)
    await accept(door, case_id, "cara")
    back = at(there, "W1")
    await hear(door.database, back, at=MONDAY + 2 * HOUR)
    assert (await held(door))[1] is None
    again = at(back, "W2")
    await hear(door.database, again, at=MONDAY + 3 * HOUR)
    door.clock.set(MONDAY + 3 * HOUR)
    await choose(door, case_id, JOINT, who=giver)
    await accept(door, case_id, "cara")
    await hear(door.database, left(again, MONDAY + 4 * HOUR), at=MONDAY + 4 * HOUR)
    await the_clock(door, THURSDAY_BEGINS)
    holding, joint = await held(door)
    assert (holding.coordinator_id, joint) == (giver, None)


def _levels(states: list[CaseState]) -> list[int]:
    return [one.hand_over.level for one in states if one.hand_over is not None]


async def test_one_nobody_accepts_rises_to_the_lead_then_to_the_duty_desk(at_the_door: Door):
    door = at_the_door
    dora = replace(riverside().staff[0], id=StaffId("dora"), name="Dora Finch", clusters=())
    led = tuple(replace(one, lead=StaffId("lena")) if one.id == "south" else one for one in riverside().clusters)
    desk = RotaPattern(dora.id, None, riverside().rota[0].days, riverside().rota[0].starts, riverside().rota[0].ends)
    hospital = replace(riverside(), clusters=led, staff=(*riverside().staff, dora), rota=(*riverside().rota, desk))
    async with door.database.transaction() as tx:
        await apply(tx, hospital, MONDAY - HOUR)
    case_id, _ = await moved(door)
    giver = await giver_of(door)

    async def waits(who: str, role: Role = Role.SOCIAL_WORKER) -> list[str]:
        async with door.as_(who, role) as caller:
            return [
                one["case_id"] for one in (await caller.get(f"{BASE}/cases?mine=true&filter=hand_over")).json()["items"]
            ]

    assert (await waits("lena", Role.LEAD), await waits("dora")) == ([case_id], [])
    await the_clock(door, MONDAY + 5 * HOUR - timedelta(seconds=1))
    assert _levels(await told(door.database)) == [0]
    await the_clock(door, MONDAY + 5 * HOUR)
    assert (await waits("dora"), (await accept(door, case_id, "dora")).status_code) == ([], 403)
    await the_clock(door, MONDAY + 9 * HOUR)
    assert _levels(await told(door.database)) == [0, 1, 2]
    assert (await held(door))[0].coordinator_id == giver
    async with door.as_("dora") as who:
        assert (await who.get(f"{BASE}/cases?mine=true")).json()["items"] == [], "off duty since five o'clock"
    await the_clock(door, MONDAY + 23 * HOUR)
    assert await waits("dora") == [case_id]
    for who, may in (("dora", True), ("cara", True), ("ben", False)):
        async with door.as_(who) as caller:
            shown = (await caller.get(f"{BASE}/cases/{case_id}/hand-over")).json()
        assert shown["may_accept"] is may, who
    assert (await accept(door, case_id, "dora")).status_code == 200
    assert (await held(door))[0].coordinator_id == "dora"


async def test_only_the_giver_or_a_lead_says_how_it_ends_and_of_what_they_saw(at_the_door: Door):
    door = at_the_door
    case_id, _ = await moved(door)
    giver = await giver_of(door)
    other = "ben" if giver == "asha" else "asha"
    for who in (other, "cara"):
        assert await choose(door, case_id, JOINT, who=who) == 403
    async with door.as_(giver) as caller:
        for headers, status in (({}, 428), ({"If-Match": '"1"'}, 412)):
            answer = await caller.post(f"{BASE}/cases/{case_id}/hand-over", json=JOINT, headers=headers)
            assert answer.status_code == status
    assert await choose(door, case_id, JOINT, who="lena", role=Role.LEAD) == 200
    assert (await held(door))[1] is not None
    assert await choose(door, case_id, {"choice": "transfer"}, who="lena", role=Role.LEAD) == 200
    _, raised = await held(door)
    assert raised is not None
    assert raised.joint_until is None
    assert (await accept(door, case_id, "cara")).status_code == 200
    assert await choose(door, case_id, {"choice": "transfer"}, who="lena", role=Role.LEAD) == 409
