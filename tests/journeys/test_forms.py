"""Each form of the screens, filled in a browser over services that are real: its effect by REST, and on the page."""

import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest_asyncio
from playwright.async_api import expect

from shared.london import LONDON
from tests.processes.asking import Rest
from tests.processes.desks import london, shown
from tests.processes.forms import LEAD, Forms, opened

NURSE, SURGERY = "gareth-lloyd", "leroy-campbell"
BED_MANAGER, ENGINEER = "bronwen-hughes", "owen-carter"
ISAAC, SAMUEL = "isaac-mensah", "samuel-osei"
WELCOMES, SETS_THE_DATE = "T01", "T02"


@pytest_asyncio.fixture(scope="module")
async def forms() -> AsyncGenerator[Forms]:
    """The hospital, for every test here."""
    async with opened() as made:
        yield made


def owned(task: dict[str, Any]) -> tuple[str | None, str | None, str]:
    return task["owner_id"], task["owner_name"], task["owner_profession"]


async def test_a_task_is_given_to_a_person_dated_and_left_to_a_profession(forms: Forms) -> None:
    desk, rest, case = forms.desk, forms.rest, forms.cases["Taskson"]
    task = await rest.task(case, "T04")
    form, title = f"/cases/{case}/tasks/{task['task_id']}", task["title"]
    await desk.sign_in(LEAD)
    await desk.open(form)
    await desk.choose("Who has it, by name?", ISAAC)
    await desk.press("Save task", said="task")
    assert owned(await rest.task(case, "T04")) == (ISAAC, "Isaac Mensah", "HSW")

    await desk.open(form)
    await desk.check("Tomorrow by midday")
    await desk.press("Save task", said="task")
    dated = await rest.task(case, "T04")
    assert owned(dated) == (ISAAC, "Isaac Mensah", "HSW"), "only the due time was changed"
    assert london(dated["due_at"]).time() == time(12)
    await expect(desk.row(title)).to_contain_text("Isaac Mensah (occupational therapist)")
    await expect(desk.row(title)).to_contain_text("Due tomorrow")

    await desk.open(form)
    await desk.check("Started")
    await desk.press("Save task", said="task")
    begun = await rest.task(case, "T04")
    assert (*owned(begun), begun["status"]) == (ISAAC, "Isaac Mensah", "HSW", "started")

    await desk.open(form)
    await desk.choose("Who has it, by profession?", "PHA")
    await desk.press("Save task", said="task")
    assert owned(await rest.task(case, "T04")) == (None, None, "PHA")
    await expect(desk.row(title)).to_contain_text("Pharmacist")
    await desk.open(f"{form}/history")
    told = await desk.page.locator("main ol li").all_text_contents()
    assert ["Pharmacist has it" in told[0], "Isaac Mensah (hospital social worker) has it" in told[1]] == [True, True]


async def test_a_person_is_taken_off_a_task_and_its_profession_keeps_it(forms: Forms) -> None:
    desk, rest, case = forms.desk, forms.rest, forms.cases["Taskson"]
    form = f"/cases/{case}/tasks/{case}.T40"
    await desk.sign_in(LEAD)
    await desk.open(form)
    await desk.choose("Who has it, by name?", SAMUEL)
    await desk.choose("Who has it, by profession?", "DCO")
    await desk.press("Save task", said="task")
    assert owned(await rest.task(case, "T40")) == (SAMUEL, "Samuel Osei", "DCO")
    await desk.open(form)
    await desk.choose("Who has it, by name?", "")
    await desk.press("Save task", said="task")
    assert owned(await rest.task(case, "T40")) == (None, None, "DCO")


