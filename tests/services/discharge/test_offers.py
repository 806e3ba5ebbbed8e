"""When a kind of need is recorded, the profession that fits is offered the case: to join, or to take over."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.discharge.store.case_files import looked_at
from services.discharge.tables.cases import holdings
from services.discharge.tables.offers import offers
from shared.contracts.api.discharge.offers import NeedKind
from shared.contracts.encounters import Location
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
    set_up,
    stay,
)
from tests.services.discharge.specialists import MO, answer, clock, needs, said, shown, specialists, standing


async def test_the_social_worker_of_the_ward_is_named_first_though_a_specialist_carries_nothing(ward_one: Door):
    for number in range(2, 6):
        await hear(ward_one.database, stay(number))
    async with ward_one.database.reading() as reading:
        held = await reading.rows(select(holdings.c.coordinator_id).where(holdings.c.is_current))
    assert sorted(row.coordinator_id for row in held) == ["asha", "asha", "asha", "ben", "ben"]


async def test_dementia_is_offered_to_mental_health_and_the_named_co_ordinator_stays(ward_one: Door):
    await needs(ward_one, "dementia")
    case = await shown(ward_one)
    offer = case["offers"][0]
    assert (offer["status"], offer["staff_name"], offer["profession"]) == ("offered", "Mo Reid", "MHL")
    assert (offer["needs"], offer["version"], offer["answer_by"]) == (["dementia"], 1, "2026-05-05T09:00:00Z")
    assert offer["explanation"] == [
        "Dementia is recorded: the trust’s table names mental health liaison.",
        "North cluster has the profession on its rota.",
        "On duty now: Mo Reid.",
        "Mo Reid is the only one.",
    ]
    assert case["summary"]["holding"]["coordinator_id"] == "asha"
    state = await case_of(ward_one.database)
    assert (state.version, state.offers_waiting) == (2, 1)
    assert "dementia" not in state.model_dump_json().casefold(), "what somebody needs is not announced"
    words = "Offered to Mo Reid (mental health liaison), to join or take over: dementia is recorded"
    assert words in await said(ward_one)


async def test_who_is_not_on_the_rota_of_the_cluster_is_found_in_the_trust(ward_one: Door):
    await needs(ward_one, "physical_disability")
    offer = (await shown(ward_one))["offers"][0]
    assert offer["staff_name"] == "Ola Berg"
    nobody = "North cluster has nobody of the profession to ask on its rota. The trust has."
    assert offer["explanation"][1] == nobody


async def test_needs_of_one_profession_are_one_offer_and_of_two_are_two(ward_one: Door):
    await needs(ward_one, "dementia", "mental_illness", "physical_disability", "homelessness")
    case = await shown(ward_one)
    assert [(one["staff_name"], one["needs"]) for one in case["offers"]] == [
        ("Mo Reid", ["dementia", "mental_illness"]),
        ("Ola Berg", ["physical_disability"]),
    ]
    await needs(ward_one, "dementia", text="She was lost twice")
    assert len((await shown(ward_one))["offers"]) == 2, "who is being asked is not asked again"


async def test_an_offer_not_answered_in_time_lapses_and_the_next_is_asked(ward_one: Door):
    await needs(ward_one, "dementia")
    ward_one.clock.set(MONDAY + DAY - timedelta(seconds=1))
    await clock(ward_one)
    assert standing(await shown(ward_one)) == [("offered", "Mo Reid")]
    ward_one.clock.set(MONDAY + DAY)
    await clock(ward_one)
    case = await shown(ward_one)
    assert standing(case) == [("lapsed", "Mo Reid"), ("offered", "Nia Rees")]
    assert (case["offers"][0]["reason"], case["offers"][0]["answered_at"]) == (
        "not answered in time",
        "2026-05-05T09:00:00Z",
    )
    assert "The offer to Mo Reid lapsed: not answered in time" in await said(ward_one)
    late = await answer(ward_one, "mo", "join")
    assert (late.status_code, late.json()["type"]) == (409, "urn:homeward:problem:offer-over")


async def test_who_is_not_at_work_has_the_time_from_their_next_shift(ward_one: Door):
    night = MONDAY + 10 * HOUR
    ward_one.clock.set(night)
    await needs(ward_one, "dementia")
    offer = (await shown(ward_one))["offers"][0]
    assert (offer["staff_name"], offer["answer_by"]) == ("Mo Reid", "2026-05-06T07:00:00Z")


async def test_nobody_on_a_rota_is_said_and_looked_for_again_at_midnight(ward_one: Door):
    await needs(ward_one, "end_of_life")
    assert (await shown(ward_one))["offers"] == [], "no profession fits in this trust"
    table = {**specialists().policy.specialists, NeedKind.END_OF_LIFE: "PAL"}
    policy = replace(specialists().policy, specialists=table)
    await set_up(ward_one.database, replace(specialists(), policy=policy))
    ward_one.clock.set(MONDAY + HOUR)
    await clock(ward_one)
    assert standing(await shown(ward_one)) == [("nobody", None)]
    pal = replace(specialists().staff[-3], id="pia", name="Pia Holt", profession="PAL")
    line = replace(specialists().rota[-3], staff="pia")
    await set_up(
        ward_one.database,
        replace(specialists(), policy=policy, staff=(*specialists().staff, pal), rota=(*specialists().rota, line)),
    )
    async with ward_one.database.transaction() as tx:
        await looked_at(tx, [await case_id_of(ward_one.database)])
    ward_one.clock.set(MONDAY + 14 * HOUR - timedelta(seconds=1))
    await clock(ward_one)
    assert len((await shown(ward_one))["offers"]) == 1
    ward_one.clock.set(MONDAY + 14 * HOUR)
    await clock(ward_one)
    assert standing(await shown(ward_one)) == [("nobody", None), ("offered", "Pia Holt")]


@pytest.mark.parametrize(("said_before", "then"), [(None, "lapsed"), ("join", "joined")])
async def test_an_offer_to_somebody_who_left_is_over_and_the_next_is_asked(
    ward_one: Door, said_before: str | None, then: str
):
    await needs(ward_one, "dementia")
    if said_before:
        assert (await answer(ward_one, "mo", said_before)).status_code == 200
    here = specialists()
    staff = tuple(one for one in here.staff if one.id != MO)
    await set_up(ward_one.database, replace(here, staff=staff, rota=tuple(one for one in here.rota if one.staff != MO)))
    ward_one.clock.set(MONDAY + HOUR)
    await clock(ward_one)
    assert standing(await shown(ward_one)) == [(then, "Mo Reid"), ("offered", "Nia Rees")]
    assert ("The offer to Mo Reid lapsed: they work here no more" in await said(ward_one)) is (said_before is None)


async def test_a_need_that_is_withdrawn_takes_the_offer_back(ward_one: Door):
    written = (await needs(ward_one, "dementia")).json()
    path = f"{BASE}/cases/{await case_id_of(ward_one.database)}/record/{written['entry_id']}/withdraw"
    async with ward_one.as_("asha") as asha:
        gone = await asha.post(path, json={"reason": "It was delirium"}, headers={"If-Match": '"1"'})
    assert gone.status_code == 200
    case = await shown(ward_one)
    assert (standing(case), case["offers"][0]["reason"]) == ([("lapsed", "Mo Reid")], "the need is no longer recorded")
    await needs(ward_one, "dementia", text="It was not delirium")
    assert standing(await shown(ward_one))[1:] == [("offered", "Mo Reid")]


async def test_what_ends_the_case_ends_its_offers_and_what_brings_it_back_brings_back_who_joined(ward_one: Door):
    await needs(ward_one, "dementia", "physical_disability")
    await answer(ward_one, "mo", "join")
    one = stay()
    dead = one.person.model_copy(update={"deceased": True, "deceased_at": MONDAY + HOUR})
    died = after(left(one, MONDAY + HOUR), person=dead)
    await hear(ward_one.database, died, at=MONDAY + HOUR)
    async with ward_one.database.reading() as reading:
        ended = await reading.rows(select(offers.c.status, offers.c.ended_at).order_by(offers.c.number))
    assert [(row.status, row.ended_at) for row in ended] == [("joined", MONDAY + HOUR), ("lapsed", MONDAY + HOUR)]
    await hear(ward_one.database, one.model_copy(update={"version": 3}), at=MONDAY + 2 * HOUR)
    assert standing(await shown(ward_one)) == [("joined", "Mo Reid"), ("lapsed", "Ola Berg"), ("offered", "Ola Berg")]
    async with ward_one.database.reading() as reading:
        still = await reading.rows(select(offers.c.number).where(offers.c.ended_at.is_(None)).order_by(offers.c.number))
    assert [row.number for row in still] == [1, 3]


async def test_a_case_about_somebody_else_is_not_offered_for_the_needs_of_the_first(ward_one: Door):
    await needs(ward_one, "dementia")
    one = stay()
    other = after(one, person=one.person.model_copy(update={"person_id": "person-2"}))
    await hear(ward_one.database, other, at=MONDAY + HOUR)
    assert (await shown(ward_one))["offers"] == []
    assert (await case_of(ward_one.database)).offers_waiting == 0
    assert (await answer(ward_one, "mo", "join")).status_code == 404


async def test_of_two_who_could_be_asked_who_has_fewest_is(ward_one: Door):
    setup = specialists()
    both = (*setup.rota, replace(setup.rota[-2], cluster=setup.rota[-3].cluster))
    await set_up(ward_one.database, replace(setup, rota=both))
    await hear(ward_one.database, stay(2), stay(3))
    for number in (1, 2, 3):
        await needs(ward_one, "dementia", number=number)
    async with ward_one.database.reading() as reading:
        asked = await reading.rows(select(offers.c.staff_id, offers.c.explanation).order_by(offers.c.staff_id))
    assert [row.staff_id for row in asked] == [MO, MO, "nia"]
    steps = {row.explanation[-1] for row in asked}
    assert "Nia Rees has the fewest people by offer (0)." in steps
    assert "Of those who have the fewest people by offer (1), Mo Reid is first in order." in steps


async def test_it_stands_on_the_list_of_who_was_asked_until_it_is_answered(ward_one: Door):
    await needs(ward_one, "dementia")
    await hear(ward_one.database, stay(2))
    async with ward_one.as_("mo") as mo:
        mine = (await mo.get(f"{BASE}/cases?mine=true")).json()
        offered = (await mo.get(f"{BASE}/cases?mine=true&filter=offered")).json()
        assert [one["encounter_id"] for one in mine["items"]] == ["stay-1"]
        assert (mine["counts"]["offered"], len(offered["items"])) == (1, 1)
        row = mine["items"][0]
        assert (row["offer"]["number"], row["needs_reader"]) == (1, True)
        assert row["why"].startswith("Offered to you less than an hour ago, to join or take over: dementia is recorded")
    await answer(ward_one, "mo", "join")
    async with ward_one.as_("mo") as mo:
        row = (await mo.get(f"{BASE}/cases?mine=true")).json()["items"][0]
    assert (row["offer"], row["needs_reader"]) == (None, False)
    async with ward_one.as_("nia") as nia:
        assert (await nia.get(f"{BASE}/cases?mine=true")).json()["items"] == []


async def test_a_move_keeps_the_offer_that_was_made(ward_one: Door):
    await needs(ward_one, "dementia")
    await hear(ward_one.database, after(stay(), location=Location(ward_code="W2", bed="1")), at=MONDAY + HOUR)
    assert standing(await shown(ward_one)) == [("offered", "Mo Reid")]
