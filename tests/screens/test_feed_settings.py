"""How a sender is read is opened on *Messages*, by keyboard, without JavaScript, and stays readable on a telephone."""

from playwright.async_api import expect

from tests.screens.conftest import Screens, opened, signed_in
from tests.screens.test_accessibility import look_wide_and_narrow
from tests.screens.windows import Windows


async def test_how_a_sender_is_read_is_opened_by_keyboard(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-kim")
    page = await opened(context, screens.url + "/messages")
    named, new = page.locator("#sender-1"), page.locator("#sender-2")
    await expect(named.locator("summary")).to_have_text("PAS at RX9 (main): 2 settings from the setup file, 17 assumed")
    await expect(new.locator("summary")).to_contain_text("not in the setup file, so everything is assumed")
    await expect(named.get_by_text("Heard from")).to_be_hidden()
    await named.locator("summary").focus()
    await page.keyboard.press("Enter")
    await expect(named.get_by_text("192.0.2.0/24, 198.51.100.7, 2001:db8::/64")).to_be_visible()
    await new.locator("summary").focus()
    await page.keyboard.press("Enter")
    await expect(new.get_by_text("Any address")).to_be_visible()
    await look_wide_and_narrow(page, "/messages, opened")


async def test_without_scripts_it_opens_too(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-kim", scripts=False)
    page = await context.new_page()
    await page.goto(screens.url + "/messages")
    await page.locator("#sender-2 summary").click()
    await expect(page.locator("#sender-2").get_by_text("Europe/London")).to_be_visible()
