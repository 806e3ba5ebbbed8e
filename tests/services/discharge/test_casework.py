"""What people do to a case, through REST."""

import asyncio

import httpx2
from sqlalchemy import func, select

from services.discharge.handlers.clock import decide
from services.discharge.rules.task_templates import PATHWAY_TASKS
from services.discharge.tables.cases import audited, idempotency_keys, past_tasks
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.contracts.api.discharge import CaseDetail, CaseList, Profession
from shared.contracts.cases import Pathway
from shared.contracts.encounters import Location
from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import DAY, HOUR, MONDAY, after, case_id_of, case_of, hear, stay, told


async def _look(door: Door) -> None:
    """Let the clock do what is due now."""
    async with door.database.reading() as reading:
        due = await timers.due(reading, timers_table, door.clock.now(), 100)
    await decide(door.database, due, door.clock.now())


async def test_a_case_is_read_with_all_a_page_needs(at_the_door: Door):
    await hear(at_the_door.database, stay())
    case_id = await case_id_of(at_the_door.database)
    async with at_the_door.as_("asha") as asha:
        answer = await asha.get(f"{BASE}/cases/{case_id}")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    page = CaseDetail.model_validate_json(answer.content)
    assert page.summary.holding.coordinator_name == "Asha Patel"
    assert page.summary.age == 85
    assert [task.code for task in page.tasks][:3] == ["T01", "T02", "T03"]
    assert page.tasks[0].due_at == MONDAY + DAY
    assert {(entry.kind, entry.text) for entry in page.timeline} == {
        ("hospital", "Admitted to hospital"),
        ("homeward", "Asha Patel was named co-ordinator"),
    }
    async with at_the_door.database.reading() as reading:
        seen = await reading.rows(select(audited.c.act, audited.c.subjects))
    assert [(row.act, row.subjects) for row in seen] == [("case-read", [case_id])]


async def test_a_delay_begins_rises_and_ends_by_the_clock(at_the_door: Door):
    door = at_the_door
    here = stay()
    await hear(door.database, here)
    case_id = await case_id_of(door.database)
    async with door.as_("asha") as asha:
        review = {"meets_criteria": False, "encounter_id": "stay-1"}
        assert (await asha.post(f"{BASE}/cases/{case_id}/reviews", json=review)).status_code == 200
    case = await case_of(door.database)
    assert (case.ready_since, case.delay) == (MONDAY, None)
    door.clock.set(MONDAY + DAY)
    await _look(door)
    case = await case_of(door.database)
    assert case.delay is not None
    assert (case.delay.level, case.delay.since, case.delay.next_at) == (1, MONDAY, MONDAY + 2 * DAY)
    assert (case.delay.waiting_for, case.delay.held_by) == (
        "Welcome the person and family, and tell them who co-ordinates",
        "Asha Patel",
    )
    async with door.as_("asha") as asha:
        found = CaseDetail.model_validate_json((await asha.get(f"{BASE}/cases/{case_id}")).content)
    row, first = found.summary, next(task for task in found.tasks if task.title == case.delay.waiting_for)
    assert row.next_task is not None
    assert {row.next_task.held_by, first.held_by} == {"Asha Patel"}
    assert (first.owner_name, first.owner_profession) == (None, Profession.HSW)
    assert "Waiting for Asha Patel: welcome the person" in row.why
    door.clock.set(MONDAY + 2 * DAY)
    await _look(door)
    case = await case_of(door.database)
    assert case.delay is not None
    assert case.delay.level == 2
    async with door.as_("asha") as asha:
        undone = {"meets_criteria": True, "criteria": ["CTR03"], "encounter_id": "stay-1"}
        await asha.post(f"{BASE}/cases/{case_id}/reviews", json=undone)
    case = await case_of(door.database)
    assert (case.delay, case.delay_ended_by, case.ready_since) == (None, "undone", None)


async def test_looking_again_when_nothing_has_changed_announces_nothing(at_the_door: Door):
    await hear(at_the_door.database, stay())
    at_the_door.clock.set(MONDAY + 3 * DAY)
    await _look(at_the_door)
    count = len(await told(at_the_door.database))
    await _look(at_the_door)
    assert len(await told(at_the_door.database)) == count


