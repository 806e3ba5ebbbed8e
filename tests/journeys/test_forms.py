"""Each form of the screens, filled in a browser over services that are real: its effect by REST, and on the page."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from shared.london import LONDON
from tests.processes import books, browsers, programs
from tests.processes.adt import NOWHERE, ago, somebody
from tests.processes.asking import Rest
from tests.processes.programs import SERVICES, Hospital
from tests.processes.sending import deliver

LEAD, NURSE, SURGERY, BED_MANAGER = "parveen-akhtar", "gareth-lloyd", "leroy-campbell", "bronwen-hughes"
ISAAC, SAMUEL = "isaac-mensah", "samuel-osei"
PEOPLE = ("Taskson", "Planson", "Moveson", "Roundson")
CEDAR = "CED^A^01"
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Forms:
    """A running hospital with a case for each of `PEOPLE`, a browser's page, and REST to hold it against."""

    hospital: Hospital
    page: Page
    rest: Rest
    cases: dict[str, str]

    async def at(self, who: str, path: str) -> None:
        """Sign in as somebody and open a page."""
        await self.page.context.clear_cookies()
        await self.page.goto(self.hospital.url("screens") + "/sign-in")
        await self.page.locator(f"#person-{who}").click()
        await self.open(path)

    async def open(self, path: str) -> None:
        """Open a page, which must be there."""
        answer = await self.page.goto(self.hospital.url("screens") + path)
        assert answer is not None
        assert answer.status == 200, path

    async def press(self, button: str, *, said: str) -> None:
        """Press the button of the form; the page after it says what was `said`."""
        await self.page.get_by_role("button", name=button, exact=True).click()
        await self.page.wait_for_url(f"**said={said}**")

    async def choose(self, label: str, value: str) -> None:
        """Choose from a list."""
        await self.page.get_by_label(label, exact=True).select_option(value)

    async def fill(self, label: str, text: str) -> None:
        """Type into a field."""
        await self.page.get_by_label(label, exact=True).fill(text)

    async def fill_day(self, at: datetime) -> None:
        """Type the three parts of a date."""
        for label, part in (("Day", at.day), ("Month", at.month), ("Year", at.year)):
            await self.fill(label, str(part))

    def row(self, text: str) -> Locator:
        """The row of a table that says something."""
        return self.page.get_by_role("row").filter(has_text=text)

    def fact(self, label: str) -> Locator:
        """A line of the right column of a case."""
        return self.page.locator(".app-facts > div").filter(has=self.page.get_by_text(label, exact=True))


@pytest_asyncio.fixture(scope="module")
async def forms() -> AsyncGenerator[Forms]:
    """The hospital, for every test here; each has a person of its own."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("forms"))
        hospital = await stack.enter_async_context(programs.hospital(home))
        await hospital.up(hospital.start("run", "--demonstration", "--no-simulate"), *SERVICES)
        opened = await stack.enter_async_context(books.books_of(hospital))
        people = {family: somebody(family) for family in PEOPLE}
        lost = somebody("Lostson", place=NOWHERE)
        await deliver(hospital.mllp, [one.a01() for one in (*people.values(), lost)], SECONDS)
        await opened.settled()
        await deliver(hospital.mllp, [people["Moveson"].a02(ago(hours=1), CEDAR)], SECONDS)
        await opened.settled()
        held = dict(await opened.rows("SELECT mrn, case_id FROM discharge_cases"))
        browser = await stack.enter_async_context(browsers.chromium())
        page = await browser.new_page(viewport=browsers.WIDE)
        page.set_default_timeout(SECONDS * 1000)
        cases = {family: str(held[f"H{one.number}"]) for family, one in people.items()}
        yield Forms(hospital, page, Rest(hospital, LEAD), cases)


def london(said: str) -> datetime:
    """An instant of REST on London's clocks."""
    return datetime.fromisoformat(said).astimezone(LONDON)


def shown(at: datetime) -> str:
    """A moment of the last six days as pages write it."""
    clock = f"{at.hour % 12 or 12}{f':{at.minute:02d}' if at.minute else ''}{'am' if at.hour < 12 else 'pm'}"
    days = (datetime.now(LONDON).date() - at.date()).days
    return clock if days == 0 else f"{'yesterday' if days == 1 else f'{at:%A}'} at {clock}"


