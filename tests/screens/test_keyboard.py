"""Whole ways of work with nothing but a keyboard: each thing is come to by Tab, and pressed or typed into there.

Each at the width of a ward's screen, and at a telephone's.
"""

import pytest
from playwright.async_api import Page, expect

from tests.screens.conftest import Screens, opened, signed_in
from tests.screens.test_flows import last, tab_to
from tests.screens.windows import Windows

IN_SIGHT = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const x = box.left + Math.min(box.width, 40) / 2, y = box.top + Math.min(box.height, 20) / 2;
  const top = document.elementFromPoint(x, y);
  return box.left >= 0 && box.right <= window.innerWidth && top !== null
    && one.contains(top);
}"""


async def come_to(page: Page, selector: str) -> None:
    """Come to the first element of `selector` by Tab; it lies on the screen, with nothing over it."""
    await tab_to(page, selector)
    assert await page.evaluate(IN_SIGHT), f"{selector} has the keyboard and is not in sight"


async def press_on(page: Page, selector: str, *, onward: bool = True) -> None:
    """Come to the first element of `selector` by Tab and press Enter; `onward` to the page it leads to."""
    await come_to(page, selector)
    if onward:
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
    else:
        await page.keyboard.press("Enter")


async def keys(page: Page, selector: str, *pressed: str) -> None:
    """Come to the first element of `selector` by Tab, and press keys; what is no key's name is typed."""
    await come_to(page, selector)
    for one in pressed:
        await (page.keyboard.press(one) if one in KEYS else page.keyboard.type(one))


def asked(screens: Screens) -> tuple[str, object]:
    """Where the newest change was asked for, and which."""
    return last(screens)[1:3]


pytestmark = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
KEYS = ("Enter", "Space", "ArrowDown", "ArrowUp")
CASE = "/discharge/v1/cases/case-006"


async def test_a_hand_over_a_review_a_date_and_a_pathway(browser: Windows, screens: Screens, *, narrow: bool) -> None:
    context = await signed_in(browser, screens, "staff-morgan", narrow=narrow)
    page = await opened(context, screens.url + "/people")
    await press_on(page, "main a[href='/cases/case-012/hand-over/note']")
    await press_on(page, "form[action='/cases/case-012/hand-over'] button")
    await page.wait_for_url("**/people?said=accepted")
    assert asked(screens)[0] == "/discharge/v1/cases/case-012/hand-over/accept"

    await press_on(page, "#row-case-006 a")
    await press_on(page, "main a[href='/cases/case-006/review']")
    await keys(page, "#meets_criteria", "Space", "ArrowDown")
    await keys(page, "#criteria", "Space")
    await keys(page, "#note", "Not eating yet")
    await press_on(page, "main form button")
    await page.wait_for_url("**/cases/case-006?said=review")
    where, review = asked(screens)
    assert where == f"{CASE}/reviews"
    assert review == {
        "meets_criteria": True,
        "criteria": ["CTR01"],
        "note": "Not eating yet",
        "encounter_id": "enc-006",
    }

    await press_on(page, "main a[href='/cases/case-006/expected-date']")
    await keys(page, "#expected_on-day", "28")
    await press_on(page, "main form button")
    await page.wait_for_url("**/cases/case-006?said=expected-date")
    assert asked(screens) == (f"{CASE}/expected-dates", {"expected_on": "2026-11-28"})

    await press_on(page, "main a[href='/cases/case-006/pathway']")
    await keys(page, "#pathway", "Space", "ArrowDown")
    await press_on(page, "main form button")
    await page.wait_for_url("**/cases/case-006?said=pathway")
    assert asked(screens) == (f"{CASE}/pathway", {"pathway": "P1"})


async def test_a_task_a_note_a_contact_and_something_told_once(
    browser: Windows, screens: Screens, *, narrow: bool
) -> None:
    context = await signed_in(browser, screens, "staff-morgan", narrow=narrow)
    page = await opened(context, screens.url + "/cases/case-006")
    await press_on(page, "main a[href='/cases/case-006/tasks/new']")
    await keys(page, "#title", "Key safe fitted")
    await keys(page, "#owner_id", "Asha")
    await keys(page, "#due", "ArrowDown", "ArrowDown")
    await press_on(page, "main form button")
    await page.wait_for_url("**/cases/case-006?said=added")
    where, task = asked(screens)
    assert where == f"{CASE}/tasks"
    assert task == {
        "title": "Key safe fitted",
        "owner_profession": "HSW",
        "owner_id": "staff-asha",
        "due_at": "2026-11-25T12:00:00Z",
    }

    await press_on(page, "main a[href='/cases/case-006/tasks/task-1']")
    await keys(page, "#owner_id", "Sam")
    await press_on(page, "main form button")
    await page.wait_for_url("**/cases/case-006?said=task")
    assert asked(screens)[0] == f"{CASE}/tasks/task-1"

    for part, field in (("note", "#text"), ("contact", "#with_whom"), ("summary", "#section")):
        await press_on(page, f"main a[href='/cases/case-006/record/{part}']")
        await keys(page, field, "Space" if part == "summary" else "Her daughter")
        if part != "note":
            await keys(page, "#outcome, #text", "Comes at 2pm")
        await press_on(page, "main form button")
        await page.wait_for_url(f"**/cases/case-006?said={'told' if part == 'summary' else part}")
        where, entry = asked(screens)
        assert where == f"{CASE}/record"
        assert isinstance(entry, dict)
        assert entry["content"]["kind"] == part


