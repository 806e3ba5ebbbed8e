"""Pages as somebody holds or looks at them: printed with the time and by whom, and as pictures, wide and narrow."""

from pathlib import Path

import pytest

from tests.screens.conftest import Screens, opened, signed_in
from tests.screens.windows import Windows

PRINTED = [
    ("staff-morgan", "/people"),
    ("staff-lee", "/wards/ash"),
    ("staff-sam", "/cluster"),
    ("staff-morgan", "/shift"),
    ("staff-morgan", "/cases/case-012/hand-over/note"),
]


@pytest.mark.parametrize(("who", "path"), PRINTED)
async def test_print_says_when_and_by_whom(browser: Windows, screens: Screens, who: str, path: str) -> None:
    context = await signed_in(browser, screens, who)
    page = await opened(context, screens.url + path)
    assert not await page.get_by_text("Printed 24 November 2026 at 7:52am by").is_visible()
    await page.emulate_media(media="print")
    assert await page.get_by_text("Printed 24 November 2026 at 7:52am by").is_visible()
    assert not await page.get_by_role("navigation", name="Menu").is_visible()


PICTURES = [
    ("staff-morgan", "people", "/people"),
    ("staff-morgan", "case", "/cases/case-006"),
    ("staff-morgan", "taken", "/cases/case-012"),
    ("staff-morgan", "given", "/cases/case-given/hand-over/note"),
    ("staff-morgan", "read", "/cases/case-012/hand-over/note"),
    ("staff-sam", "cluster", "/cluster"),
    ("staff-morgan", "shift", "/shift"),
    ("staff-lee", "ward", "/wards/ash"),
    ("staff-priya", "delays", "/delays"),
    ("staff-kim", "messages", "/messages"),
]


@pytest.mark.parametrize(("who", "name", "path"), PICTURES, ids=[name for _, name, _ in PICTURES])
async def test_picture(browser: Windows, screens: Screens, tmp_path: Path, who: str, name: str, path: str) -> None:
    """A picture of each page, wide and narrow, for somebody to look at (kept by pytest's --basetemp)."""
    for narrow in (False, True):
        context = await signed_in(browser, screens, who, narrow=narrow)
        page = await opened(context, screens.url + path)
        target = tmp_path / f"{name}-{390 if narrow else 1366}.png"
        await page.screenshot(path=target, full_page=narrow)
        assert target.stat().st_size > 10_000