def owned(task: dict[str, Any]) -> tuple[str | None, str | None, str]:
    return task["owner_id"], task["owner_name"], task["owner_profession"]


async def test_a_task_is_given_to_a_person_dated_and_left_to_a_profession(forms: Forms) -> None:
    case = forms.cases["Taskson"]
    task = await forms.rest.task(case, "T04")
    form, title = f"/cases/{case}/tasks/{task['task_id']}", task["title"]
    await forms.at(LEAD, form)
    await forms.choose("Who has it, by name?", ISAAC)
    await forms.press("Save task", said="task")
    assert owned(await forms.rest.task(case, "T04")) == (ISAAC, "Isaac Mensah", "HSW")

    await forms.open(form)
    await forms.page.get_by_label("Tomorrow by midday").check()
    await forms.press("Save task", said="task")
    dated = await forms.rest.task(case, "T04")
    assert owned(dated) == (ISAAC, "Isaac Mensah", "HSW"), "only the due time was changed"
    assert london(dated["due_at"]).time() == time(12)
    await expect(forms.row(title)).to_contain_text("Isaac Mensah (hospital social worker)")
    await expect(forms.row(title)).to_contain_text("Due tomorrow")

    await forms.open(form)
    await forms.page.get_by_label("Started", exact=True).check()
    await forms.press("Save task", said="task")
    begun = await forms.rest.task(case, "T04")
    assert (*owned(begun), begun["status"]) == (ISAAC, "Isaac Mensah", "HSW", "started")

    await forms.open(form)
    await forms.choose("Who has it, by profession?", "PHA")
    await forms.press("Save task", said="task")
    assert owned(await forms.rest.task(case, "T04")) == (None, None, "PHA")
    await expect(forms.row(title)).to_contain_text("Pharmacist")
    await forms.open(f"{form}/history")
    told = await forms.page.locator("main ol li").all_text_contents()
    assert ["Pharmacist has it" in told[0], "Isaac Mensah (hospital social worker) has it" in told[1]] == [True, True]


async def test_a_person_is_taken_off_a_task_and_its_profession_keeps_it(forms: Forms) -> None:
    case = forms.cases["Taskson"]
    form = f"/cases/{case}/tasks/{case}.T40"
    await forms.at(LEAD, form)
    await forms.choose("Who has it, by name?", SAMUEL)
    await forms.choose("Who has it, by profession?", "DCO")
    await forms.press("Save task", said="task")
    assert owned(await forms.rest.task(case, "T40")) == (SAMUEL, "Samuel Osei", "DCO")
    await forms.open(form)
    await forms.choose("Who has it, by name?", "")
    await forms.press("Save task", said="task")
    assert owned(await forms.rest.task(case, "T40")) == (None, None, "DCO")


async def test_a_task_waits_is_done_and_is_put_back(forms: Forms) -> None:
    case = forms.cases["Taskson"]
    title = (await forms.rest.task(case, "T05"))["title"]
    await forms.at(LEAD, f"/cases/{case}/tasks/{case}.T05")
    await forms.page.get_by_label("Waiting on somebody outside").check()
    await forms.fill("If waiting, on whom?", "The council’s home care team")
    await forms.fill("Note", "Rang twice")
    await forms.press("Save task", said="task")
    waiting = await forms.rest.task(case, "T05")
    assert (waiting["status"], waiting["waiting_on"]) == ("waiting_external", "The council’s home care team")
    assert waiting["reason"] == "Rang twice"
    await expect(forms.row(title)).to_contain_text("Waiting on The council’s home care team")

    await forms.press(f"Done: {title}", said="done")
    assert (await forms.rest.task(case, "T05"))["status"] == "done"
    await forms.press("Undo", said="reopened")
    assert (await forms.rest.task(case, "T05"))["status"] == "started"

    await forms.open(f"/cases/{case}/tasks/{case}.T05")
    await forms.page.get_by_label("Blocked", exact=True).check()
    await forms.fill("Note", "Nobody answers")
    await forms.press("Save task", said="task")
    blocked = await forms.rest.task(case, "T05")
    assert (blocked["status"], blocked["reason"], blocked["waiting_on"]) == ("blocked", "Nobody answers", None)


