"""Referrals through REST: for people in hospital and not yet; what premature ones cost; found by identifier."""

from datetime import date

import httpx2
from sqlalchemy import select

from services.discharge.tables.cases import audited
from shared.contracts.api.discharge import CaseDetail
from shared.contracts.api.discharge.referrals import ReferralFigures, ReferralList, ReferralView
from shared.contracts.encounters import EncounterState
from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import DAY, HOUR, MONDAY, after, case_id_of, hear, stay

EDITH = {"nhs_number": "999 000 0018", "family": "Example", "born": "1941-02-03"}
FROM_GP = {"source": "gp", "sender": "Dr Amin", "organisation": "Hill Surgery", "person": EDITH, "need": "Falls"}


def _edith(number: int = 1, **changes: object) -> EncounterState:
    person = stay(number).person.model_copy(update={"nhs_number": "9990000018", "nhs_number_valid": True, **changes})
    return stay(number, person=person)


async def _refer(client: httpx2.AsyncClient, **changes: object) -> ReferralView:
    answer = await client.post(f"{BASE}/referrals", json={**FROM_GP, **changes})
    assert answer.status_code == 201, answer.text
    return ReferralView.model_validate_json(answer.content)


async def _decide(client: httpx2.AsyncClient, one: ReferralView, status: str, reason: str | None = None) -> int:
    path = f"{BASE}/referrals/{one.referral_id}/decision"
    body = {"status": status, "reason": reason}
    return (await client.post(path, json=body, headers={"If-Match": f'"{one.version}"'})).status_code


async def _of_case(client: httpx2.AsyncClient, case_id: str) -> list[ReferralView]:
    answer = await client.get(f"{BASE}/cases/{case_id}/referrals")
    return list(ReferralList.model_validate_json(answer.content).items)


async def test_a_referral_for_somebody_admitted_later_attaches_to_their_case(at_the_door: Door):
    door = at_the_door
    async with door.as_("asha") as asha:
        one = await _refer(asha)
        assert (one.status, one.case_id) == ("received", None)
        assert await _decide(asha, one, "accepted") == 200
        await hear(door.database, _edith(1), stay(2), at=MONDAY + HOUR)
        case_id = await case_id_of(door.database)
        found = await _of_case(asha, case_id)
        assert [(view.referral_id, view.status, view.attached_at) for view in found] == [
            (one.referral_id, "accepted", MONDAY + HOUR)
        ]
        page = CaseDetail.model_validate_json((await asha.get(f"{BASE}/cases/{case_id}")).content)
        assert "A referral from a GP practice was found for this person" in [entry.text for entry in page.timeline]
        assert await _of_case(asha, await case_id_of(door.database, 2)) == []
        history = (await asha.get(f"{BASE}/referrals/{one.referral_id}/history")).json()
        assert [(state["version"], state["by"]) for state in history] == [(3, "Homeward"), (2, "Asha"), (1, "Asha")]
        await hear(door.database, after(_edith(1), person=stay(9).person), at=MONDAY + HOUR)
        assert await _of_case(asha, case_id) == []


async def test_somebody_in_hospital_already_is_found_by_what_is_sure(at_the_door: Door):
    door = at_the_door
    await hear(door.database, _edith(1), stay(2))
    case_id = await case_id_of(door.database)
    async with door.as_("nora", Role.WARD_STAFF) as nora:
        assert (await _refer(nora, source="ward")).case_id == case_id
        assert (await _refer(nora, person={**EDITH, "born": "1940-02-03"})).case_id is None
        assert (await _refer(nora, person={"family": "Example", "born": "1941-02-03"})).case_id is None
        two = await case_id_of(door.database, 2)
        assert (await _refer(nora, case_id=two, person={"family": "Example", "born": "1941-02-03"})).case_id == two
        missing = await nora.post(f"{BASE}/referrals", json={**FROM_GP, "case_id": "nobody"})
        assert missing.status_code == 404


async def test_a_person_known_by_number_only_later_is_attached_then(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay(1))
    async with door.as_("asha") as asha:
        one = await _refer(asha)
        assert one.case_id is None
        await hear(door.database, after(stay(1), person=_edith(1).person))
        assert [view.referral_id for view in await _of_case(asha, await case_id_of(door.database))] == [one.referral_id]


