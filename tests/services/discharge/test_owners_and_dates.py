"""Who has a task and by when, and when somebody is expected to leave: set through REST, read back with the history."""

from datetime import date, datetime, timedelta

import httpx2

from shared.contracts.api.discharge import CaseDetail, ExpectedDateView, Profession, TaskView
from shared.contracts.encounters import Location
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import DAY, MONDAY, after, case_id_of, hear, stay

LATER = timedelta(seconds=10)
"""Within the life of a pass."""

TITLE = "Welcome the person and family, and tell them who co-ordinates"


def _page(answer: httpx2.Response) -> CaseDetail:
    assert answer.status_code == 200, answer.text
    return CaseDetail.model_validate_json(answer.content)


def _owned(task: TaskView) -> tuple[str | None, str | None, Profession, str, datetime | None]:
    return task.owner_id, task.owner_name, task.owner_profession, task.held_by, task.due_at


async def _case(door: Door) -> str:
    await hear(door.database, stay())
    return f"{BASE}/cases/{await case_id_of(door.database)}"


async def test_a_task_is_given_to_a_person_then_to_a_profession_and_told_by_when(at_the_door: Door):
    case = await _case(at_the_door)
    path = f"{case}/tasks/{case.rpartition('/')[2]}.T01"
    async with at_the_door.as_("asha") as asha:

        async def change(seen: int, **wish: object) -> TaskView:
            at_the_door.clock.set(MONDAY + seen * LATER)
            page = _page(await asha.patch(path, json=wish, headers={"If-Match": f'"{seen}"'}))
            return next(task for task in page.tasks if task.code == "T01")

        person = await change(1, owner_id="ben")
        assert _owned(person) == ("ben", "Ben Cole", Profession.HSW, "Ben Cole", MONDAY + DAY)
        dated = await change(2, due_at=(MONDAY + 2 * DAY).isoformat())
        assert _owned(dated) == ("ben", "Ben Cole", Profession.HSW, "Ben Cole", MONDAY + 2 * DAY)
        profession = await change(3, owner_profession="PHA")
        assert _owned(profession) == (None, None, Profession.PHA, "Pharmacist", MONDAY + 2 * DAY)
        unknown = await asha.patch(path, json={"owner_id": "nobody"}, headers={"If-Match": '"4"'})
        history = (await asha.get(f"{path}/history")).json()
        timeline = _page(await asha.get(case)).timeline
    assert unknown.status_code == 422
    owners = [(one["by"], one["owner_profession"], one["owner_name"]) for one in history]
    assert list(zip(owners, (datetime.fromisoformat(one["due_at"]) for one in history), strict=True)) == [
        (("Asha", "PHA", None), MONDAY + 2 * DAY),
        (("Asha", "HSW", "Ben Cole"), MONDAY + 2 * DAY),
        (("Asha", "HSW", "Ben Cole"), MONDAY + DAY),
        (("Homeward", "HSW", None), MONDAY + DAY),
    ]
    assert [(one.at, one.text, one.by) for one in timeline if one.kind == "person"] == [
        (MONDAY + 3 * LATER, f"{TITLE}: now with Pharmacist", "Asha"),
        (MONDAY + 2 * LATER, f"{TITLE}: changed", "Asha"),
        (MONDAY + LATER, f"{TITLE}: now with Ben Cole", "Asha"),
    ]


async def test_a_task_is_added_with_its_owner_and_due_time(at_the_door: Door):
    case = await _case(at_the_door)
    due = (MONDAY + DAY).isoformat()
    async with at_the_door.as_("asha") as asha:
        for wish in (
            {"title": "Feed the cat", "owner_profession": "VCS", "owner_id": "ben", "due_at": due},
            {"code": "T07", "owner_profession": "OT", "owner_id": "cara", "due_at": due},
            {"title": "Ring the son", "owner_profession": "FAM"},
        ):
            page = _page(await asha.post(f"{case}/tasks", json=wish))
    added = {task.code: _owned(task) for task in page.tasks if task.code in ("X1", "T07", "X2")}
    assert added == {
        "X1": ("ben", "Ben Cole", Profession.VCS, "Ben Cole", MONDAY + DAY),
        "T07": ("cara", "Cara Nowak", Profession.OT, "Cara Nowak", MONDAY + DAY),
        "X2": (None, None, Profession.FAM, "Family", None),
    }
    works_as = {task.code: task.owner_works_as for task in page.tasks if task.code in ("X1", "T07", "X2")}
    assert works_as == {"X1": "HSW", "T07": "HSW", "X2": None}, "their own, also where the task is another profession's"


async def test_expected_dates_are_kept_newest_first_with_who_when_and_why(at_the_door: Door):
    case = await _case(at_the_door)
    async with at_the_door.as_("asha") as asha:
        wish = {"expected_on": "2026-05-08", "reason": "After the home visit"}
        first = _page(await asha.post(f"{case}/expected-dates", json=wish))
        assert first.summary.expected_discharge_on == date(2026, 5, 8)
    at_the_door.clock.set(MONDAY + DAY)
    async with at_the_door.as_("ben") as ben:
        wish = {"expected_on": "2026-05-06", "reason": "Home care found sooner"}
        assert (await ben.post(f"{case}/expected-dates", json=wish)).status_code == 200
        page = _page(await ben.get(case))
    assert page.summary.expected_discharge_on == date(2026, 5, 6)
    assert page.expected_dates == (
        ExpectedDateView(
            expected_on=date(2026, 5, 6),
            recorded_at=MONDAY + DAY,
            recorded_by="Ben",
            reason="Home care found sooner",
        ),
        ExpectedDateView(
            expected_on=date(2026, 5, 8),
            recorded_at=MONDAY,
            recorded_by="Asha",
            reason="After the home visit",
        ),
    )


async def test_a_date_of_the_hospital_never_takes_the_place_of_the_teams(at_the_door: Door):
    await hear(at_the_door.database, here := stay(expected_discharge_on=date(2026, 5, 5)))
    case = f"{BASE}/cases/{await case_id_of(at_the_door.database)}"
    async with at_the_door.as_("asha") as asha:
        first = _page(await asha.get(case))
        wish = {"expected_on": "2026-05-08", "reason": "After the home visit"}
        assert (await asha.post(f"{case}/expected-dates", json=wish)).status_code == 200
        told = after(here, expected_discharge_on=MONDAY.date(), location=Location(ward_code="W1", bed="9"))
        await hear(at_the_door.database, told, at=MONDAY + LATER)
        second = _page(await asha.get(case))
    assert first.summary.expected_discharge_on == date(2026, 5, 5), "until the team says one, it is the hospital's"
    assert (second.summary.bed, second.summary.expected_discharge_on) == ("9", date(2026, 5, 8))
