"""Who was asked because of a need answers: they join the team, take the case over, or decline with a reason."""

import pytest

from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import (
    HOUR,
    MONDAY,
    case_id_of,
    case_of,
)
from tests.services.discharge.specialists import answer, needs, said, shown, standing


async def test_who_joins_is_of_the_team_and_the_named_co_ordinator_stays(ward_one: Door):
    await needs(ward_one, "dementia")
    ward_one.clock.set(MONDAY + HOUR)
    joined = await answer(ward_one, "mo", "join")
    assert joined.status_code == 200, joined.text
    case = joined.json()
    assert (case["offers"][0]["status"], case["offers"][0]["answered_at"]) == ("joined", "2026-05-04T10:00:00Z")
    assert case["summary"]["holding"]["coordinator_id"] == "asha"
    async with ward_one.as_("asha") as asha:
        record = (await asha.get(f"{BASE}/cases/{await case_id_of(ward_one.database)}/record")).json()
    content = record["team"][0]["content"]
    assert (content["name"], content["profession"], content["from_on"]) == (
        "Mo Reid",
        "Mental health liaison",
        "2026-05-04",
    )
    assert (content["phone"], record["team"][0]["written_by"]) == ("01632 960011", "Mo")
    assert "Mo Reid joined the team, as offered" in await said(ward_one)
    await needs(ward_one, "mental_illness", text="Low since spring")
    assert len((await shown(ward_one))["offers"]) == 1, "the profession is of the team"


async def test_who_takes_over_is_the_named_co_ordinator_and_the_hand_over_is_kept(ward_one: Door):
    await needs(ward_one, "dementia")
    ward_one.clock.set(MONDAY + HOUR)
    taken = await answer(ward_one, "mo", "take_over", headers={"If-Match": '"1"'})
    assert taken.status_code == 200, taken.text
    case = taken.json()
    assert case["offers"][0]["status"] == "taken_over"
    assert (case["summary"]["holding"]["coordinator_id"], case["summary"]["holding"]["explanation"]) == (
        "mo",
        ["Mo took the case.", "Until then Asha Patel was named."],
    )
    assert [one["coordinator_id"] for one in case["holdings"]] == ["mo", "asha"]
    state = await case_of(ward_one.database)
    assert (state.offers_waiting, state.holding.reason if state.holding else "") == (0, "Mo took the case.")
    await needs(ward_one, "mental_illness", text="Low since spring")
    assert len((await shown(ward_one))["offers"]) == 1, "who has the case is not asked"


async def test_who_declines_is_not_asked_again_and_the_next_is_asked(ward_one: Door):
    await needs(ward_one, "dementia")
    declined = await answer(ward_one, "mo", "decline")
    assert declined.status_code == 200, declined.text
    assert standing(declined.json()) == [("declined", "Mo Reid"), ("offered", "Nia Rees")]
    assert declined.json()["offers"][0]["reason"] == "No place left this week"
    assert "Mo Reid declined the offer: No place left this week" in await said(ward_one)
    assert standing((await answer(ward_one, "nia", "decline", 2)).json())[1:] == [
        ("declined", "Nia Rees"),
        ("nobody", None),
    ]
    words = "Could not be offered to mental health liaison. Nobody else of the profession is on a rota this week"
    assert words in await said(ward_one)
    await needs(ward_one, "mental_illness", text="Low since spring")
    assert len((await shown(ward_one))["offers"]) == 3, "nobody is still nobody: said once"


@pytest.mark.parametrize(
    ("who", "role", "said_", "number", "status"),
    [
        ("ben", Role.SOCIAL_WORKER, "join", 1, 403),
        ("lena", Role.LEAD, "decline", 1, 403),
        ("mo", Role.SOCIAL_WORKER, "join", 2, 403),
        ("mo", Role.SOCIAL_WORKER, "join", 9, 404),
        ("mo", Role.BED_MANAGER, "join", 1, 403),
        ("ola", Role.WARD_STAFF, "take_over", 2, 403),
    ],
)
async def test_an_offer_is_answered_by_who_was_asked(
    ward_one: Door, who: str, role: Role, said_: str, number: int, status: int
):
    await needs(ward_one, "dementia", "physical_disability")
    refused = await answer(ward_one, who, said_, number, role)
    assert refused.status_code == status, refused.text
    assert [one["status"] for one in (await shown(ward_one))["offers"]] == ["offered", "offered"]


async def test_a_therapist_who_takes_no_cases_may_join(ward_one: Door):
    await needs(ward_one, "physical_disability")
    joined = await answer(ward_one, "ola", "join", role=Role.WARD_STAFF)
    assert (joined.status_code, standing(joined.json())) == (200, [("joined", "Ola Berg")])


async def test_to_decline_needs_a_reason_and_an_answer_one_of_three(ward_one: Door):
    await needs(ward_one, "dementia")
    path = f"{BASE}/cases/{await case_id_of(ward_one.database)}/offers/1/answer"
    async with ward_one.as_("mo") as mo:
        for body in ({}, {"answer": "decline"}, {"answer": "decline", "reason": " "}, {"answer": "perhaps"}):
            assert (await mo.post(path, json=body)).status_code == 422, body
        assert (await mo.post(path.replace("/1/", "/0/"), json={"answer": "join"})).status_code == 422


async def test_versions_and_keys_of_an_answer(ward_one: Door):
    await needs(ward_one, "dementia")
    stale = await answer(ward_one, "mo", "join", headers={"If-Match": '"7"'})
    assert (stale.status_code, stale.headers["etag"]) == (412, '"1"')
    key = {"Idempotency-Key": "5b2f6f0e-1c1c-4b53-9d2d-7b64b7b5f002", "If-Match": '"1"'}
    first = await answer(ward_one, "mo", "join", headers=key)
    again = await answer(ward_one, "mo", "join", headers=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert (await answer(ward_one, "mo", "join", headers={"If-Match": '"1"'})).status_code == 412
    assert (await answer(ward_one, "mo", "join")).status_code == 409
    async with ward_one.as_("asha") as asha:
        record = (await asha.get(f"{BASE}/cases/{await case_id_of(ward_one.database)}/record")).json()
    assert len(record["team"]) == 1
