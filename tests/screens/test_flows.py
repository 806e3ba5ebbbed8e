"""People at work on the pages: by keyboard, with and without scripts, and when somebody else was quicker."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from shared.contracts.cases import CaseStatus
from tests.screens import hospital
from tests.screens.conftest import Screens, opened, signed_in
from tests.screens.windows import Windows

_HOLD = """s => {
  let left = false, heard = false;
  const hold = event => {
    if (event.type === "held") { heard = true; return; }
    if (event.key !== "Tab") return;
    if (left && document.activeElement === document.querySelector(s)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    left = true;
  };
  window.addEventListener("held", hold);
  window.addEventListener("keydown", hold, true);
  window.dispatchEvent(new Event("held"));
  window.letGo = () => window.removeEventListener("keydown", hold, true);
  return heard;
}"""
"""From when the element has the focus it keeps it: a Tab pressed then goes nowhere. False where no script runs."""
_THERE = "s => document.activeElement === document.querySelector(s)"
_AT_ONCE = 10


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the first element of `selector` has the focus.

    Where scripts run, several are pressed, one after the other, before it is asked whether that is so: the element
    holds the focus meanwhile.
    """
    at_once = _AT_ONCE if await page.evaluate(_HOLD, selector) else 1
    for _ in range(0, 150, at_once):
        await asyncio.gather(*(act("Tab") for act in (page.keyboard.down, page.keyboard.up) * at_once))
        if await page.evaluate(_THERE, selector):
            await page.evaluate("letGo()")
            return
    pytest.fail(f"{selector} cannot be reached by keyboard")


def last(screens: Screens) -> tuple[str, str, object, dict[str, str]]:
    """The newest change the services were asked for, sign-in aside."""
    return [one for one in screens.answers.asked if "sessions" not in one[1] and not one[1].endswith("seen")][-1]


async def test_from_sign_in_to_a_task_done_and_undone_by_keyboard(browser: Windows, screens: Screens) -> None:
    context = await browser.window(scripts=True, narrow=False)
    page = await opened(context, screens.url + "/")
    await expect(page).to_have_title("Choose who you are – Homeward")
    await expect(page.get_by_text("Demonstration.")).to_be_visible()
    await tab_to(page, "#person-staff-morgan")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("My people")
    await tab_to(page, "#row-case-000 a")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("What stands between Mrs Ada Ashdown and home")
    await tab_to(page, "form[action$='/tasks/task-0/done'] button")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/cases/case-000?said=done&task=task-0")
    method, path, body, headers = last(screens)
    assert (method, path, body) == ("PATCH", "/discharge/v1/cases/case-000/tasks/task-0", {"status": "done"})
    assert headers["if-match"] == '"3"'
    await page.goto(screens.url + "/cases/case-000?said=done&task=task-3")
    await tab_to(page, ".app-notice button")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**said=reopened")
    method, path, body, headers = last(screens)
    assert (method, path, body) == ("PATCH", "/discharge/v1/cases/case-000/tasks/task-3", {"undo": True})
    assert headers["if-match"] == '"3"'


async def test_a_review_that_lacks_an_answer_leads_to_it(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-morgan")
    page = await opened(context, screens.url + "/cases/case-006/review")
    await page.get_by_label("Note (optional)").fill("Eating and drinking")
    await page.get_by_role("button", name="Save review").press("Enter")
    await expect(page).to_have_title("Error: Record a review: Ash ward, bed 2A – Homeward")
    assert await page.evaluate("document.activeElement.classList.contains('nhsuk-error-summary')")
    await page.get_by_role("link", name="Choose if an acute hospital bed is needed").press("Enter")
    assert await page.evaluate("document.activeElement.id") == "meets_criteria"
    await expect(page.get_by_label("Note (optional)")).to_have_value("Eating and drinking")
    await page.keyboard.press("Space")
    await page.get_by_role("button", name="Save review").press("Enter")
    await page.wait_for_url("**/cases/case-006?said=review")
    _, path, body, headers = last(screens)
    assert path == "/discharge/v1/cases/case-006/reviews"
    assert body == {"meets_criteria": False, "criteria": [], "note": "Eating and drinking", "encounter_id": "enc-006"}
    assert headers["idempotency-key"]


async def _round(browser: Windows, screens: Screens) -> Page:
    """The ward with the form of a bed open, in a browser without scripts."""
    context = await signed_in(browser, screens, "staff-lee", scripts=False)
    page = await opened(context, screens.url + "/wards/ash?show=can_go")
    await page.locator("a[href*='edit=case-006']").press("Enter")
    await page.get_by_label("Pathway").select_option("P3")
    return page


async def test_a_bed_is_edited_in_its_row_without_scripts_and_the_round_goes_on(
    browser: Windows, screens: Screens
) -> None:
    page = await _round(browser, screens)
    await page.get_by_label("Yes, not yet").check()
    await page.get_by_label("If yes, why?").select_option("CTR03")
    await page.get_by_role("button", name="Save and next bed").press("Enter")
    await page.wait_for_url("**/wards/ash?show=can_go&said=saved&of=case-006&parts=rp&edit=case-*#edit")
    made = [one for one in screens.answers.asked if one[1].startswith("/discharge/v1/cases/")]
    assert [one[1].rpartition("/")[2] for one in made] == ["pathway", "reviews"]
    assert made[0][2] == {"pathway": "P3"}
    assert [one[3]["if-match"] for one in made] == ['"7"', '"8"'], "each on top of the one before"
    assert made[0][3]["idempotency-key"] != made[1][3]["idempotency-key"]
    await expect(page.get_by_role("form", name="Board round")).to_have_count(1)


async def test_a_bed_somebody_changed_first_keeps_what_was_typed(browser: Windows, screens: Screens) -> None:
    page = await _round(browser, screens)
    screens.answers.refuse = (412, {"type": "urn:homeward:problem:version-stale"})
    await page.get_by_role("button", name="Save", exact=True).press("Enter")
    await expect(page.get_by_role("alert").first).to_contain_text("Somebody changed this while you were typing")
    await expect(page.get_by_text("Changed by somebody else")).to_be_visible()
    await expect(page.get_by_label("Pathway")).to_have_value("P3")
    await page.get_by_role("button", name="Save", exact=True).press("Enter")
    await expect(page.get_by_role("status").first).to_contain_text("Saved")


async def test_who_may_not_write_edits_no_bed(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-priya")
    page = await opened(context, screens.url + "/wards/ash?edit=case-006")
    await expect(page.get_by_role("row")).to_have_count(29)
    await expect(page.get_by_role("link", name="Change")).to_have_count(0)
    await expect(page.get_by_role("form")).to_have_count(0)


async def test_a_note_is_written_about_the_stay_that_was_read(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-morgan", scripts=False)
    page = await opened(context, screens.url + "/cases/case-006")
    await expect(page.get_by_text("Changed since you last looked")).to_be_visible()
    await expect(page.get_by_text("To sleep in her own bed by Friday")).to_be_visible()
    await page.get_by_role("link", name="Write a note").press("Enter")
    await page.get_by_role("button", name="Save note").press("Enter")
    await expect(page.get_by_role("link", name="Enter the note")).to_be_visible()
    await page.get_by_label("Note").fill("Key safe is fitted")
    await page.get_by_role("button", name="Save note").press("Enter")
    await page.wait_for_url("**/cases/case-006?said=note")
    made = next(one for one in screens.answers.asked if one[1].endswith("/record"))
    assert made[2] == {"content": {"kind": "note", "text": "Key safe is fitted"}}
    assert made[3]["idempotency-key"]


async def test_nothing_typed_is_lost_when_somebody_was_quicker(browser: Windows, screens: Screens) -> None:
    screens.answers.refuse = (412, {"type": "urn:homeward:problem:version-stale"})
    context = await signed_in(browser, screens, "staff-morgan")
    page = await opened(context, screens.url + "/cases/case-006/tasks/task-0")
    await page.get_by_label("Waiting on somebody outside").check()
    await page.get_by_label("If waiting, on whom?").fill("Fellside Council, home care team")
    await page.get_by_role("button", name="Save task").click()
    await expect(page.get_by_role("alert").first).to_contain_text("Somebody changed this while you were typing")
    await expect(page.get_by_text("Morgan Hale changed it yesterday at 11:52am.")).to_be_visible()
    await expect(page.get_by_label("If waiting, on whom?")).to_have_value("Fellside Council, home care team")
    await page.get_by_role("button", name="Save task").click()
    await page.wait_for_url("**/cases/case-006?said=task")


async def test_what_belongs_to_a_choice_is_asked_under_it_and_never_dropped(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-morgan")
    page = await opened(context, screens.url + "/cases/case-006/review")
    await page.get_by_label("No, can go").check()
    await expect(page.get_by_label("Needs intravenous fluids")).to_be_hidden()
    await expect(page.get_by_label("Day", exact=True)).to_be_hidden()
    await page.get_by_label("Earlier", exact=True).check()
    await page.get_by_label("Day", exact=True).fill("23")
    await page.get_by_label("Now", exact=True).check()
    await page.get_by_role("button", name="Save review").press("Enter")
    await page.get_by_role("link", name="You typed a date or a time.").press("Enter")
    assert not [one for one in screens.answers.asked if one[1].endswith("/reviews")]
    await page.get_by_label("Earlier", exact=True).check()
    await expect(page.get_by_label("Day", exact=True)).to_have_value("23")
    bare = await signed_in(browser, screens, "staff-morgan", scripts=False)
    plain = await opened(bare, screens.url + "/cases/case-006/review")
    await expect(plain.get_by_label("Day", exact=True)).to_be_visible()
    await expect(plain.get_by_label("Needs intravenous fluids")).to_be_visible()


async def test_a_services_refusal_stands_at_its_field(browser: Windows, screens: Screens) -> None:
    wrong = {"where": "body.expected_on", "code": "too-far", "detail": "The date is too far away"}
    screens.answers.refuse = (422, {"errors": [wrong]})
    context = await signed_in(browser, screens, "staff-morgan")
    page = await opened(context, screens.url + "/cases/case-006/expected-date")
    await page.get_by_label("Day").fill("27")
    await page.get_by_role("button", name="Save date").click()
    link = page.get_by_role("link", name="The date is too far away")
    await link.click()
    assert await page.evaluate("document.activeElement.id") == "expected_on-day"
    await expect(page.get_by_label("Day")).to_have_value("27")


async def test_the_whole_of_it_works_without_scripts(browser: Windows, screens: Screens) -> None:
    context = await browser.window(scripts=False, narrow=False)
    page = await opened(context, screens.url + "/delays")
    await page.get_by_role("button", name="Priya Shah").click()
    await expect(page).to_have_url(screens.url + "/delays")
    await expect(page.get_by_role("link", name="Refresh this page")).to_be_visible()
    await page.get_by_role("button", name="I have this").first.click()
    await expect(page.get_by_text("You have this")).to_be_visible()
    assert last(screens)[2] == {"version": 2}
    await page.get_by_role("button", name="Sign out").click()
    await expect(page).to_have_url(screens.url + "/sign-in")
    await page.goto(screens.url + "/delays")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Choose who you are")


async def test_an_alert_that_changed_is_not_taken(browser: Windows, screens: Screens) -> None:
    screens.answers.refuse = (412, {"type": "urn:homeward:problem:version-stale"})
    context = await signed_in(browser, screens, "staff-priya", scripts=False)
    page = await opened(context, screens.url + "/delays")
    await page.get_by_role("button", name="I have this").first.click()
    await expect(page.get_by_text("Somebody was there first, or it changed")).to_be_visible()


async def test_a_name_that_is_markup_is_shown_as_it_is(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-morgan")
    page = await opened(context, screens.url + "/cases/case-script")
    await expect(page.locator(".app-patient__name dd")).to_have_text('<SCRIPT>ALERT(1)</SCRIPT>, O\'Neil & "Co" (Mrs)')
    assert "<b>x</b>" not in await page.locator("main").inner_html()


async def test_a_quarantined_message_is_discarded_with_a_reason(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-kim")
    page = await opened(context, screens.url + "/messages/message-1")
    await page.get_by_role("button", name="Discard").click()
    await expect(page).to_have_title("Error: Message 00012346 – Homeward")
    await page.get_by_label("Or discard it. Why?").fill("A test of the feed")
    await page.get_by_role("button", name="Discard").click()
    await expect(page.get_by_text("Discarded", exact=True)).to_be_visible()
    assert last(screens)[1:3] == ("/admissions/v1/messages/message-1/discard", {"reason": "A test of the feed"})
    await page.get_by_role("button", name="Show identifiers").click()
    await expect(page.get_by_text("Identifiers are shown.")).to_be_visible()


@pytest.mark.parametrize("path", ["", "/review", "/tasks/new", "/tasks/task-0", "/tasks/task-0/history"])
async def test_a_title_names_a_place_and_nobody(browser: Windows, screens: Screens, path: str) -> None:
    context = await signed_in(browser, screens, "staff-morgan")
    page = await opened(context, screens.url + "/cases/case-006" + path)
    title = await page.title()
    assert "Ash ward, bed 2A" in title
    assert "garside" not in title.lower()
    assert "999" not in title.replace(" ", "")


async def test_what_was_refused_is_found_from_messages_and_masked_until_asked(
    browser: Windows, screens: Screens
) -> None:
    context = await signed_in(browser, screens, "staff-kim", scripts=False)
    page = await opened(context, screens.url + "/messages")
    await page.get_by_role("link", name="Refused messages").press("Enter")
    await expect(page.get_by_text("2 refused messages. They are not used")).to_be_visible()
    await expect(page.get_by_text("It is a batch, or several messages in one")).to_be_visible()
    await page.get_by_role("table").get_by_role("link").first.press("Enter")
    await expect(page.locator("pre")).not_to_contain_text("SYNTHETIC")
    await page.get_by_role("button", name="Show identifiers").press("Enter")
    await expect(page.locator("pre")).to_contain_text("SYNTHETIC")


async def test_each_figure_leads_to_the_people_it_counts(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-priya", scripts=False)
    page = await opened(context, screens.url + "/delays")
    assert "Still to do" in await page.locator(".app-board thead th").all_inner_texts()
    await page.get_by_role("link", name="13 of these over the limit: show them").click()
    await expect(page).to_have_title("Over the limit – Homeward")
    delayed = [one for one in hospital.people() if one.delay is not None and one.status is CaseStatus.OPEN]
    await expect(page.locator("main tbody tr")).to_have_count(len(delayed))
    await expect(page.locator(".app-answer")).to_have_text(f"{len(delayed)} are still here past the limit.")
    assert await page.locator("main tbody").get_by_role("link", name="Update task").count() == 0
    await page.get_by_role("link", name="Not reviewed today").click()
    await expect(page).to_have_title("Not reviewed today – Homeward")
    await page.get_by_role("navigation", name="Back").get_by_role("link", name="Delays").click()
    await expect(page).to_have_title("Delays – Homeward")
