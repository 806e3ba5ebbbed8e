"""The sheet for the person and the carer, through REST."""

from shared.contracts.api.discharge.sheet import Sheet, SheetsDue
from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import MONDAY, after, case_id_of, hear, left, stay


async def _sheet(door: Door, case_id: str) -> Sheet:
    async with door.as_("asha") as asha:
        answer = await asha.get(f"{BASE}/cases/{case_id}/sheet")
    assert answer.status_code == 200, answer.text
    return Sheet.model_validate_json(answer.content)


async def _due(door: Door, who: str) -> SheetsDue:
    async with door.as_(who) as client:
        return SheetsDue.model_validate_json((await client.get(f"{BASE}/sheets-due")).content)


async def test_the_sheet_says_whom_to_call_what_is_awaited_and_when(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay())
    case_id = await case_id_of(door.database)
    async with door.as_("asha") as asha:
        await asha.post(f"{BASE}/cases/{case_id}/expected-dates", json={"expected_on": "2026-05-08"})
        await asha.post(f"{BASE}/cases/{case_id}/tasks", json={"code": "T17", "owner_profession": "SG"})
    sheet = await _sheet(door, case_id)
    assert [(one.name, one.phone) for one in sheet.contacts] == [
        ("Asha Patel", "01632 960001"), ("the duty desk", "01632 960999"),
    ]  # fmt: skip
    assert sheet.expected == "We expect you to leave hospital on Friday 8 May. This may change, and we will tell you."
    assert sheet.awaited == ("Your medicines to take home", "The letter for you and your GP", "Transport")
    assert (sheet.given, sheet.out_of_date) == (0, ())


async def test_a_sheet_is_counted_and_given_again_when_a_name_changes(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay(1), stay(3))
    case_id = await case_id_of(door.database)
    assert [one.case_id for one in (await _due(door, "asha")).items] == [case_id]
    sheet = await _sheet(door, case_id)
    path = f"{BASE}/cases/{case_id}/sheets"
    body = {"edition": sheet.edition, "given_to": "carer"}
    async with door.as_("asha") as asha:
        given, again = [await asha.post(path, json=body, headers={"Idempotency-Key": "s1"}) for _ in range(2)]
        assert (given.status_code, again.content) == (201, given.content)
        assert given.json()["content"]["coordinator_name"] == "Asha Patel"
    due = await _due(door, "asha")
    assert (due.items, due.given, due.cases) == ((), 1, 1)
    async with door.as_("lena", Role.LEAD) as lena:
        wish = {"coordinator_id": "ben", "reason": "Fair shares"}
        version = (await lena.get(f"{BASE}/cases/{case_id}")).headers["etag"]
        await lena.post(f"{BASE}/cases/{case_id}/coordinator", json=wish, headers={"If-Match": version})
    sheet = await _sheet(door, case_id)
    assert (sheet.given, sheet.last_given_at) == (1, MONDAY)
    assert sheet.out_of_date == ("The named person is now Ben Cole",)
    assert (await _due(door, "ben")).items[0].out_of_date == ("The named person is now Ben Cole",)
    async with door.as_("ben") as ben:
        stale = await ben.post(path, json=body)
        assert (stale.status_code, stale.json()["type"]) == (409, "urn:homeward:problem:sheet-stale")
        assert (await ben.post(path, json={**body, "edition": sheet.edition})).status_code == 201
    sheet = await _sheet(door, case_id)
    assert (sheet.given, sheet.out_of_date) == (2, ())


async def test_no_sheet_is_made_for_somebody_who_has_died(at_the_door: Door):
    door = at_the_door
    here = stay()
    await hear(door.database, here)
    case_id = await case_id_of(door.database)
    edition = (await _sheet(door, case_id)).edition
    gone = left(here, MONDAY)
    await hear(door.database, gone)
    assert (await _sheet(door, case_id)).expected.startswith("You have left hospital.")
    await hear(door.database, after(gone, person=here.person.model_copy(update={"deceased": True})))
    async with door.as_("asha") as asha:
        assert (await asha.get(f"{BASE}/cases/{case_id}/sheet")).status_code == 409
        body = {"edition": edition, "given_to": "carer"}
        assert (await asha.post(f"{BASE}/cases/{case_id}/sheets", json=body)).status_code == 409