async def test_a_task_waits_is_done_and_is_put_back(forms: Forms) -> None:
    desk, rest, case = forms.desk, forms.rest, forms.cases["Taskson"]
    title = (await rest.task(case, "T05"))["title"]
    await desk.sign_in(LEAD)
    await desk.open(f"/cases/{case}/tasks/{case}.T05")
    await desk.check("Waiting on somebody outside")
    await desk.fill("If waiting, on whom?", "The council’s home care team")
    await desk.fill("Note", "Rang twice")
    await desk.press("Save task", said="task")
    waiting = await rest.task(case, "T05")
    assert (waiting["status"], waiting["waiting_on"]) == ("waiting_external", "The council’s home care team")
    assert waiting["reason"] == "Rang twice"
    await expect(desk.row(title)).to_contain_text("Waiting on The council’s home care team")

    await desk.click(desk.row(title).get_by_role("button", name="Done"), said="done")
    assert (await rest.task(case, "T05"))["status"] == "done"
    await desk.press("Undo", said="reopened")
    undone = await rest.task(case, "T05")
    assert undone == {**waiting, "version": undone["version"], "changed_at": undone["changed_at"]}

    await desk.open(f"/cases/{case}/tasks/{case}.T05")
    await desk.check("Blocked")
    await desk.fill("Note", "Nobody answers")
    await desk.press("Save task", said="task")
    blocked = await rest.task(case, "T05")
    assert (blocked["status"], blocked["reason"], blocked["waiting_on"]) == ("blocked", "Nobody answers", None)


async def test_a_task_of_ones_own_is_added(forms: Forms) -> None:
    desk, rest, case = forms.desk, forms.rest, forms.cases["Taskson"]
    day = datetime.now(LONDON) + timedelta(days=3)
    await desk.sign_in(LEAD)
    await desk.open(f"/cases/{case}/tasks/new")
    await desk.fill("What needs to be done?", "Key safe fitted")
    await desk.choose("Who has it, by profession?", "EQP")
    await desk.choose("Who has it, by name?", ISAAC)
    await desk.check("At another date and time")
    await desk.fill_day(day)
    await desk.fill("Time, if another", "9:30am")
    await desk.press("Add task", said="added")
    added = await rest.task(case, "X1")
    assert (added["title"], *owned(added)) == ("Key safe fitted", ISAAC, "Isaac Mensah", "EQP")
    assert london(added["due_at"]) == datetime.combine(day.date(), time(9, 30), LONDON)
    await expect(desk.row("Key safe fitted")).to_contain_text("Isaac Mensah (occupational therapist)")


async def test_a_plan_a_pathway_and_an_expected_date_with_reasons(forms: Forms) -> None:
    desk, rest, case = forms.desk, forms.rest, forms.cases["Planson"]
    before = {task["code"] for task in (await rest.case(case))["tasks"]}
    await desk.sign_in(LEAD)
    await desk.open(f"/cases/{case}/pathway")
    await desk.check("Pathway 1: home with new or extra support")
    await desk.fill("Why? (optional)", "Cannot wash alone yet")
    await desk.press("Save pathway", said="pathway")
    found = await rest.case(case)
    assert found["summary"]["pathway"] == "P1"
    assert before < {task["code"] for task in found["tasks"]}
    await expect(desk.fact("Pathway")).to_contain_text("Pathway 1: home with new or extra support")

    for days, why in ((5, "After the home visit"), (2, "Home care found sooner")):
        await desk.open(f"/cases/{case}/expected-date")
        await desk.fill_day(datetime.now(LONDON) + timedelta(days=days))
        await desk.fill("Why this date? (optional)", why)
        await desk.press("Save date", said="expected-date")
    kept = (await rest.case(case))["expected_dates"]
    assert [one["reason"] for one in kept] == ["Home care found sooner", "After the home visit"]
    assert kept[0]["expected_on"] == str((datetime.now(LONDON) + timedelta(days=2)).date())
    await desk.page.get_by_text("All 2 dates set so far").click()
    await expect(desk.fact("Expected to leave").get_by_role("listitem").first).to_contain_text(kept[0]["reason"])


