"""The record on a case, through REST: told once, added to by every profession, edited with history, never misplaced."""

import asyncio
from collections.abc import Mapping

import httpx2
from sqlalchemy import func, select

from services.discharge.tables.cases import audited
from services.discharge.tables.records import entry_states
from shared.contracts.api.discharge.record import CaseRecord, EntryView
from shared.contracts.encounters import PersonDisplay
from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import DAY, HOUR, MONDAY, after, case_id_of, case_of, hear, left, stay

GOAL = {"kind": "summary", "section": "goals", "text": "To be home for the tomatoes"}
RISK = {"kind": "summary", "section": "risks", "text": "Falls at night"}
LINE = {"kind": "plan", "need": "Help to wash", "goal": "Wash by herself in six weeks"}


async def _write(client: httpx2.AsyncClient, case_id: str, content: Mapping[str, object]) -> EntryView:
    answer = await client.post(f"{BASE}/cases/{case_id}/record", json={"content": content})
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == '"1"'
    return EntryView.model_validate_json(answer.content)


async def _record(client: httpx2.AsyncClient, case_id: str) -> CaseRecord:
    answer = await client.get(f"{BASE}/cases/{case_id}/record")
    assert answer.status_code == 200, answer.text
    return CaseRecord.model_validate_json(answer.content)


def _texts(views: tuple[EntryView, ...]) -> list[object]:
    return [getattr(one.content, "text", None) for one in views]


async def test_goals_stand_first_and_are_seen_on_the_next_stay(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay(1))
    first = await case_id_of(door.database)
    async with door.as_("asha") as asha, door.as_("nora", Role.WARD_STAFF) as nora:
        await _write(nora, first, RISK)
        await _write(asha, first, GOAL)
        await _write(asha, first, {"kind": "note", "text": "Daughter visits on Sundays"})
        record = await _record(nora, first)
        assert _texts(record.summary) == ["To be home for the tomatoes", "Falls at night"]
        person = stay(1).person
        await hear(door.database, left(stay(1), MONDAY + HOUR), stay(2, person=person))
        second = await _record(nora, await case_id_of(door.database, 2))
    assert _texts(second.summary) == ["To be home for the tomatoes", "Falls at night"]
    assert second.notes == ()
    assert second.summary[0].written_by == "Asha"


async def test_what_was_told_is_confirmed_and_not_told_twice(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay())
    case_id = await case_id_of(door.database)
    async with door.as_("asha") as asha:
        told = await _write(asha, case_id, GOAL)
    door.clock.set(MONDAY + HOUR)
    async with door.as_("ben") as ben:
        again = {"content": {**GOAL, "text": "to be  home for the Tomatoes"}}
        twice = await ben.post(f"{BASE}/cases/{case_id}/record", json=again)
        assert (twice.status_code, twice.json()["type"]) == (409, "urn:homeward:problem:told-already")
        path = f"{BASE}/cases/{case_id}/record/{told.entry_id}/confirm"
        assert (await ben.post(path)).status_code == 428
        assert (await ben.post(path, headers={"If-Match": '"1"'})).status_code == 200
        seen = (await _record(ben, case_id)).summary[0]
    assert (seen.confirmed_by, seen.confirmed_at, seen.written_by) == ("Ben", MONDAY + HOUR, "Asha")
    assert not seen.edited


async def test_an_edit_and_a_withdrawal_keep_the_words_they_change(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay())
    case_id = await case_id_of(door.database)
    async with door.as_("asha") as asha:
        note = await _write(asha, case_id, {"kind": "note", "text": "Son has keys"})
        path = f"{BASE}/cases/{case_id}/record/{note.entry_id}"
        other = {"content": {"kind": "note", "text": "Neighbour has keys"}}
        assert (await asha.put(path, json=other)).status_code == 428
        assert (await asha.put(path, json=other, headers={"If-Match": '"1"'})).status_code == 200
        assert (await asha.put(path, json=other, headers={"If-Match": '"1"'})).status_code == 412
        wrong = await asha.put(path, json={"content": GOAL}, headers={"If-Match": '"2"'})
        assert wrong.status_code == 422
        gone = await asha.post(f"{path}/withdraw", json={"reason": "Wrong person"}, headers={"If-Match": '"2"'})
        assert gone.json()["withdrawn"] is True
        assert (await asha.put(path, json=other, headers={"If-Match": '"3"'})).status_code == 409
        assert (await _record(asha, case_id)).notes == ()
        history = (await asha.get(f"{path}/history")).json()
    assert [(one["act"], one["content"]["text"]) for one in history] == [
        ("withdrawn", "Neighbour has keys"), ("edited", "Neighbour has keys"), ("written", "Son has keys"),
    ]  # fmt: skip