async def test_a_pathway_adds_its_tasks_and_needs_are_established_when_screening_is_done(at_the_door: Door):
    await hear(at_the_door.database, stay())
    case_id = await case_id_of(at_the_door.database)
    async with at_the_door.as_("asha") as asha:
        answer = await asha.post(f"{BASE}/cases/{case_id}/pathway", json={"pathway": "P1"})
        assert len(CaseDetail.model_validate_json(answer.content).tasks) == len(PATHWAY_TASKS[Pathway.P1])
        for code in ("T03", "T04", "T05", "T06"):
            path = f"{BASE}/cases/{case_id}/tasks/{case_id}.{code}"
            done = await asha.patch(path, json={"status": "done"}, headers={"If-Match": '"1"'})
            assert done.status_code == 200, done.text
        history = await asha.get(f"{BASE}/cases/{case_id}/tasks/{case_id}.T03/history")
    case = await case_of(at_the_door.database)
    assert case.moments.needs_established == MONDAY
    assert case.moments.needs_met is None
    assert [entry["status"] for entry in history.json()] == ["done", "open"]


async def test_a_task_somebody_else_changed_is_not_overwritten(at_the_door: Door):
    await hear(at_the_door.database, stay())
    case_id = await case_id_of(at_the_door.database)
    path = f"{BASE}/cases/{case_id}/tasks/{case_id}.T01"
    async with at_the_door.as_("asha") as asha:
        assert (await asha.patch(path, json={"status": "started"})).status_code == 428
        assert (await asha.patch(path, json={"status": "started"}, headers={"If-Match": '"1"'})).status_code == 200
        assert (await asha.patch(path, json={"status": "done"}, headers={"If-Match": '"1"'})).status_code == 412
        vague = await asha.patch(path, json={"status": "waiting_external"}, headers={"If-Match": '"2"'})
        assert vague.status_code == 422
    async with at_the_door.database.reading() as reading:
        kept = await reading.rows(
            select(past_tasks.c.number).where(past_tasks.c.task_id == f"{case_id}.T01").order_by(past_tasks.c.number)
        )
    assert [row.number for row in kept] == [1]


async def test_a_task_done_by_mistake_is_put_back_as_it_was_and_its_history_grows(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay())
    case_id = await case_id_of(door.database)
    path = f"{BASE}/cases/{case_id}/tasks/{case_id}.T05"
    waits = {"status": "waiting_external", "waiting_on": "Elm Lodge", "note": "Rang twice", "owner_id": "ben"}
    async with door.as_("asha") as asha:
        early = await asha.patch(path, json={"undo": True}, headers={"If-Match": '"1"'})
    told: list[httpx2.Response] = []
    for number, body in enumerate((waits, {"status": "done"}, {"undo": True}), 1):
        door.clock.set(MONDAY + number * HOUR)
        async with door.as_("asha") as asha:
            told.append(await asha.patch(path, json=body, headers={"If-Match": f'"{number}"'}))
    assert [one.status_code for one in told] == [200, 200, 200]
    task = next(one for one in CaseDetail.model_validate_json(told[-1].content).tasks if one.code == "T05")
    async with door.as_("asha") as asha:
        stale = await asha.patch(path, json={"undo": True}, headers={"If-Match": '"3"'})
        mixed = await asha.patch(path, json={"undo": True, "note": "Oh"}, headers={"If-Match": '"4"'})
        history = (await asha.get(f"{path}/history")).json()
    assert (task.status, task.waiting_on, task.waiting_since) == ("waiting_external", "Elm Lodge", MONDAY + HOUR)
    assert (task.reason, task.owner_name, task.version) == ("Rang twice", "Ben Cole", 4)
    assert [one["status"] for one in history] == ["waiting_external", "done", "waiting_external", "open"]
    assert [one.get("waiting_on") for one in history] == ["Elm Lodge", None, "Elm Lodge", None]
    assert (early.status_code, stale.status_code, mixed.status_code) == (422, 412, 422)
    async with door.database.reading() as reading:
        writes = await reading.value(
            select(func.count()).where(audited.c.kind == "write", audited.c.act == "task-changed")
        )
    assert writes == 3