async def test_a_review_moves_the_person_and_the_moments_show_their_times(forms: Forms) -> None:
    desk, rest, case = forms.desk, forms.rest, forms.cases["Planson"]
    await desk.sign_in(LEAD)
    await desk.open(f"/cases/{case}/review")
    await desk.check("Yes, not yet")
    await desk.check("Needs intravenous fluids")
    await desk.fill("Note (optional)", "Drip until tomorrow")
    await desk.press("Save review", said="review")
    found = await rest.case(case)
    assert (found["summary"]["meets_criteria"], found["summary"]["ready_since"]) == (True, None)
    assert (found["reviews"][0]["criteria"], found["reviews"][0]["note"]) == (["CTR03"], "Drip until tomorrow")
    await expect(desk.fact("Can go")).to_contain_text("Not yet: still needs to be in hospital")

    await desk.open(f"/cases/{case}/review")
    await desk.check("No, can go")
    await desk.press("Save review", said="review")
    case_now = (await rest.case(case))["summary"]
    since = london(case_now["ready_since"])
    assert datetime.now(UTC) - since < timedelta(minutes=2)
    await expect(desk.fact("Can go")).to_contain_text(f"Since {shown(since)}")
    for label, moment in (("Admitted", "admitted"), ("Named", "named")):
        step = desk.page.locator(".app-steps__step").filter(has_text=label)
        await expect(step.locator(".app-steps__when")).to_have_text(shown(london(case_now["moments"][moment])))


async def test_a_hand_over_is_accepted_and_a_case_given_to_somebody_else(forms: Forms) -> None:
    desk, rest, case = forms.desk, forms.rest, forms.cases["Moveson"]
    waiting = (await rest.case(case))["summary"]
    assert waiting["hand_over"]["to_cluster"] == "surgery"
    await desk.sign_in(SURGERY)
    await desk.open(f"/cases/{case}")
    await desk.press("Accept hand-over", said="accepted")
    taken = (await rest.case(case))["summary"]
    assert (taken["hand_over"], taken["holding"]["coordinator_id"]) == (None, SURGERY)
    await expect(desk.page.locator(".app-patient__owner")).to_contain_text("Leroy Campbell")

    await desk.sign_in(LEAD)
    await desk.open(f"/cases/{case}/coordinator")
    await desk.choose("Who is the named co-ordinator from now?", "sinead-gallagher")
    await desk.fill("Why?", "Knows the family")
    await desk.press("Give the case", said="given")
    given = await rest.case(case)
    assert given["summary"]["holding"]["coordinator_id"] == "sinead-gallagher"
    assert "Knows the family" in json.dumps(given)
    told = desk.page.get_by_role("listitem").filter(has_text="is now the named co-ordinator: Knows the family")
    await expect(told).to_be_visible()
    await expect(desk.page.locator(".app-patient__owner")).to_contain_text("Sinéad Gallagher")


async def test_an_alert_is_taken(forms: Forms) -> None:
    desk, rest = forms.desk, Rest(forms.rest.hospital, BED_MANAGER)
    await desk.sign_in(BED_MANAGER)
    await desk.open("/delays")
    raised = (await rest.get("notifications", "/alerts?status=active"))["items"]
    assert [(one["status"], one["case_id"]) for one in raised] == [("raised", forms.cases["Lostson"])]
    await desk.click(desk.page.get_by_role("button", name="I have this"), said="taken")
    (taken,) = (await rest.get("notifications", "/alerts?status=active"))["items"]
    assert (taken["status"], taken["acknowledged_by"]) == ("acknowledged", "Bronwen Hughes")
    await expect(desk.page.get_by_text("You have this")).to_be_visible()


