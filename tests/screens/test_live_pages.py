"""Pages that move by themselves: politely, never under a hand, not when paused."""

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Page, Route, expect

from tests.screens.checklists import NOW
from tests.screens.conftest import Screens, opened, signed_in
from tests.screens.test_doors import client
from tests.screens.windows import Windows


async def _live_board(browser: Windows, screens: Screens) -> Page:
    context = await signed_in(browser, screens, "staff-priya")
    page = await opened(context, screens.url + "/delays")
    await expect(page.get_by_text("Updates by itself")).to_be_visible(timeout=30_000)
    return page


async def test_the_board_changes_by_itself_and_says_so_politely(browser: Windows, screens: Screens) -> None:
    page = await _live_board(browser, screens)
    screens.answers.empty = True
    screens.answers.live += 1
    await expect(page.get_by_text("Nobody is waiting.")).to_be_visible(timeout=15_000)
    spoken = page.locator("#live-spoken")
    await expect(spoken).to_contain_text("0 alerts")
    assert await spoken.get_attribute("aria-live") == "polite"
    assert await page.evaluate("performance.getEntriesByType('navigation').length") == 1


async def test_paused_nothing_moves_until_asked(browser: Windows, screens: Screens) -> None:
    page = await _live_board(browser, screens)
    await page.get_by_role("button", name="Pause updates").press("Enter")
    screens.answers.empty = True
    screens.answers.live += 1
    await expect(page.get_by_text("Paused. Something changed")).to_be_visible(timeout=15_000)
    await expect(page.get_by_role("button", name="I have this").first).to_be_visible()
    await page.get_by_role("button", name="Show what changed").press("Enter")
    await expect(page.get_by_text("Nobody is waiting.")).to_be_visible(timeout=15_000)


async def test_nothing_moves_under_a_hand(browser: Windows, screens: Screens) -> None:
    page = await _live_board(browser, screens)
    await page.get_by_role("button", name="I have this").first.focus()
    screens.answers.empty = True
    screens.answers.live += 1
    await expect(page.get_by_text("Something changed while you were here")).to_be_visible(timeout=15_000)
    await expect(page.get_by_role("button", name="I have this").first).to_be_focused()
    await page.get_by_role("button", name="Pause updates").focus()
    await expect(page.get_by_text("Nobody is waiting.")).to_be_visible(timeout=15_000)


async def test_a_page_lives_though_its_scripts_come_one_by_one(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-priya")
    page = await context.new_page()

    async def late(route: Route) -> None:
        await asyncio.sleep(0.5)
        await route.continue_()

    await page.route("**/hx-sse*", late)
    await page.goto(screens.url + "/delays")
    await expect(page.get_by_text("Updates by itself")).to_be_visible(timeout=15_000)


async def test_a_page_says_so_while_one_of_its_feeds_is_away_and_misses_nothing(
    browser: Windows, screens: Screens
) -> None:
    page = await _live_board(browser, screens)
    screens.answers.away = {"/notifications/v1/live"}
    screens.answers.cut = True
    await expect(page.get_by_text("Not updating: the connection is lost")).to_be_visible(timeout=15_000)
    screens.answers.empty = True
    screens.answers.live += 1
    screens.answers.away, screens.answers.cut = set[str](), False
    await expect(page.get_by_text("Nobody is waiting.")).to_be_visible(timeout=15_000)
    await expect(page.get_by_text("Updates by itself")).to_be_visible()


async def test_a_page_whose_feed_was_never_there_does_not_claim_to_update(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-priya")
    screens.answers.away = {"/notifications/v1/live"}
    page = await opened(context, screens.url + "/delays")
    await expect(page.get_by_text("Not updating: the connection is lost")).to_be_visible(timeout=15_000)


def test_a_page_asks_its_feeds_from_the_instant_it_was_read(screens: Screens) -> None:
    with client(screens, "staff-priya") as http:
        page = http.get("/delays").text
        address = page.split('hx-sse:connect="')[1].split('"')[0].replace("&amp;", "&")
        with http.stream("GET", address) as answer:
            assert "event: ready" in [line for line, _ in zip(answer.iter_lines(), range(3), strict=False)]
    asked = [urlsplit(one) for one in screens.answers.followed]
    assert {one.path for one in asked} == {"/notifications/v1/live", "/discharge/v1/live"}
    assert {parse_qs(one.query)["since"][0] for one in asked} == {NOW.isoformat()}


def test_a_page_that_slept_is_read_again(screens: Screens) -> None:
    old = (NOW - timedelta(minutes=2)).isoformat().replace("+00:00", "Z")
    with client(screens, "staff-priya") as http, http.stream("GET", f"/live?on=alerts&since={old}") as answer:
        lines = answer.iter_lines()
        assert "event: changed" in [next(lines) for _ in range(3)]


async def test_on_a_case_too_updates_can_be_paused_by_hand(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-morgan")
    screens.answers.empty = True
    page = await opened(context, screens.url + "/cases/case-006")
    await expect(page.get_by_text("Updates by itself")).to_be_visible(timeout=15_000)
    await page.get_by_role("button", name="Pause updates").click(timeout=5_000)
    await expect(page.get_by_text("Paused", exact=True)).to_be_visible()


def test_who_comes_back_from_an_act_of_their_own_is_not_told_of_it_twice(screens: Screens) -> None:
    with client(screens, "staff-morgan") as http:
        assert "Changed since you last looked" in http.get("/cases/case-006").text
        screens.answers.reads.clear()
        assert "Changed since you last looked" not in http.get("/cases/case-006?said=reviewed").text
    assert "/discharge/v1/cases/case-006/changes" not in screens.answers.reads
