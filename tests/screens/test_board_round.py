"""The board round on a ward: whose bed is typed about stands with what is typed, and so does what was saved of whom."""

import pytest
from playwright.async_api import Locator, expect

from tests.screens.conftest import Screens, opened, signed_in
from tests.screens.windows import Windows

WHOSE = "Bed 2A: GARSIDE, Vera"
AFTER = "Bed 2B: HOLROYD, Stanley"


async def in_sight(one: Locator) -> bool:
    """Whether the whole of it lies on the screen."""
    box = await one.bounding_box()
    height = await one.page.evaluate("window.innerHeight")
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= height


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
async def test_whose_bed_it_is_stands_over_what_is_asked(browser: Windows, screens: Screens, *, narrow: bool) -> None:
    context = await signed_in(browser, screens, "staff-lee", narrow=narrow)
    page = await opened(context, screens.url + "/wards/ash")
    await page.locator("main a[href*='edit=case-006']").press("Enter")
    form = page.get_by_role("form", name="Board round")
    heading = form.get_by_role("heading", name=WHOSE)
    await expect(heading).to_be_visible()
    assert await in_sight(heading)
    assert await in_sight(form.get_by_text("Acute bed needed?"))
    if not narrow:
        assert await in_sight(page.locator(".app-edited")), "the row it belongs to stands above it"


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
async def test_the_next_bed_says_what_was_saved_of_whom_before(
    browser: Windows, screens: Screens, *, narrow: bool
) -> None:
    context = await signed_in(browser, screens, "staff-lee", narrow=narrow)
    page = await opened(context, screens.url + "/wards/ash?edit=case-006#edit")
    await page.get_by_label("No, can go").check()
    await page.get_by_label("Pathway").select_option("P3")
    await page.get_by_role("button", name="Save and next bed").press("Enter")
    await page.wait_for_url("**edit=case-007#edit")
    form = page.get_by_role("form", name="Board round")
    said = form.get_by_role("status")
    await expect(said).to_contain_text(f"Saved: {WHOSE}. Reviewed, delayed and pathway ")
    assert await in_sight(said)
    assert await in_sight(form.get_by_role("heading", name=AFTER))
    await form.get_by_role("button", name="Save", exact=True).press("Enter")
    await page.wait_for_url("**/wards/ash?said=saved**")
    await expect(page.get_by_role("status").first).to_contain_text(f"Saved: {AFTER}")
    await expect(page.get_by_role("status").first).to_contain_text("Nothing was changed.")
    await expect(page.locator("#edit")).to_have_count(0)


async def test_an_address_that_nobody_made_says_nothing_of_anybody(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-lee")
    page = await opened(context, screens.url + "/wards/ash?said=saved&of=nobody&parts=zz")
    await expect(page.get_by_role("status").first).to_contain_text("somebody who is on this ward no more")