async def test_what_is_told_once_a_note_and_a_contact_are_kept(forms: Forms) -> None:
    desk, rest, case = forms.desk, forms.rest, forms.cases["Planson"]
    await desk.sign_in(LEAD)
    await desk.open(f"/cases/{case}/record/summary")
    await desk.page.locator("input[name=section]").first.check()
    await desk.fill("What is so?", "Lives with her sister")
    await desk.press("Save", said="told")
    await desk.open(f"/cases/{case}/record/note")
    await desk.fill("Note", "Slept well")
    await desk.press("Save note", said="note")
    await desk.open(f"/cases/{case}/record/contact")
    await desk.fill("Whom did you speak to?", "Her sister")
    await desk.check("No")
    await desk.fill("What came of it?", "Left a message")
    await desk.press("Save contact", said="contact")
    kept = await rest.get("discharge", f"/cases/{case}/record")
    told, note, contact = (kept[part][0]["content"] for part in ("summary", "notes", "contacts"))
    assert (told["text"], note["text"]) == ("Lives with her sister", "Slept well")
    assert (contact["with_whom"], contact["reached"], contact["outcome"]) == ("Her sister", False, "Left a message")
    for text in ("Lives with her sister", "Slept well", "Could not reach Her sister", "Left a message"):
        await expect(desk.page.get_by_text(text).first).to_be_visible()


async def made_next(rest: Rest, case: str, code: str) -> None:
    """The task is the most overdue of the case, at any time of day."""
    await rest.change_task(case, code, due_at=(datetime.now(UTC) - timedelta(days=60)).isoformat())
    assert (await rest.case(case))["summary"]["next_task"]["code"] == code


async def test_a_bed_of_the_board_round(forms: Forms) -> None:
    desk, rest, case = forms.desk, forms.rest, forms.cases["Roundson"]
    await made_next(rest, case, WELCOMES)
    day = datetime.now(LONDON) + timedelta(days=4)
    await desk.sign_in(NURSE)
    await desk.open(f"/wards/willow?edit={case}")
    await desk.check("Yes, not yet")
    await desk.choose("If yes, why?", "CTR03")
    await desk.fill_day(day)
    await desk.choose("Pathway", "P2")
    await desk.choose("Who has it?", ISAAC)
    await desk.press("Save", said="saved")
    found = (await rest.case(case))["summary"]
    assert (found["meets_criteria"], found["pathway"]) == (True, "P2")
    assert found["expected_discharge_on"] == str(day.date())
    assert owned(await rest.task(case, WELCOMES)) == (ISAAC, "Isaac Mensah", "HSW")
    await expect(desk.row("ROUNDSON")).to_contain_text("Community bed")

    await desk.open(f"/wards/willow?edit={case}")
    await desk.choose("Who has it?", "")
    await desk.press("Save", said="saved")
    assert owned(await rest.task(case, WELCOMES)) == (None, None, "HSW")


async def test_a_next_step_that_the_same_save_does_is_nobody_elses_change(forms: Forms) -> None:
    desk, rest, case = forms.desk, forms.rest, forms.cases["Stepson"]
    await made_next(rest, case, SETS_THE_DATE)
    day = datetime.now(LONDON) + timedelta(days=4)
    await desk.sign_in(NURSE)
    await desk.open(f"/wards/willow?edit={case}")
    await desk.fill_day(day)
    await desk.choose("Who has it?", ISAAC)
    await desk.press("Save", said="saved")
    done = await rest.task(case, SETS_THE_DATE)
    assert (done["status"], done["owner_name"]) == ("done", None)
    assert (await rest.case(case))["summary"]["expected_discharge_on"] == str(day.date())


async def test_a_message_is_found_by_its_hospital_number(forms: Forms) -> None:
    desk, number = forms.desk, (await forms.rest.case(forms.cases["Taskson"]))["summary"]["person"]["mrn"]
    await desk.sign_in(ENGINEER)
    await desk.open("/messages")
    await desk.page.locator("#by").select_option("patient")
    await desk.page.locator("#value").fill(number)
    await desk.page.get_by_role("button", name="Find", exact=True).click()
    await expect(desk.page).to_have_title("Messages found – Homeward")
    await expect(desk.page.locator("main a[href^='/messages/']").filter(has_text="A01")).to_have_count(1)
    assert number not in desk.page.url