async def test_eight_who_edit_one_entry_keep_one_edit(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay())
    case_id = await case_id_of(door.database)
    async with door.as_("asha") as asha:
        note = await _write(asha, case_id, {"kind": "note", "text": "Son has keys"})

    async def edit(number: int) -> int:
        async with door.as_("asha") as client:
            body = {"content": {"kind": "note", "text": f"Words {number}"}}
            path = f"{BASE}/cases/{case_id}/record/{note.entry_id}"
            return (await client.put(path, json=body, headers={"If-Match": '"1"'})).status_code

    assert sorted(await asyncio.gather(*(edit(number) for number in range(8)))) == [200, *[412] * 7]
    async with door.database.reading() as reading:
        assert await reading.value(select(func.count()).select_from(entry_states)) == 2


async def test_entries_about_somebody_else_are_hidden_and_become_a_worklist(at_the_door: Door):
    door = at_the_door
    here = stay(1)
    await hear(door.database, here)
    case_id = await case_id_of(door.database)
    async with door.as_("asha") as asha:
        note = await _write(asha, case_id, {"kind": "note", "text": "Takes insulin"})
        goal = await _write(asha, case_id, GOAL)
        other = PersonDisplay(person_id="person-9", family="Sample", given="Ivy")
        moved = after(here, person=other)
        await hear(door.database, moved)
        record = await _record(asha, case_id)
        assert (record.notes, record.summary, record.misplaced, record.person_id) == ((), (), 2, "person-9")
        path = f"{BASE}/cases/{case_id}/record/{note.entry_id}"
        assert (await asha.get(f"{path}/history")).status_code == 404
        change = {"content": {"kind": "note", "text": "x"}}
        assert (await asha.put(path, json=change, headers={"If-Match": '"1"'})).status_code == 404
        work = (await asha.get(f"{BASE}/misplaced-entries")).json()["items"]
        assert work == [{"case_id": case_id, "ward_name": "Ward 1", "entries": 2}]
        place = f"{BASE}/cases/{case_id}/misplaced-entries"
        assert len((await asha.get(place)).json()["items"]) == 2
        seen = {"If-Match": '"1"'}
        theirs = {"is_about_this_person": True, "reason": "Asked her"}
        assert (await asha.post(f"{place}/{note.entry_id}", json=theirs, headers=seen)).status_code == 200
        aside = {"is_about_this_person": False, "reason": "The other lady's goal"}
        assert (await asha.post(f"{place}/{goal.entry_id}", json=aside, headers=seen)).status_code == 200
        record = await _record(asha, case_id)
        assert (_texts(record.notes), record.summary, record.misplaced) == (["Takes insulin"], (), 0)
        assert (await asha.get(f"{BASE}/misplaced-entries")).json()["items"] == []
        await hear(door.database, after(moved, person=here.person))
        back = await _record(asha, case_id)
        assert (_texts(back.summary), back.misplaced) == (["To be home for the tomatoes"], 1)


async def test_needs_are_established_and_met_by_the_tasks_and_the_plan_together(at_the_door: Door):
    door = at_the_door
    here = stay()
    await hear(door.database, here)
    case_id = await case_id_of(door.database)
    async with door.as_("asha") as asha:
        line = await _write(asha, case_id, LINE)
        await asha.post(f"{BASE}/cases/{case_id}/pathway", json={"pathway": "P0"})
        page = (await asha.get(f"{BASE}/cases/{case_id}")).json()
        for task in page["tasks"]:
            if task["clock"] == "before_leaving" and task["status"] == "open":
                path = f"{BASE}/cases/{case_id}/tasks/{task['task_id']}"
                seen = {"If-Match": f'"{task["version"]}"'}
                assert (await asha.patch(path, json={"status": "done"}, headers=seen)).status_code == 200
        assert (await case_of(door.database)).moments.needs_established is None
        path = f"{BASE}/cases/{case_id}/record/{line.entry_id}"
        laid_out = {"content": {**LINE, "action": "Reablement from Thursday", "owner": "Riverside Reablement"}}
        assert (await asha.put(path, json=laid_out, headers={"If-Match": '"1"'})).status_code == 200
        moments = (await case_of(door.database)).moments
        assert (moments.needs_established, moments.needs_met) == (MONDAY, None)
        door.clock.set(MONDAY + HOUR / 120)
        met = {"content": {**laid_out["content"], "status": "met"}}
        assert (await asha.put(path, json=met, headers={"If-Match": '"2"'})).status_code == 200
        assert (await case_of(door.database)).moments.needs_met == MONDAY + HOUR / 120
        vague = await asha.put(path, json={"content": {**LINE, "status": "not_needed"}}, headers={"If-Match": '"3"'})
        assert vague.status_code == 422


