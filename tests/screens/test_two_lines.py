"""Most people of a list take two lines, also on wards with long names, and one screen shows a dozen of them."""

import pytest

from tests.screens.conftest import Screens, opened, signed_in
from tests.screens.windows import Windows

TWO_LINES = 52.5
HEIGHTS = "all => all.map(e => e.getBoundingClientRect().height)"


@pytest.mark.parametrize("ward", ["Maple ward (rehabilitation)", "Hawthorn ward (older people)"])
async def test_a_person_on_a_ward_with_a_long_name_takes_two_lines(
    browser: Windows, screens: Screens, ward: str
) -> None:
    screens.answers.names["Ash ward"] = ward
    context = await signed_in(browser, screens, "staff-morgan")
    page = await opened(context, screens.url + "/people")
    rows = page.locator(".app-people tbody tr")
    heights: list[float] = await rows.evaluate_all(HEIGHTS)
    assert len(heights) == 34
    assert sum(one > TWO_LINES for one in heights) <= 3, heights
