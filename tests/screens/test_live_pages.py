"""Pages that move by themselves: politely, never under a hand, not when paused."""

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.screens.conftest import Screens, opened, signed_in


async def _live_board(browser: Browser, screens: Screens) -> tuple[BrowserContext, Page]:
    context = await signed_in(browser, screens, "staff-priya")
    page = await opened(context, screens.url + "/delays")
    await expect(page.get_by_text("Updates by itself")).to_be_visible()
    for _ in range(1200):
        if screens.answers.streams >= 2:
            break
        await page.wait_for_timeout(50)
    return context, page


async def test_the_board_changes_by_itself_and_says_so_politely(browser: Browser, screens: Screens) -> None:
    context, page = await _live_board(browser, screens)
    screens.answers.empty = True
    screens.answers.live += 1
    await expect(page.get_by_text("Nobody is waiting.")).to_be_visible(timeout=60_000)
    spoken = page.locator("#live-spoken")
    await expect(spoken).to_contain_text("0 alerts")
    assert await spoken.get_attribute("aria-live") == "polite"
    assert await page.evaluate("performance.getEntriesByType('navigation').length") == 1
    await context.close()


async def test_paused_nothing_moves_until_asked(browser: Browser, screens: Screens) -> None:
    context, page = await _live_board(browser, screens)
    await page.get_by_role("button", name="Pause updates").press("Enter")
    screens.answers.empty = True
    screens.answers.live += 1
    await expect(page.get_by_text("Paused. Something changed")).to_be_visible(timeout=60_000)
    await expect(page.get_by_role("button", name="I have this").first).to_be_visible()
    await page.get_by_role("button", name="Show what changed").press("Enter")
    await expect(page.get_by_text("Nobody is waiting.")).to_be_visible(timeout=60_000)
    await context.close()


async def test_nothing_moves_under_a_hand(browser: Browser, screens: Screens) -> None:
    context, page = await _live_board(browser, screens)
    await page.get_by_role("button", name="I have this").first.focus()
    screens.answers.empty = True
    screens.answers.live += 1
    await expect(page.get_by_text("Something changed while you were here")).to_be_visible(timeout=60_000)
    await expect(page.get_by_role("button", name="I have this").first).to_be_focused()
    await page.get_by_role("button", name="Pause updates").focus()
    await expect(page.get_by_text("Nobody is waiting.")).to_be_visible(timeout=60_000)
    await context.close()
