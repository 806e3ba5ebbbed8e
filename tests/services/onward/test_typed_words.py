"""Whatever people type about somebody stays with those who may see the case: nothing of it is announced."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from services.discharge.handlers.setup import apply
from services.discharge.handlers.setup_plans import DUE, take_due
from services.discharge.rules.setup_file import write_setup
from services.discharge.store import setup as setups
from services.discharge.tables.cases import log as case_log
from services.notifications import service as notifications
from services.notifications.tables import log as alert_log
from shared.contracts.encounters import Location
from shared.contracts.roles import Role
from shared.settings import Settings
from shared.timers import Timer
from shared.wiring import Dependencies
from tests.house.published import FOLDER
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import DAY, HOUR, MONDAY, TRUST, case_id_of
from tests.services.discharge.specialists import specialists
from tests.services.onward.test_alert_ends import Delayed, delayed

_ = delayed
TYPED = "Mrs Smith, 999 000 0018"
PARTS = ("situation", "matters", "open_tasks", "risks", "next_step")
NO_WORDS = {
    "criteria", "code", "edition", "token", "ward_id",  # codes, ids and secrets, checked against what there is
    "file",  # a setup file: names of wards, clusters and staff, which are announced
    "mrn", "family", "given", "phone", "name",  # who somebody is, in fields of their own
    "profession", "organisation", "owner", "sender", "with_whom", "need", "goal", "action", "outcome", "text",
}  # fmt: skip
"""Fields of the record and of referrals that are typed below beside those that are looked for by name."""
RECORD = [
    {"kind": "summary", "section": "goals", "text": TYPED},
    {"kind": "note", "text": TYPED},
    {"kind": "contact", "with_whom": TYPED, "way": "phone", "spoken_at": MONDAY.isoformat(), "outcome": TYPED},
    {
        "kind": "team", "name": TYPED, "profession": TYPED, "organisation_kind": "council",
        "organisation": TYPED, "phone": TYPED, "from_on": "2026-05-04",
    },
    {"kind": "plan", "need": TYPED, "goal": TYPED, "action": TYPED, "owner": TYPED, "note": TYPED},
]  # fmt: skip


def _texts(schemas: dict[str, Any], shape: dict[str, Any], field: str = "") -> Iterator[str]:
    """The names of fields in which a request may bear a text of one's own."""
    if "$ref" in shape:
        yield from _texts(schemas, schemas[shape["$ref"].rsplit("/", 1)[-1]], field)
    for one in (*shape.get("anyOf", ()), *shape.get("oneOf", ())):
        yield from _texts(schemas, one, field)
    for name, one in shape.get("properties", {}).items():
        yield from _texts(schemas, one, name)
    if "items" in shape:
        yield from _texts(schemas, shape["items"], field)
    if shape.get("maxLength", 0) >= 200 and "pattern" not in shape:
        yield field


def _typeable() -> set[str]:
    found: set[str] = set()
    for owner in ("discharge", "notifications"):
        document = json.loads((FOLDER / "openapi" / f"{owner}.json").read_text())
        for path, acts in document["paths"].items():
            for act, said in acts.items():
                for body in said.get("requestBody", {}).get("content", {}).values():
                    names = set(_texts(document["components"]["schemas"], body["schema"])) - NO_WORDS
                    found |= {f"{act} {path.rsplit('/v1/')[-1]} {name}" for name in names}
    return found