async def test_a_task_of_ones_own_is_added(forms: Forms) -> None:
    case = forms.cases["Taskson"]
    day = datetime.now(LONDON) + timedelta(days=3)
    await forms.at(LEAD, f"/cases/{case}/tasks/new")
    await forms.fill("What needs to be done?", "Key safe fitted")
    await forms.choose("Who has it, by profession?", "EQP")
    await forms.choose("Who has it, by name?", ISAAC)
    await forms.page.get_by_label("At another date and time").check()
    await forms.fill_day(day)
    await forms.fill("Time, if another", "9:30am")
    await forms.press("Add task", said="added")
    added = await forms.rest.task(case, "X1")
    assert (added["title"], *owned(added)) == ("Key safe fitted", ISAAC, "Isaac Mensah", "EQP")
    assert london(added["due_at"]) == datetime.combine(day.date(), time(9, 30), LONDON)
    await expect(forms.row("Key safe fitted")).to_contain_text("Isaac Mensah (equipment store)")


async def test_a_plan_a_pathway_and_an_expected_date_with_reasons(forms: Forms) -> None:
    case = forms.cases["Planson"]
    before = {task["code"] for task in (await forms.rest.case(case))["tasks"]}
    await forms.at(LEAD, f"/cases/{case}/pathway")
    await forms.page.get_by_label("Pathway 1: home with new or extra support").check()
    await forms.fill("Why? (optional)", "Cannot wash alone yet")
    await forms.press("Save pathway", said="pathway")
    found = await forms.rest.case(case)
    assert found["summary"]["pathway"] == "P1"
    assert before < {task["code"] for task in found["tasks"]}
    await expect(forms.fact("Pathway")).to_contain_text("Pathway 1: home with new or extra support")

    for days, why in ((5, "After the home visit"), (2, "Home care found sooner")):
        await forms.open(f"/cases/{case}/expected-date")
        await forms.fill_day(datetime.now(LONDON) + timedelta(days=days))
        await forms.fill("Why this date? (optional)", why)
        await forms.press("Save date", said="expected-date")
    kept = (await forms.rest.case(case))["expected_dates"]
    assert [one["reason"] for one in kept] == ["Home care found sooner", "After the home visit"]
    assert kept[0]["expected_on"] == str((datetime.now(LONDON) + timedelta(days=2)).date())
    await forms.page.get_by_text("All 2 dates set so far").click()
    await expect(forms.fact("Expected to leave").get_by_role("listitem").first).to_contain_text(kept[0]["reason"])


async def test_a_review_moves_the_person_and_the_moments_show_their_times(forms: Forms) -> None:
    case = forms.cases["Planson"]
    await forms.at(LEAD, f"/cases/{case}/review")
    await forms.page.get_by_label("Yes, not yet").check()
    await forms.page.get_by_label("Needs intravenous fluids").check()
    await forms.fill("Note (optional)", "Drip until tomorrow")
    await forms.press("Save review", said="review")
    found = await forms.rest.case(case)
    assert (found["summary"]["meets_criteria"], found["summary"]["ready_since"]) == (True, None)
    assert (found["reviews"][0]["criteria"], found["reviews"][0]["note"]) == (["CTR03"], "Drip until tomorrow")
    await expect(forms.fact("Can go")).to_contain_text("Not yet: still needs to be in hospital")

    await forms.open(f"/cases/{case}/review")
    await forms.page.get_by_label("No, can go").check()
    await forms.press("Save review", said="review")
    case_now = (await forms.rest.case(case))["summary"]
    since = london(case_now["ready_since"])
    assert datetime.now(UTC) - since < timedelta(minutes=2)
    await expect(forms.fact("Can go")).to_contain_text(f"Since {shown(since)}")
    for label, moment in (("Admitted", "admitted"), ("Named", "named")):
        step = forms.page.locator(".app-steps__step").filter(has_text=label)
        await expect(step.locator(".app-steps__when")).to_have_text(shown(london(case_now["moments"][moment])))