async def test_who_prefers_the_least_is_told_the_version_their_change_made(at_the_door: Door):
    await hear(at_the_door.database, stay())
    case_id = await case_id_of(at_the_door.database)
    least = {"Prefer": "respond-async, Return=minimal; x=1"}
    async with at_the_door.as_("asha") as asha:
        keyed = least | {"Idempotency-Key": "k1"}
        first = await asha.post(f"{BASE}/cases/{case_id}/pathway", json={"pathway": "P1"}, headers=keyed)
        path = f"{BASE}/cases/{case_id}/tasks/{case_id}.T03"
        then = await asha.patch(path, json={"status": "done"}, headers=least | {"If-Match": '"1"'})
        again = await asha.post(f"{BASE}/cases/{case_id}/pathway", json={"pathway": "P1"}, headers=keyed)
        refused = await asha.patch(path, json={"status": "started"}, headers=least | {"If-Match": '"1"'})
        now = await asha.get(f"{BASE}/cases/{case_id}")
    for answer in (first, then, again):
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["preference-applied"] == "return=minimal"
    assert first.headers["etag"] == again.headers["etag"] != then.headers["etag"] == now.headers["etag"]
    assert refused.status_code == 412


async def test_of_eight_who_give_one_case_away_one_wins(at_the_door: Door):
    await hear(at_the_door.database, stay())
    case_id = await case_id_of(at_the_door.database)

    async def give(to: str) -> int:
        async with at_the_door.as_("lena", Role.LEAD) as lena:
            wish = {"coordinator_id": to, "reason": "Fair shares"}
            answer = await lena.post(f"{BASE}/cases/{case_id}/coordinator", json=wish, headers={"If-Match": '"1"'})
            return answer.status_code

    codes = await asyncio.gather(*(give(to) for to in ("asha", "ben") * 4))
    assert sorted(codes) == [200, 412, 412, 412, 412, 412, 412, 412]
    assert [one.version for one in await told(at_the_door.database)] == [1, 2]


async def test_a_hand_over_is_accepted_by_the_cluster_the_person_moved_to(at_the_door: Door):
    here = stay()
    await hear(at_the_door.database, here)
    await hear(at_the_door.database, after(here, location=Location(ward_code="W2", bed="1")), at=MONDAY + HOUR)
    case_id = await case_id_of(at_the_door.database)
    async with at_the_door.as_("cara") as cara:
        waiting = CaseList.model_validate_json((await cara.get(f"{BASE}/cases?mine=true&filter=hand_over")).content)
        assert [row.case_id for row in waiting.items] == [case_id]
        assert (await cara.post(f"{BASE}/cases/{case_id}/hand-over/accept", json={})).status_code == 200
        assert (await cara.post(f"{BASE}/cases/{case_id}/hand-over/accept", json={})).status_code == 409
    case = await case_of(at_the_door.database)
    assert case.holding is not None
    assert (case.holding.coordinator_id, case.hand_over) == ("cara", None)


async def test_the_same_review_sent_twice_with_its_key_is_recorded_once(at_the_door: Door):
    await hear(at_the_door.database, stay())
    case_id = await case_id_of(at_the_door.database)
    review = {"meets_criteria": False, "encounter_id": "stay-1"}
    async with at_the_door.as_("asha") as asha:
        for _ in range(2):
            answer = await asha.post(f"{BASE}/cases/{case_id}/reviews", json=review, headers={"Idempotency-Key": "k1"})
            assert len(CaseDetail.model_validate_json(answer.content).reviews) == 1
        async with at_the_door.database.reading() as reading:
            assert [row.body for row in await reading.rows(select(idempotency_keys.c.body))] == [""]
        await asha.post(f"{BASE}/cases/{case_id}/pathway", json={"pathway": "P1"})
        late = await asha.post(f"{BASE}/cases/{case_id}/reviews", json=review, headers={"Idempotency-Key": "k1"})
        now = await asha.get(f"{BASE}/cases/{case_id}")
        assert (late.status_code, late.headers["etag"], late.content) == (200, now.headers["etag"], now.content)
        wrong = await asha.post(f"{BASE}/cases/{case_id}/reviews", json={**review, "encounter_id": "stay-2"})
        assert wrong.status_code == 409
        ahead = {**review, "true_from": (MONDAY + HOUR).isoformat()}
        assert (await asha.post(f"{BASE}/cases/{case_id}/reviews", json=ahead)).status_code == 422