async def test_the_team_is_dated_and_the_contact_log_is_newest_first(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay())
    case_id = await case_id_of(door.database)
    member = {"kind": "team", "name": "Dr Amin", "profession": "GP", "organisation_kind": "gp_practice"}
    call = {"kind": "contact", "with_whom": "Daughter", "way": "phone", "spoken_at": MONDAY.isoformat()}
    async with door.as_("asha") as asha:
        await _write(asha, case_id, {**member, "from_on": "2026-05-04", "until_on": "2026-05-04"})
        await _write(asha, case_id, {**call, "reached": False, "outcome": "No answer"})
        await _write(asha, case_id, {**call, "outcome": "Will bring clothes"})
        record = await _record(asha, case_id)
        assert [one.content.outcome for one in record.contacts] == ["Will bring clothes", "No answer"]  # type: ignore[union-attr]
        assert (len(record.team), len(record.former_team)) == (1, 0)
        backwards = {**member, "from_on": "2026-05-04", "until_on": "2026-05-03"}
        refused = await asha.post(f"{BASE}/cases/{case_id}/record", json={"content": backwards})
        assert refused.status_code == 422
        door.clock.set(MONDAY + DAY)
    async with door.as_("asha") as asha:
        record = await _record(asha, case_id)
    assert (len(record.team), len(record.former_team)) == (0, 1)


async def test_the_record_is_for_those_who_care_told_once_and_audited(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay())
    case_id = await case_id_of(door.database)
    path = f"{BASE}/cases/{case_id}/record"
    body = {"content": {"kind": "note", "text": "Son has keys"}}
    async with door.as_("bea", Role.BED_MANAGER) as bea, door.as_("zed", trust="RZZ") as elsewhere:
        assert (await bea.get(path)).status_code == 403
        assert (await elsewhere.get(path)).status_code == 404
        assert (await elsewhere.post(path, json=body)).status_code == 404
    async with door.as_("asha") as asha:
        keyed = {"Idempotency-Key": "k1"}
        both = [await asha.post(path, json=body, headers=keyed) for _ in range(2)]
        assert both[0].content == both[1].content
        assert (await asha.post(f"{path}?person_id=person-2", json=body)).status_code == 409
        read = await asha.get(path)
        same = await asha.get(path, headers={"If-None-Match": read.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
        await _write(asha, case_id, RISK)
        assert (await asha.get(path, headers={"If-None-Match": read.headers["etag"]})).status_code == 200
    async with door.database.reading() as reading:
        acts = [row.act for row in await reading.rows(select(audited.c.act).order_by(audited.c.at, audited.c.id))]
    assert sorted(acts) == ["note-written", "record-read", "record-read", "record-read", "summary-written"]


async def test_on_a_case_that_has_ended_nothing_is_planned(at_the_door: Door):
    door = at_the_door
    here = stay()
    await hear(door.database, here)
    case_id = await case_id_of(door.database)
    dead = here.person.model_copy(update={"deceased": True})
    async with door.as_("asha") as asha:
        line = await _write(asha, case_id, LINE)
        await hear(door.database, after(here, person=dead))
        refused = await asha.post(f"{BASE}/cases/{case_id}/record", json={"content": LINE})
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:homeward:problem:case-ended")
        path = f"{BASE}/cases/{case_id}/record/{line.entry_id}"
        assert (await asha.put(path, json={"content": LINE}, headers={"If-Match": '"1"'})).status_code == 409
        await _write(asha, case_id, {"kind": "note", "text": "Told the care agency"})
