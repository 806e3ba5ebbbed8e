"""Ways back, where the keyboard is after an act, and what a live page says when it is live no longer."""

import socket

import pytest
from playwright.async_api import expect

from services.screens.service import assemble
from shared.clock import SettableClock
from shared.settings import Settings
from tests.screens.checklists import NOW
from tests.screens.conftest import Screens, opened, signed_in
from tests.screens.listening import listen
from tests.screens.test_flows import last, tab_to
from tests.screens.windows import Windows


@pytest.mark.parametrize(
    ("who", "path", "name", "leads"),
    [
        ("staff-morgan", "", "My people", "/people"),
        ("staff-priya", "", "Delays", "/delays"),
        ("staff-lee", "", "Ash ward", "/wards/ash"),
        ("staff-morgan", "/review", "Back to the case", "/cases/case-006"),
        ("staff-morgan", "/tasks/task-0/history", "Back to the task", "/cases/case-006/tasks/task-0"),
        ("staff-morgan", "/tasks/task-0/history", "The case", "/cases/case-006"),
        ("staff-priya", "/tasks/task-0/history", "The case", "/cases/case-006"),
    ],
)
async def test_every_page_of_a_person_has_a_way_back(
    browser: Windows, screens: Screens, who: str, path: str, name: str, leads: str
) -> None:
    context = await signed_in(browser, screens, who)
    page = await opened(context, screens.url + "/cases/case-006" + path)
    way = page.get_by_role("navigation", name="Back").get_by_role("link", name=name, exact=True)
    assert await way.get_attribute("href") == leads


async def test_a_hand_over_read_and_accepted_from_the_list_leaves_one_in_the_list(
    browser: Windows, screens: Screens
) -> None:
    context = await signed_in(browser, screens, "staff-morgan")
    page = await opened(context, screens.url + "/people")
    await page.get_by_role("link", name="Read and accept for MARSDEN, Ivy").press("Enter")
    await expect(page.get_by_text("Falls at night. Do not tell her son where she is going.")).to_be_visible()
    assert not screens.answers.asked or not last(screens)[1].endswith("/accept"), "reading accepts nothing"
    await page.get_by_role("button", name="Accept").press("Enter")
    await page.wait_for_url("**/people?said=accepted")
    await expect(page.get_by_text("You are the named co-ordinator now.")).to_be_visible()
    assert last(screens)[1] == "/discharge/v1/cases/case-012/hand-over/accept"


async def test_after_a_task_is_done_undo_is_the_next_key(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-morgan")
    page = await opened(context, screens.url + "/cases/case-006?said=done&task=task-3")
    await expect(page.get_by_role("status").first).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Undo")).to_be_focused()


async def test_the_case_says_what_changed_and_goes_on_saying_it(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-morgan")
    page = await opened(context, screens.url + "/cases/case-006")
    await expect(page.get_by_text("Changed since you last looked, yesterday at 7:52am")).to_be_visible()
    screens.answers.empty = True
    await page.evaluate("htmx.trigger(document.getElementById('region'), 'refresh')")
    await expect(page.locator("#live-spoken")).to_contain_text("Case updated")
    await expect(page.get_by_text("Moved to Ash ward, bed 2A.").first).to_be_visible()


async def test_who_may_only_look_is_led_to_no_shut_door(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-priya")
    page = await opened(context, screens.url + "/cases/case-006")
    main = page.locator("main")
    found = await main.get_by_role("link").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert not await main.get_by_role("button", name="Done").count()
    for address in {one for one in found if one.startswith("/")}:
        answer = await context.request.get(screens.url + address)
        assert answer.status == 200, address


def _bound(port: int = 0) -> socket.socket:
    """A listening socket whose port can be listened on again at once."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    sock.listen(128)
    return sock


async def test_a_page_whose_stream_is_lost_says_that_it_does_not_update(browser: Windows, screens: Screens) -> None:
    base = f"http://127.0.0.1:{screens.answers.port}"
    settings = Settings(demonstration=True, admissions_url=base, discharge_url=base, notifications_url=base)
    own = listen(assemble(settings, SettableClock(NOW)).app, _bound())
    served = Screens(f"http://127.0.0.1:{own.port}", screens.answers, SettableClock(NOW))
    context = await signed_in(browser, served, "staff-morgan")
    page = await context.new_page()
    await page.goto(served.url + "/people")
    await expect(page.get_by_text("Updates by itself")).to_be_visible(timeout=30_000)
    own.stop()
    await expect(page.get_by_text("Not updating: the connection is lost. Trying again")).to_be_visible(timeout=20_000)
    await expect(page.locator("#live-spoken")).to_contain_text("The connection is lost")
    back = listen(assemble(settings, SettableClock(NOW)).app, _bound(own.port))
    await expect(page.get_by_text("Updates by itself")).to_be_visible(timeout=30_000)
    back.stop()


async def test_a_phone_number_can_be_called(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-morgan", narrow=True)
    page = await opened(context, screens.url + "/cases/case-006")
    number = page.get_by_role("link", name="01632 960101").first
    assert await number.get_attribute("href") == "tel:01632960101"
    await tab_to(page, "a[href^='tel:']")


@pytest.mark.parametrize("narrow", [False, True])
async def test_each_bed_with_somebody_in_it_says_whom_to_ask(
    browser: Windows, screens: Screens, *, narrow: bool
) -> None:
    context = await signed_in(browser, screens, "staff-lee", narrow=narrow)
    page = await opened(context, screens.url + "/wards/ash")
    people = page.locator(".app-ward tbody tr:not(.app-empty-bed)")
    assert await people.count() == 25
    for row in await people.all_inner_texts():
        # Between the label of a card and what it labels stand the style's colon and gap, which are no text.
        assert ("Co-ordinatorMorgan Hale" if narrow else "Morgan Hale") in row