async def test_a_row_of_the_board_round_and_then_the_next(browser: Windows, screens: Screens, *, narrow: bool) -> None:
    context = await signed_in(browser, screens, "staff-lee", narrow=narrow)
    page = await opened(context, screens.url + "/wards")
    await press_on(page, "main a[href='/wards/ash']")
    await press_on(page, "main a[href*='edit=case-006']")
    await page.wait_for_url("**edit=case-006#edit")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('#edit') !== null"), "the keyboard is where the form is"
    await page.keyboard.press("Shift+Tab")
    await keys(page, "#edit [name=meets_criteria]:checked", "ArrowUp")
    await keys(page, "#criteria", "3")
    await keys(page, "#expected_on-day", "28")
    await keys(page, "#expected_on-month", "11")
    await keys(page, "#expected_on-year", "2026")
    await keys(page, "#pathway", "Care")
    await keys(page, "#step", "ArrowDown")
    await press_on(page, "#edit button[value=next]")
    await page.wait_for_url("**/wards/ash?said=saved&of=case-006&parts=rdps&edit=case-007#edit")
    made = {path: body for _, path, body, _ in screens.answers.asked if path.startswith(CASE)}
    assert made[f"{CASE}/expected-dates"] == {"expected_on": "2026-11-28"}
    assert made[f"{CASE}/pathway"] == {"pathway": "P3"}
    assert made[f"{CASE}/reviews"] == {"meets_criteria": True, "criteria": ["CTR03"], "encounter_id": "enc-006"}
    assert len(made) == 4, "and the next step"
    await press_on(page, "#edit a[href='/wards/ash']")
    await expect(page.locator("#edit")).to_have_count(0)


async def test_an_alert_is_taken_on_the_board_and_another_on_the_wall(
    browser: Windows, screens: Screens, *, narrow: bool
) -> None:
    context = await signed_in(browser, screens, "staff-priya", narrow=narrow)
    page = await opened(context, screens.url + "/delays")
    await keys(page, "#live-pause", "Enter")
    await expect(page.locator("#live-pause")).to_have_text("Go on updating")
    first = await page.locator(".app-board form").first.get_attribute("action")
    await press_on(page, ".app-board form button")
    await page.wait_for_url("**/delays?said=taken&of=alert-013")
    await expect(page.get_by_role("status").first).to_be_focused()
    taken = asked(screens)[0]
    assert first is not None
    assert taken == f"/notifications/v1/alerts/{first.split('/')[2]}/acknowledge"
    await press_on(page, "main a[href='/delays?view=wall']")
    await page.wait_for_url("**/delays?view=wall")
    await press_on(page, ".app-wall-board form button")
    await page.wait_for_url("**/delays?view=wall&said=taken&of=alert-013")
    await press_on(page, "main [role=status] a[href^='#take-']", onward=False)
    assert await page.evaluate("document.activeElement.id") == "take-alert-012"
    assert await page.evaluate(IN_SIGHT)
    assert len([one for one in screens.answers.asked if one[1].endswith("/acknowledge")]) == 2
    await press_on(page, "main a[href='/delays']")
    await press_on(page, "main a[href*='of=over_limit']")
    await press_on(page, "main tbody a")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("What stands between")


async def test_a_case_is_given_to_somebody_else(browser: Windows, screens: Screens, *, narrow: bool) -> None:
    context = await signed_in(browser, screens, "staff-sam", narrow=narrow)
    page = await opened(context, screens.url + "/cases/case-006")
    await press_on(page, "main a[href='/cases/case-006/coordinator']")
    await keys(page, "#coordinator_id", "Sam")
    await keys(page, "#reason", "Back from leave")
    await press_on(page, "main form button")
    await page.wait_for_url("**/cases/case-006?said=given")
    assert asked(screens) == (f"{CASE}/coordinator", {"coordinator_id": "staff-sam", "reason": "Back from leave"})
    await press_on(page, ".nhsuk-header__account-button")
    await expect(page).to_have_title("Choose who you are – Homeward")


async def test_a_quarantined_message_is_found_released_discarded_and_a_refused_one_read(
    browser: Windows, screens: Screens, *, narrow: bool
) -> None:
    context = await signed_in(browser, screens, "staff-kim", narrow=narrow)
    page = await opened(context, screens.url + "/messages")
    await keys(page, "#by", "Hospital")
    await keys(page, "#value", "SYNTHETIC")
    await press_on(page, ".app-search button")
    await expect(page).to_have_title("Messages found – Homeward")
    assert asked(screens)[1] == {"patient": {"value": "SYNTHETIC"}}
    await press_on(page, "nav[aria-label=Back] a")
    await press_on(page, "main a[href='/messages?outcome=quarantined']")
    await press_on(page, "main a[href='/messages/message-1']")
    await press_on(page, "main form[action$='/release'] button")
    await page.wait_for_url("**/messages/message-1?said=released")
    assert asked(screens)[0] == "/admissions/v1/messages/message-1/release"
    await press_on(page, "main form[action$='/identifiers'] button")
    await expect(page.get_by_text("Identifiers are shown.")).to_be_visible()
    await tab_to(page, "pre[aria-label='Message text']")
    await keys(page, "#reason", "A test of the feed")
    await press_on(page, "main form[action$='/discard'] button")
    await page.wait_for_url("**/messages/message-1?said=discarded")
    assert asked(screens) == ("/admissions/v1/messages/message-1/discard", {"reason": "A test of the feed"})
    await press_on(page, "nav[aria-label=Back] a")
    await press_on(page, "main a[href='/messages/refused']")
    await press_on(page, "main a[href='/messages/refused/refused-1']")
    await press_on(page, "main form[action$='/identifiers'] button")
    await expect(page.get_by_text("Identifiers are shown.")).to_be_visible()
