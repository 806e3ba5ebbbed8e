"""Names that are markup, a template, a look-up or a format are text like any other, on every page that shows one."""

import pytest
from playwright.async_api import BrowserContext, Dialog

from tests.screens.conftest import Screens, signed_in
from tests.screens.test_accessibility import BARE, PAGES
from tests.screens.test_doors import SAME, client
from tests.screens.windows import Windows

HOSTILE = {
    "Garside": '"><img src=x onerror=alert(1)>',
    "Vera": "<script>alert(1)</script>",
    "Ashdown": "{{7*7}}",
    "Ada": "${jndi:ldap://x}",
    "Carver": "%n%n",
    "Morgan Hale": '"><img src=x onerror=alert(2)>',
    "Asha Patel": "<b>{{8*8}}${jndi:ldap://y}%s</b>",
    "Tom Reeve": "<u>{{6*6}}%x</u>",
    "PAS": "'><img src=x onerror=alert(3)>{{9*9}}%d",
}
"""What each name of the frozen hospital is instead: of patients, of staff, and of the system that sends. None stands
within another, so that each is missed where it is not.
"""
MADE = """() => [...document.querySelectorAll("img, body script, [onerror], [src=x]")]
    .filter(e => !e.matches("script[src^='/static/']") && !(e.nonce && e.matches("script")))
    .map(e => e.outerHTML.slice(0, 80))"""
READERS = sorted({who for who, _ in (*PAGES, *BARE)})


def _told(text: str, name: str) -> bool:
    return name in text or name.upper() in text


async def _see(context: BrowserContext, url: str, plain: dict[str, str]) -> set[str]:
    """Look at each page of `plain`, and see that what stands there for a name is text; gives all that was seen."""
    page = await context.new_page()
    ran: list[str] = []
    page.on("console", lambda message: ran.append(message.text) if "Failed to load" not in message.text else None)

    async def spoken(dialog: Dialog) -> None:
        ran.append(dialog.message)
        await dialog.dismiss()

    page.on("dialog", spoken)
    page.on("pageerror", lambda error: ran.append(error.message))
    seen: set[str] = set()
    for path, before in plain.items():
        names = {other for name, other in HOSTILE.items() if _told(before, name)}
        await page.goto(url + path)
        await page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
        text = " ".join((await page.locator("body").inner_text()).split())
        assert [one for one in names if not _told(text, one)] == [], path
        assert await page.evaluate(MADE) == [], path
        assert ran == [], f"{path}: something ran, or was kept from running"
        seen |= names
    return seen


def test_no_name_is_vouched_for_by_another() -> None:
    for name in HOSTILE.values():
        assert [other for other in HOSTILE.values() if _told(other, name)] == [name]


@pytest.mark.parametrize("who", READERS)
async def test_a_name_is_text(browser: Windows, screens: Screens, who: str) -> None:
    with client(screens, who) as http:
        plain = {path: http.get(path).text for reader, path in (*PAGES, *BARE) if reader == who}
        http.post("/sign-out", headers=SAME)
    screens.answers.names.update(HOSTILE)
    context = await signed_in(browser, screens, who)
    try:
        assert await _see(context, screens.url, plain), "some page of theirs shows a name"
    finally:
        # The pass that was held names the reader so.
        await context.request.post(screens.url + "/sign-out", headers=SAME)
