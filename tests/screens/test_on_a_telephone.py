"""A case on a telephone: whose it is stays in sight, and no name is too long for the screen."""

import pytest
from playwright.async_api import expect

from tests.screens.conftest import Screens, opened, signed_in
from tests.screens.windows import Windows

NAME = ".app-patient__name dd"
LONGEST = "Featherstonehaugh" * 2
ABOVE_ALL = """name => {
  const box = name.getBoundingClientRect();
  return name.contains(document.elementFromPoint(box.left + 20, box.top + box.height / 2));
}"""


@pytest.mark.parametrize("path", ["/cases/case-006", "/cases/case-died", "/cases/case-006/review"])
async def test_the_name_stays_in_sight_however_far_down_one_reads(
    browser: Windows, screens: Screens, path: str
) -> None:
    context = await signed_in(browser, screens, "staff-morgan", narrow=True)
    page = await opened(context, screens.url + path)
    await page.evaluate("window.scrollTo(0, 1400)")
    assert await page.evaluate("window.scrollY") > 100, "there is something to scroll"
    box = await page.locator(NAME).bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 10
    assert await page.locator(NAME).evaluate(ABOVE_ALL)
    owner = await page.locator(".app-patient__owner").bounding_box()
    assert owner is not None
    assert owner["y"] < box["y"], "the rest of the banner has gone with the page"


@pytest.mark.parametrize("path", ["/cases/case-006", "/cases/case-006/review", "/people", "/wards/ash?edit=case-006"])
async def test_no_name_is_too_long(browser: Windows, screens: Screens, path: str) -> None:
    screens.answers.names["Garside"] = LONGEST
    context = await signed_in(browser, screens, "staff-morgan", narrow=True)
    page = await opened(context, screens.url + path)
    await expect(page.get_by_text(LONGEST.upper()).first).to_be_attached()
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(wider) == 0
