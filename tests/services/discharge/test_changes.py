"""Changed since you last looked, and what stops first, through REST."""

from sqlalchemy import func, select

from services.discharge.tables.seen import seen_marks
from shared.contracts.api.discharge import CaseDetail, CaseList
from shared.contracts.api.discharge.changes import CaseChanges, MyChanges
from shared.contracts.cases import CaseStatus
from shared.contracts.encounters import EncounterStatus, Location, PersonDisplay
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import HOUR, MONDAY, after, case_id_of, case_of, hear, stay

SOON = MONDAY + HOUR / 120


async def _mine(door: Door, who: str) -> MyChanges:
    async with door.as_(who) as client:
        answer = await client.get(f"{BASE}/changes")
    assert answer.status_code == 200, answer.text
    return MyChanges.model_validate_json(answer.content)


async def _look(door: Door, who: str, number: int) -> None:
    async with door.as_(who) as client:
        case = f"{BASE}/cases/{await case_id_of(door.database, number)}"
        version = (await client.get(case)).headers["etag"]
        assert (await client.post(f"{case}/seen", headers={"If-Match": version})).status_code == 204


async def test_each_reader_has_their_own_marks_and_deaths_stand_first(at_the_door: Door):
    door = at_the_door
    stays = [stay(number) for number in (1, 2, 3, 4)]
    await hear(door.database, *stays)
    for who in ("asha", "ben"):
        for number in (1, 2, 3, 4):
            await _look(door, who, number)
    assert (await _mine(door, "asha")).items == ()
    door.clock.set(SOON)
    moved = after(stays[0], location=Location(ward_code="W1", bed="9"))
    dead = stays[2].person.model_copy(update={"deceased": True})
    await hear(door.database, moved, after(stays[2], person=dead), at=SOON)
    found = (await _mine(door, "asha")).items
    assert [(one.case_id, [change.short for change in one.items]) for one in found] == [
        (await case_id_of(door.database, 3), ["Has died"]),
        (await case_id_of(door.database, 1), ["Moved"]),
    ]
    assert found[0].stop_first == "This person has died. Planned contact, tasks and messages have been stopped."
    assert found[1].items[0].told == "Moved to Ward 1, bed 9."
    assert (await _mine(door, "ben")).items == ()
    await _look(door, "asha", 3)
    assert [one.items[0].short for one in (await _mine(door, "asha")).items] == ["Moved"]


async def test_that_a_stay_is_another_persons_now_is_told_before_all_but_a_death(at_the_door: Door):
    door = at_the_door
    here, other = stay(1), PersonDisplay(person_id="person-9", family="Sample", given="Ivy")
    await hear(door.database, here)
    await _look(door, "asha", 1)
    door.clock.set(SOON)
    moved = after(here, person=other, location=Location(ward_code="W1", bed="9"))
    await hear(door.database, moved, at=SOON)
    (found,) = (await _mine(door, "asha")).items
    assert [change.short for change in found.items] == ["Another person’s record", "Moved"]
    assert (await case_of(door.database)).person_changed_at == SOON
    async with door.as_("asha") as asha:
        page = CaseDetail.model_validate_json((await asha.get(f"{BASE}/cases/{found.case_id}")).content)
    told = [entry for entry in page.timeline if entry.text == found.items[0].told]
    assert [(entry.kind, entry.at) for entry in told] == [("hospital", SOON)]
    await _look(door, "asha", 1)
    renamed = other.model_copy(update={"family": "Samples"})
    await hear(door.database, after(moved, version=3, person=renamed), at=SOON + HOUR)
    assert (await _mine(door, "asha")).items == ()
    assert (await case_of(door.database)).person_changed_at == SOON


async def test_a_death_stops_tasks_is_told_once_and_marks_the_page(at_the_door: Door):
    door = at_the_door
    here = stay()
    await hear(door.database, here)
    case_id = await case_id_of(door.database)
    await hear(door.database, after(here, person=here.person.model_copy(update={"deceased": True})), at=SOON)
    case = await case_of(door.database)
    assert (case.status, case.open_tasks, case.holding, case.deceased) == (CaseStatus.CLOSED, 0, None, True)
    door.clock.set(SOON)
    async with door.as_("asha") as asha, door.as_("ben") as ben:
        mine = CaseList.model_validate_json((await asha.get(f"{BASE}/cases?mine=true")).content)
        assert [(row.case_id, row.why) for row in mine.items] == [
            (case_id, "Has died. Stop planned contact with the family.")
        ]
        assert mine.items[0].changed == ("Has died",)
        assert (await ben.get(f"{BASE}/cases?mine=true")).json()["total"] == 0
        page = CaseDetail.model_validate_json((await asha.get(f"{BASE}/cases/{case_id}")).content)
        assert page.summary.stop_first is not None
        assert {task.status for task in page.tasks} == {"cancelled"}
        task = f"{BASE}/cases/{case_id}/tasks/{case_id}.T51"
        refused = await asha.patch(task, json={"status": "started"}, headers={"If-Match": '"2"'})
        assert refused.status_code == 409
        await _look(door, "asha", 1)
        assert (await asha.get(f"{BASE}/cases?mine=true")).json()["total"] == 0