async def test_returned_as_premature_is_counted_with_its_hours(at_the_door: Door):
    door = at_the_door
    async with door.as_("asha") as asha:
        one, other = await _refer(asha), await _refer(asha, source="self", sender="Daughter", organisation=None)
    door.clock.set(MONDAY + 5 * HOUR)
    async with door.as_("asha") as asha:
        assert await _decide(asha, one, "returned_premature") == 422
        assert await _decide(asha, one, "returned_premature", "Not yet fit for therapy") == 200
        assert await _decide(asha, one, "accepted") == 412
        two = one.model_copy(update={"version": 2})
        assert await _decide(asha, two, "accepted") == 409
        assert await _decide(asha, other, "declined", "Lives elsewhere") == 200
    door.clock.set(MONDAY + DAY)
    async with door.as_("asha") as asha:
        assert await _decide(asha, two, "received", "Fit now") == 200
    door.clock.set(MONDAY + DAY + HOUR)
    async with door.as_("asha") as asha, door.as_("bea", Role.BED_MANAGER) as bea:
        three = one.model_copy(update={"version": 3})
        assert await _decide(asha, three, "returned_premature", "Still not") == 200
        figures = ReferralFigures.model_validate_json((await bea.get(f"{BASE}/referral-figures")).content)
        assert (await asha.get(f"{BASE}/referrals")).json()["items"] == []
    told = [
        (row.source, row.received, row.accepted, row.returned_premature, row.declined, row.premature_hours)
        for row in figures.items
    ]
    assert told == [("gp", 1, 0, 2, 0, 6.0), ("self", 1, 0, 0, 1, 0.0)]


async def test_those_that_went_back_are_not_attached(at_the_door: Door):
    door = at_the_door
    async with door.as_("asha") as asha:
        one = await _refer(asha)
        assert await _decide(asha, one, "declined", "Not ours") == 200
        await hear(door.database, _edith(1))
        assert await _of_case(asha, await case_id_of(door.database)) == []


async def test_referrals_are_found_by_post_and_every_read_is_recorded(at_the_door: Door):
    door = at_the_door
    async with door.as_("asha") as asha, door.as_("zed", trust="RZZ") as elsewhere:
        keyed = [
            await asha.post(f"{BASE}/referrals", json=FROM_GP, headers={"Idempotency-Key": "r1"}) for _ in range(2)
        ]
        assert keyed[0].content == keyed[1].content
        one = ReferralView.model_validate_json(keyed[0].content)
        wanted = {"nhs_number": "9990000018"}
        found = (await asha.post(f"{BASE}/referrals/search", json=wanted)).json()["items"]
        assert [row["referral_id"] for row in found] == [one.referral_id]
        assert (await elsewhere.post(f"{BASE}/referrals/search", json=wanted)).json()["items"] == []
        assert (await elsewhere.get(f"{BASE}/referrals/{one.referral_id}/history")).status_code == 404
        assert (await asha.post(f"{BASE}/referrals/search", json={})).status_code == 422
        wrong = await asha.post(f"{BASE}/referrals/search", json={"nhs_number": "9990000019"})
        assert wrong.status_code == 422
        assert "9990000019" not in wrong.text
    async with door.as_("nora", Role.WARD_STAFF) as nora:
        assert await _decide(nora, one, "accepted") == 403
    async with door.database.reading() as reading:
        rows = await reading.rows(select(audited.c.act, audited.c.subjects).order_by(audited.c.kind))
    assert [(row.act, row.subjects) for row in rows] == [
        ("referrals-read", [one.referral_id]), ("referral-received", [one.referral_id]),
    ]  # fmt: skip
    assert one.person.born == date(1941, 2, 3)


async def test_the_list_is_read_page_by_page_the_longest_waiting_first(at_the_door: Door):
    door = at_the_door
    made: list[str] = []
    for hour in range(3):
        door.clock.set(MONDAY + hour * HOUR)
        async with door.as_("asha") as asha:
            made.append((await _refer(asha)).referral_id)
    async with door.as_("asha") as asha:
        first = (await asha.get(f"{BASE}/referrals?limit=2")).json()
        rest = (await asha.get(f"{BASE}/referrals?limit=2&cursor={first['next']}")).json()
    assert [one["referral_id"] for one in [*first["items"], *rest["items"]]] == made
    assert rest["next"] is None
