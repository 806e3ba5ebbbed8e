"""The note to whoever takes a person: made from the case, sent by who gives, kept, and read before accepting."""

from datetime import timedelta
from typing import Any

from shared.contracts.api.discharge.handing_over import HandOverView
from shared.contracts.encounters import PersonDisplay
from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import HOUR, MONDAY, after, case_of, hear
from tests.services.discharge.test_hand_over_ends import accept, choose, giver_of, moved

PARTS = ("situation", "matters", "open_tasks", "risks", "next_step")


async def tell(door: Door, case_id: str, section: str, text: str) -> None:
    async with door.as_("asha") as asha:
        content = {"kind": "summary", "section": section, "text": text}
        assert (await asha.post(f"{BASE}/cases/{case_id}/record", json={"content": content})).status_code == 201


async def read(door: Door, case_id: str, who: str = "cara", role: Role = Role.SOCIAL_WORKER) -> HandOverView:
    async with door.as_(who, role) as caller:
        answer = await caller.get(f"{BASE}/cases/{case_id}/hand-over")
    assert answer.status_code == 200
    return HandOverView.model_validate_json(answer.content)


async def send(
    door: Door, case_id: str, number: int, who: str, role: Role = Role.SOCIAL_WORKER, **parts: str
) -> tuple[int, Any]:
    note = {part: f"The {part}" for part in PARTS} | parts
    async with door.as_(who, role) as caller:
        path = f"{BASE}/cases/{case_id}/hand-over/note"
        answer = await caller.put(path, json=note, headers={"If-Match": f'"{number}"'})
    return answer.status_code, answer.json()


async def test_a_note_nobody_wrote_is_made_from_the_case_and_its_record(at_the_door: Door):
    door = at_the_door
    case_id, _ = await moved(door)
    await tell(door, case_id, "goals", "To be home for her cat")
    await tell(door, case_id, "risks", "Falls at night")
    await tell(door, case_id, "home", "Bungalow")
    found = await read(door, case_id)
    assert (found.sent, found.version) == (None, (await case_of(door.database)).version)
    assert found.note.situation == "Not ready to go yet. Moved to Ward 2, which South cluster covers."
    assert (found.note.matters, found.note.risks) == ("To be home for her cat", "Falls at night")
    left = found.note.open_tasks.splitlines()
    assert len(left) == (await case_of(door.database)).open_tasks
    assert found.note.next_step in left
    assert found.note.next_step.endswith("Hospital social worker, due Tuesday 5 May at 10am")


async def test_what_the_giver_sends_is_what_the_taker_reads_before_and_after_accepting(at_the_door: Door):
    door = at_the_door
    case_id, _ = await moved(door)
    giver = await giver_of(door)
    assert (await send(door, case_id, 0, giver, risks="Her son must not be told"))[0] == 200
    found = await read(door, case_id)
    assert found.sent is not None
    assert (found.note.risks, found.sent.version) == ("Her son must not be told", 1)
    assert found.sent.written_by == giver.title()
    assert (await accept(door, case_id, "cara")).status_code == 200
    async with door.as_("cara") as cara:
        record = (await cara.get(f"{BASE}/cases/{case_id}/record")).json()
        timeline = (await cara.get(f"{BASE}/cases/{case_id}")).json()["timeline"]
    assert [one["content"]["risks"] for one in record["hand_overs"]] == ["Her son must not be told"]
    assert "Hand-over note: added" in [one["text"] for one in timeline]


async def test_every_state_of_a_note_is_kept_and_a_stale_one_is_refused(at_the_door: Door):
    door = at_the_door
    case_id, _ = await moved(door)
    giver = await giver_of(door)
    assert (await send(door, case_id, 1, giver))[0] == 412, "nothing was sent that it could be in place of"
    _, first = await send(door, case_id, 0, giver)
    assert (await send(door, case_id, 0, "lena", Role.LEAD))[0] == 412, "somebody sent one meanwhile"
    assert (await send(door, case_id, 1, "lena", Role.LEAD, next_step="Ring the daughter"))[0] == 200
    assert (await send(door, case_id, 1, giver))[0] == 412
    async with door.as_("cara") as cara:
        states = (await cara.get(f"{BASE}/cases/{case_id}/record/{first['entry_id']}/history")).json()
    assert [(one["version"], one["by"], one["content"]["next_step"]) for one in states] == [
        (2, "Lena", "Ring the daughter"),
        (1, giver.title(), "The next_step"),
    ]


async def test_a_note_is_sent_by_who_gives_and_by_nobody_else(at_the_door: Door):
    door = at_the_door
    case_id, _ = await moved(door)
    giver = await giver_of(door)
    for who, role, status in (
        ("cara", Role.SOCIAL_WORKER, 403),
        ("ben" if giver == "asha" else "asha", Role.SOCIAL_WORKER, 403),
        ("nora", Role.WARD_STAFF, 403),
        (giver, Role.SOCIAL_WORKER, 200),
    ):
        assert (await send(door, case_id, 0, who, role))[0] == status, who
    async with door.as_("bea", Role.BED_MANAGER) as bea:
        assert (await bea.get(f"{BASE}/cases/{case_id}/hand-over")).status_code == 403
    async with door.as_(giver, trust="RYY") as elsewhere:
        assert (await elsewhere.get(f"{BASE}/cases/{case_id}/hand-over")).status_code == 404


async def test_a_note_with_a_part_missing_loses_nothing_and_says_which(at_the_door: Door):
    case_id, _ = await moved(at_the_door)
    status, said = await send(at_the_door, case_id, 0, await giver_of(at_the_door), risks="  ")
    assert status == 422
    assert [one["where"] for one in said["errors"]] == ["body.risks"]
    assert (await read(at_the_door, case_id)).sent is None


async def test_a_note_of_an_earlier_hand_over_is_not_the_note_of_the_next(at_the_door: Door):
    door = at_the_door
    case_id, _ = await moved(door)
    giver = await giver_of(door)
    await send(door, case_id, 0, giver, situation="As it was on Monday")
    await choose(door, case_id, {"choice": "keep", "reason": "Nearly home"}, who=giver)
    assert (await read(door, case_id)).note.situation == "As it was on Monday"
    door.clock.set(MONDAY + timedelta(days=2))
    assert (await read(door, case_id)).sent is None, "a day later it serves no more"


async def test_a_note_written_about_somebody_else_is_hidden(at_the_door: Door):
    door = at_the_door
    case_id, there = await moved(door)
    await send(door, case_id, 0, await giver_of(door), matters="Her cat")
    another = PersonDisplay(person_id="person-9", family="Another", given="Ada")
    await hear(door.database, after(there, person=another), at=MONDAY + 2 * HOUR)
    found = await read(door, case_id)
    assert (found.sent, found.note.matters) == (None, "Nobody has recorded yet what matters to this person.")