async def test_a_death_that_came_while_the_page_was_open_stays_first_until_it_was_looked_at(at_the_door: Door):
    door = at_the_door
    here = stay()
    await hear(door.database, here)
    case_id = await case_id_of(door.database)
    async with door.as_("asha") as asha:
        read = (await asha.get(f"{BASE}/cases/{case_id}")).headers["etag"]
        dead = here.person.model_copy(update={"deceased": True})
        await hear(door.database, after(here, person=dead), at=SOON)
        door.clock.set(SOON)
        assert (await asha.post(f"{BASE}/cases/{case_id}/seen")).status_code == 428
        assert (await asha.post(f"{BASE}/cases/{case_id}/seen", headers={"If-Match": read})).status_code == 412
        mine = CaseList.model_validate_json((await asha.get(f"{BASE}/cases?mine=true")).content)
        assert [row.changed for row in mine.items] == [("Has died",)]


async def test_dying_by_the_discharge_method_alone_is_a_death(at_the_door: Door):
    await hear(at_the_door.database, stay())
    gone = after(stay(), status=EncounterStatus.DISCHARGED, discharged_at=SOON, discharge_method="20")
    await hear(at_the_door.database, gone, at=SOON)
    case = await case_of(at_the_door.database)
    assert (case.status, case.deceased) == (CaseStatus.CLOSED, True)
    await hear(at_the_door.database, after(gone, discharge_method="1"), at=SOON)
    case = await case_of(at_the_door.database)
    assert (case.status, case.deceased) == (CaseStatus.FOLLOWING, False)


async def test_leaving_on_ones_own_decision_stands_first_until_seen(at_the_door: Door):
    door = at_the_door
    here, other = stay(1), stay(3)
    await hear(door.database, here, stay(2), other)
    review = {"meets_criteria": False, "encounter_id": "stay-3"}
    async with door.as_("asha") as asha:
        await asha.post(f"{BASE}/cases/{await case_id_of(door.database, 3)}/reviews", json=review)
    gone = after(here, status=EncounterStatus.DISCHARGED, discharged_at=SOON, discharge_method="2")
    await hear(door.database, gone, at=SOON)
    case = await case_of(door.database)
    assert (case.status, case.own_discharge) == (CaseStatus.FOLLOWING, True)
    door.clock.set(SOON)
    async with door.as_("asha") as asha:
        first = CaseList.model_validate_json((await asha.get(f"{BASE}/cases?mine=true")).content).items[0]
        assert (first.encounter_id, first.why[:26]) == ("stay-1", "Left on their own decision")
        assert first.stop_first is not None
        page = CaseDetail.model_validate_json((await asha.get(f"{BASE}/cases/{first.case_id}")).content)
        assert "Left hospital on their own decision" in [entry.text for entry in page.timeline]
        assert {task.status for task in page.tasks if task.clock == "before_leaving"} == {"cancelled"}
        await _look(door, "asha", 1)
        again = CaseList.model_validate_json((await asha.get(f"{BASE}/cases?mine=true")).content)
        assert again.items[0].encounter_id == "stay-3"


async def test_what_changed_again_meanwhile_stays_marked(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay(1), stay(2))
    one, two = await case_id_of(door.database, 1), await case_id_of(door.database, 2)
    await hear(door.database, after(stay(1), location=Location(ward_code="W1", bed="9")))
    async with door.as_("asha") as asha:
        stale = await asha.post(f"{BASE}/cases/{one}/seen", headers={"If-Match": '"1"'})
        assert stale.status_code == 412
        items = [{"case_id": one, "version": 1}, {"case_id": two, "version": 1}, {"case_id": "nobody", "version": 1}]
        left = (await asha.post(f"{BASE}/cases/seen", json={"items": items})).json()["case_ids"]
        assert left == [one, "nobody"]
        async with door.database.reading() as reading:
            marked = [row.case_id for row in await reading.rows(select(seen_marks.c.case_id))]
        assert marked == [two]
        assert (await asha.post(f"{BASE}/cases/nobody/seen", headers={"If-Match": '"1"'})).status_code == 404
        read = await asha.get(f"{BASE}/cases/{two}/changes")
        assert CaseChanges.model_validate_json(read.content).seen_at == MONDAY
        same = await asha.get(f"{BASE}/cases/{two}/changes", headers={"If-None-Match": read.headers["etag"]})
        assert same.status_code == 304
        assert (await asha.post(f"{BASE}/cases/{one}/seen", headers={"If-Match": '"2"'})).status_code == 204
    async with door.database.reading() as reading:
        assert await reading.value(select(func.count()).select_from(seen_marks)) == 2