async def _did(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.is_success, (answer.request.url, answer.text)
    return answer.json() if answer.content else {}


async def _type_on_the_case(one: Delayed, path: str) -> None:
    async with one.door.as_("asha") as asha:
        for act, body in (
            ("reviews", {"meets_criteria": False, "note": TYPED, "encounter_id": "stay-1"}),
            ("expected-dates", {"expected_on": "2026-05-06", "reason": TYPED}),
            ("pathway", {"pathway": "P1", "reason": TYPED}),
        ):
            await _did(await asha.post(f"{path}/{act}", json=body))
        for content in RECORD:
            written = await _did(await asha.post(f"{path}/record", json={"content": content}))
            entry, seen = f"{path}/record/{written['entry_id']}", {"If-Match": '"1"'}
            await _did(await asha.put(entry, json={"content": content, "reason": TYPED}, headers=seen))
            await _did(await asha.post(f"{entry}/withdraw", json={"reason": TYPED}, headers={"If-Match": '"2"'}))
        referral = {"source": "gp", "sender": TYPED, "organisation": TYPED, "need": TYPED}
        person = {"family": TYPED, "given": TYPED, "mrn": TYPED, "phone": TYPED, "born": "1941-02-03"}
        case_id = path.rsplit("/", 1)[-1]
        told = await _did(await asha.post(f"{BASE}/referrals", json={**referral, "person": person, "case_id": case_id}))
        decision, seen = f"{BASE}/referrals/{told['referral_id']}/decision", {"If-Match": f'"{told["version"]}"'}
        await _did(await asha.post(decision, json={"status": "declined", "reason": TYPED}, headers=seen))


async def _type_on_tasks(one: Delayed, path: str) -> None:
    """Own words as what is waited for, then as whom it waits for; the clock looks after each."""
    async with one.door.as_("asha") as asha:
        due = MONDAY.replace(hour=1).isoformat()
        detail = await _did(
            await asha.post(f"{path}/tasks", json={"title": TYPED, "owner_profession": "HSW", "due_at": due})
        )
        await one.carrying.look()
        own = next(task for task in detail["tasks"] if task["title"] == TYPED)
        for number, body in enumerate(
            ({"status": "blocked", "note": TYPED}, {"status": "waiting_external", "waiting_on": TYPED}), own["version"]
        ):
            changed = await asha.patch(f"{path}/tasks/{own['task_id']}", json=body, headers={"If-Match": f'"{number}"'})
            await _did(changed)
            await one.carrying.look()


async def _type_when_handing_over(one: Delayed, path: str) -> None:
    """A case is declined, and an offer of it; a hand-over has a note, and is kept."""
    async with one.door.database.transaction() as tx:
        await apply(tx, specialists(), one.door.clock.now())
    async with one.door.as_("asha") as asha:
        version = (await _did(await asha.get(path)))["summary"]["version"]
        await _did(await asha.post(f"{path}/decline", json={"reason": TYPED}, headers={"If-Match": f'"{version}"'}))
        content = {"kind": "summary", "section": "risks", "text": TYPED, "need_kinds": ["dementia"]}
        await _did(await asha.post(f"{path}/record", json={"content": content}))
        offered = [of for of in (await _did(await asha.get(path)))["offers"] if of["staff_id"]]
    for offer in offered:
        async with one.door.as_(offer["staff_id"]) as asked:
            answer = {"answer": "decline", "reason": TYPED}
            seen = {"If-Match": f'"{offer["version"]}"'}
            await _did(await asked.post(f"{path}/offers/{offer['number']}/answer", json=answer, headers=seen))
    assert offered, "somebody is asked, and says in their own words why not"
    await one.hear(location=Location(ward_code="W2", bed="1"))
    async with one.door.as_("lena", Role.LEAD) as lena:
        note = dict.fromkeys(PARTS, TYPED)
        await _did(await lena.put(f"{path}/hand-over/note", json=note, headers={"If-Match": '"0"'}))
        version = (await _did(await lena.get(path)))["summary"]["version"]
        kept = {"choice": "keep", "reason": TYPED}
        await _did(await lena.post(f"{path}/hand-over", json=kept, headers={"If-Match": f'"{version}"'}))
    await one.hear(location=Location(ward_code="W1", bed="1"))
    await one.carrying.on()


async def _type_when_giving(one: Delayed, path: str) -> None:
    async with one.door.as_("lena", Role.LEAD) as lena:
        version = (await _did(await lena.get(path)))["summary"]["version"]
        wish = {"coordinator_id": "ben", "reason": TYPED}
        await _did(await lena.post(f"{path}/coordinator", json=wish, headers={"If-Match": f'"{version}"'}))
    await one.hear(location=Location(ward_code="W2", bed="1"))
    async with one.door.as_("cara") as cara:
        await _did(await cara.post(f"{path}/hand-over/accept", json={"note": TYPED}))
        await one.hear(location=Location(ward_code="W1", bed="1"))
    async with one.door.as_("asha") as asha:
        many = {"case_ids": [path.rsplit("/", 1)[-1]], "note": TYPED}
        assert (await _did(await asha.post(f"{BASE}/hand-overs/accept", json=many)))["items"][0]["problem"] is None
    await one.carrying.on()


async def _type_on_the_alert(one: Delayed, keys: Path) -> None:
    service = notifications.create(Dependencies(Settings(pass_keys=keys, data=keys), one.door.clock, one.door.database))
    there = Door(one.door.database, one.door.clock, service, one.door.signer, one.door.trail)
    async with there.as_("priya", Role.BED_MANAGER) as priya:
        alerts = "/notifications/v1/alerts"
        (alert,) = (await _did(await priya.get(alerts)))["items"]
        wish = {"version": alert["version"], "note": TYPED}
        await _did(await priya.post(f"{alerts}/{alert['alert_id']}/acknowledge", json=wish))


async def _type_on_the_ward_map(one: Delayed) -> None:
    async with one.door.as_("kim", Role.INTEGRATION_ENGINEER) as kim:
        mapping = f"{BASE}/hospital/ward-mappings/one"
        wish = {"code": "W9", "ward_id": "w1", "valid_from": "2026-05-01", "reason": TYPED}
        await _did(await kim.put(mapping, json=wish))
        await _did(await kim.post(f"{mapping}/take-back", json={"reason": TYPED}, headers={"If-Match": '"1"'}))
    await one.carrying.look()


async def _type_on_plans(one: Delayed) -> None:
    """A planned setup that is confirmed and applied, and another that is withdrawn."""
    database, clock = one.door.database, one.door.clock
    due = clock.now() + HOUR
    async with database.reading() as reading:
        held = await setups.held(reading, TRUST)
    assert held is not None
    async with one.door.as_("ida", Role.ADMINISTRATOR) as ida:
        for number, setup in enumerate((replace(held, policy=replace(held.policy, delay_after=HOUR)), held)):
            plan = f"{BASE}/setup/plans/p-{number}"
            wish = {"file": write_setup(setup), "effective_at": (due + number * HOUR).isoformat(), "reason": TYPED}
            await _did(await ida.put(plan, json=wish))
            act, seen = ("withdraw" if number else "confirm"), {"If-Match": '"1"'}
            await _did(await ida.post(f"{plan}/{act}", json={"reason": TYPED}, headers=seen))
    clock.set(due)
    await take_due(database, one.door.trail, [Timer(DUE, TRUST, due)], due)
    await one.carrying.look()


async def _announced(one: Delayed) -> list[str]:
    """Every record of both topics, its key and headers too, as text."""
    async with one.door.database.reading() as reading:
        rows = [row for log in (case_log, alert_log) for row in await reading.rows(select(log.outbox))]
    return [str(tuple(row)) + bytes(row.data).decode() for row in rows]


@pytest.mark.parametrize("word", ["Smith", "999 000 0018"])
async def test_nothing_that_people_type_is_announced(delayed: Delayed, tmp_path: Path, word: str) -> None:
    path = f"{BASE}/cases/{await case_id_of(delayed.door.database)}"
    await _type_on_the_case(delayed, path)
    await _type_on_tasks(delayed, path)
    await _type_when_handing_over(delayed, path)
    await _type_when_giving(delayed, path)
    await _type_on_the_alert(delayed, tmp_path / "keys")
    await _type_on_the_ward_map(delayed)
    await _type_on_plans(delayed)
    told = await _announced(delayed)
    assert len(told) > 12
    assert [one for one in told if word in one] == []
    assert any("another task, in the team" in one.lower() for one in told)
    assert any("an outside body" in one for one in told)
    async with delayed.door.as_("asha") as asha:
        assert (await asha.get(path)).text.count(word) > 3, "who may see the case reads it all"


def test_every_field_that_can_be_typed_in_is_one_of_those() -> None:
    case = "cases/{case_id}"
    assert _typeable() == {
        f"post {case}/reviews note",
        f"post {case}/expected-dates reason",
        f"post {case}/pathway reason",
        f"post {case}/tasks title",
        f"patch {case}/tasks/{{task_id}} note",
        f"patch {case}/tasks/{{task_id}} waiting_on",
        f"post {case}/coordinator reason",
        f"post {case}/hand-over/accept note",
        f"post {case}/record note",
        f"put {case}/record/{{entry_id}} note",
        f"put {case}/record/{{entry_id}} reason",
        f"post {case}/record/{{entry_id}}/withdraw reason",
        f"post {case}/misplaced-entries/{{entry_id}} reason",
        *(f"put {case}/hand-over/note {part}" for part in PARTS),
        f"post {case}/hand-over reason",
        f"post {case}/decline reason",
        f"post {case}/offers/{{number}}/answer reason",
        "post hand-overs/accept note",
        "post referrals/{referral_id}/decision reason",
        "put hospital/ward-mappings/{mapping_id} reason",
        "post hospital/ward-mappings/{mapping_id}/take-back reason",
        "post alerts/{alert_id}/acknowledge note",
        "put setup/plans/{plan_id} reason",
        "post setup/plans/{plan_id}/confirm reason",
        "post setup/plans/{plan_id}/withdraw reason",
    }


async def test_the_board_has_the_words_from_discharge_and_only_while_they_are_what_is_told(delayed: Delayed) -> None:
    path = f"{BASE}/cases/{await case_id_of(delayed.door.database)}"

    async def in_own_words() -> list[tuple[str, str]]:
        async with delayed.door.as_("priya", Role.BED_MANAGER) as priya:
            said = (await _did(await priya.get(f"{BASE}/board")))["in_own_words"]
        return [(one["waiting_for"], one["held_by"]) for one in said.values()]

    assert await in_own_words() == []
    await _type_on_tasks(delayed, path)
    assert await in_own_words() == [(TYPED, TYPED)]
    delayed.door.clock.set(MONDAY + 2 * DAY + HOUR)
    await delayed.carrying.look()
    assert await in_own_words() == [(TYPED, TYPED)]
