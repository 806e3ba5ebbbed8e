"""Identity: seen, foreseen, and put right, by keyboard and without scripts."""

import pytest
from playwright.async_api import expect

from tests.screens.conftest import Screens, opened, signed_in
from tests.screens.test_accessibility import look
from tests.screens.test_doors import SAME, client
from tests.screens.test_flows import last, tab_to
from tests.screens.windows import Windows


async def test_a_merge_is_found_looked_at_and_set_aside_by_keyboard(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-kim")
    page = await opened(context, screens.url + "/messages")
    await tab_to(page, "main a[href='/messages/identity']")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Identity")
    await expect(page.locator(".app-answer")).to_have_text("1 number is in dispute.")
    await tab_to(page, "a[href='/messages/identity/message-4']")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("2 stays go to another hospital number.")).to_be_visible()
    await expect(page.get_by_text("1 stay has other details.")).to_be_visible()
    await expect(page.get_by_text("2 of these are open now")).to_be_visible()
    await expect(page.get_by_text("1 more person than now.")).to_be_visible()
    await tab_to(page, "form[action$='/set-aside'] button")
    await page.keyboard.press("Enter")
    await expect(page).to_have_title("Error: Identity: message 00012349 – Homeward")
    await page.get_by_role("link", name="Enter why it is to be set aside").press("Enter")
    assert await page.evaluate("document.activeElement.id") == "reason"
    await look(page, "/messages/identity/message-4/set-aside")
    await page.keyboard.type("They are two people")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/messages/identity/message-4?said=set-aside")
    await expect(page.get_by_role("status").first).to_contain_text("Set aside")
    assert last(screens)[1:3] == ("/admissions/v1/merges/message-4/set-aside", {"reason": "They are two people"})


async def test_what_was_set_aside_says_by_whom_and_is_used_again_without_scripts(
    browser: Windows, screens: Screens
) -> None:
    context = await signed_in(browser, screens, "staff-kim", scripts=False)
    page = await opened(context, screens.url + "/messages/identity/message-8")
    await expect(page.get_by_text("Set aside by Kim Doyle")).to_be_visible()
    await expect(page.locator("main")).not_to_contain_text("SYNTHETIC")
    await page.get_by_role("button", name="Show identifiers").click()
    await expect(page.locator("main")).to_contain_text("SYNTHETIC-1 (RX9)")
    screens.answers.refuse = (409, {"title": "The message is believed already"})
    await page.get_by_label("Why is it to be used again?").fill("It was right")
    await page.get_by_role("button", name="Use it again").click()
    await expect(page.get_by_role("link", name="The message is believed already")).to_be_visible()
    await expect(page.get_by_label("Why is it to be used again?")).to_have_value("It was right")
    await page.get_by_role("button", name="Use it again").click()
    await expect(page.get_by_text("as if it had never been set aside")).to_be_visible()
    assert last(screens)[1] == "/admissions/v1/merges/message-8/believe"


async def test_a_number_in_dispute_leads_to_the_messages_that_say_so(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-kim", scripts=False)
    page = await opened(context, screens.url + "/messages/identity")
    await expect(page.get_by_role("link", name="Message without a control id")).to_be_visible()
    await page.get_by_role("link", name="A01 00012345").press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Message 00012345")


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("staff-sam", "/messages/identity", 403),
        ("staff-priya", "/messages/identity/message-4", 403),
        ("staff-kim", "/messages/identity/none", 404),
    ],
)
def test_who_may_see_it(screens: Screens, who: str, path: str, status: int) -> None:
    with client(screens, who) as http:
        assert http.get(path).status_code == status
        if "/identity/" in path:
            assert http.post(f"{path}/set-aside", data={"reason": "x"}, headers=SAME).status_code == status


def test_the_rest_is_shown_when_a_part_is_away(screens: Screens) -> None:
    screens.answers.away |= {"/admissions/v1/conflicts", "/admissions/v1/merges/message-4/preview"}
    with client(screens, "staff-kim") as http:
        listed, one = http.get("/messages/identity"), http.get("/messages/identity/message-4")
    assert "Numbers in dispute cannot be shown now." in listed.text
    assert "00012349" in listed.text
    assert "What would change cannot be shown now." in one.text