async def test_who_may_not_and_what_is_not_there(at_the_door: Door):
    await hear(at_the_door.database, stay())
    case_id = await case_id_of(at_the_door.database)
    async with at_the_door.as_("bea", Role.BED_MANAGER) as bea:
        assert (await bea.post(f"{BASE}/cases/{case_id}/pathway", json={"pathway": "P1"})).status_code == 403
        assert (await bea.get(f"{BASE}/cases/nobody")).status_code == 404
    async with at_the_door.as_("zed", trust="RZZ") as elsewhere:
        assert (await elsewhere.get(f"{BASE}/cases/{case_id}")).status_code == 404
        assert (await elsewhere.get(f"{BASE}/cases")).json()["items"] == []


async def test_my_people_say_why_and_forget_what_was_seen(at_the_door: Door):
    await hear(at_the_door.database, *[stay(number) for number in range(1, 5)])
    case_id = await case_id_of(at_the_door.database, 3)
    async with at_the_door.as_("asha") as asha:
        review = {"meets_criteria": False, "encounter_id": "stay-3"}
        await asha.post(f"{BASE}/cases/{case_id}/reviews", json=review)
        mine = CaseList.model_validate_json((await asha.get(f"{BASE}/cases?mine=true")).content)
        assert [row.encounter_id for row in mine.items] == ["stay-3", "stay-1"]
        assert mine.items[0].why.startswith("Can go, less than an hour. Waiting for ")
        assert mine.items[1].changed == ("New",)
        assert mine.counts["can_go"] == 1
        seen = {"If-Match": f'"{mine.items[0].version}"'}
        assert (await asha.post(f"{BASE}/cases/{case_id}/seen", headers=seen)).status_code == 204
        again = CaseList.model_validate_json((await asha.get(f"{BASE}/cases?mine=true")).content)
        assert again.items[0].changed == ()


async def test_the_ward_has_a_row_a_bed_and_the_board_its_figures(at_the_door: Door):
    await hear(at_the_door.database, stay(1), stay(2, ward="W2"))
    async with at_the_door.as_("bea", Role.BED_MANAGER) as bea:
        ward = (await bea.get(f"{BASE}/wards/w1")).json()
        assert [(row["bed"], bool(row["case"])) for row in ward["beds"]] == [("1", True), ("2", False), ("3", False)]
        listed = (await bea.get(f"{BASE}/wards")).json()
        assert [(one["ward_id"], one["people"]) for one in listed["items"]][:2] == [("w1", 1), ("w2", 1)]
        assert listed["data_as_of"] == ward["data_as_of"]
        board = (await bea.get(f"{BASE}/summary")).json()
        assert board["counts"]["not_reviewed_today"] == 2
        assert board["since_midnight"] == {}


async def test_the_cover_ends_when_the_named_person_comes_to_work(at_the_door: Door):
    await hear(at_the_door.database, stay(), at=MONDAY + 14 * HOUR)
    at_the_door.clock.set(MONDAY + 22 * HOUR)
    await _look(at_the_door)
    held = (await case_of(at_the_door.database)).holding
    assert held is not None
    assert (held.coordinator_id, held.covered_by, held.cover_until) == ("asha", None, None)


async def test_every_write_is_audited_in_its_own_transaction(at_the_door: Door):
    await hear(at_the_door.database, stay())
    case_id = await case_id_of(at_the_door.database)
    async with at_the_door.as_("asha") as asha:
        await asha.post(f"{BASE}/cases/{case_id}/expected-dates", json={"expected_on": "2026-05-08"})
        await asha.post(f"{BASE}/cases/{case_id}/tasks", json={"title": "Feed the cat", "owner_profession": "VCS"})
    async with at_the_door.database.reading() as reading:
        acts = await reading.value(select(func.count()).where(audited.c.kind == "write"))
    assert acts == 2
    case = await case_of(at_the_door.database)
    assert (str(case.expected_discharge_on), case.version) == ("2026-05-08", 3)
