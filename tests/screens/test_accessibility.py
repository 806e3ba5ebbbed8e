"""No page breaks a rule of axe-core, needs sideways scrolling or hides what it must show, wide and narrow."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.base import AxeResults
from playwright.async_api import Page, ViewportSize, expect
from starlette.routing import Match, Route

from services.screens.presenters.delays import cause_key
from services.screens.presenters.words import roughly
from services.screens.service import assemble
from shared.clock import SettableClock
from shared.settings import Settings
from tests.house.test_permissions import routes_of
from tests.processes.browsers import NARROW, WIDE
from tests.screens import board
from tests.screens.checklists import NOW
from tests.screens.conftest import ROOT, Screens, opened, signed_in
from tests.screens.windows import Windows

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
VIOLATIONS = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
"""Every rule axe-core has on by default; what a page does well is not written out and sent."""
CUT = """all => all.filter(cell => [cell, ...cell.querySelectorAll("*")].some(
    e => !e.closest(".nhsuk-u-visually-hidden, .nhsuk-table__heading")
      && getComputedStyle(e).display !== "inline"
      && (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
)).map(cell => cell.textContent.trim())"""
PAGES = [
    ("staff-morgan", "/people"),
    ("staff-morgan", "/people?of=cluster&show=can_go"),
    ("staff-morgan", "/cases/case-006"),
    ("staff-morgan", "/cases/case-012"),
    ("staff-morgan", "/cases/case-died"),
    ("staff-morgan", "/cases/case-home"),
    ("staff-morgan", "/cases/case-script"),
    ("staff-morgan", "/cases/case-006?said=done&task=task-3"),
    ("staff-morgan", "/cases/case-006/record/summary"),
    ("staff-morgan", "/cases/case-006/record/contact"),
    ("staff-morgan", "/cases/case-006/record/note"),
    ("staff-priya", "/cases/case-006"),
    ("staff-morgan", "/cases/case-006/review"),
    ("staff-morgan", "/cases/case-006/expected-date"),
    ("staff-morgan", "/cases/case-006/pathway"),
    ("staff-morgan", "/cases/case-006/tasks/new"),
    ("staff-morgan", "/cases/case-006/tasks/task-0"),
    ("staff-morgan", "/cases/case-006/tasks/task-0/history"),
    ("staff-morgan", "/cases/case-018"),
    ("staff-morgan", "/cases/case-given"),
    ("staff-morgan", "/cases/case-given/hand-over/note"),
    ("staff-morgan", "/cases/case-006/hand-over/note"),
    ("staff-morgan", "/cases/case-012/hand-over/note"),
    ("staff-morgan", "/cases/case-offered"),
    ("staff-sam", "/cases/case-undecided"),
    ("staff-morgan", "/cases/case-006/decline"),
    ("staff-morgan", "/cases/case-offered/offers/1/decline"),
    ("staff-sam", "/cluster"),
    ("staff-morgan", "/shift"),
    ("staff-sam", "/cases/case-006/coordinator"),
    ("staff-lee", "/wards"),
    ("staff-lee", "/wards/ash"),
    ("staff-lee", "/wards/ash?edit=case-006"),
    ("staff-priya", "/delays"),
    ("staff-priya", "/delays?view=wall"),
    ("staff-priya", "/delays/people?of=over_limit"),
    ("staff-priya", f"/delays?ward=ash&cause={cause_key(board.alerts()[0].waiting_for or '')}"),
    ("staff-kim", "/messages"),
    ("staff-kim", "/messages?on-day=22&on-month=11&on-year=2026"),
    ("staff-kim", "/messages/message-1"),
    ("staff-kim", "/messages/message-0"),
    ("staff-sam", "/wards"),
    ("staff-kim", "/messages/refused"),
    ("staff-kim", "/messages/refused/refused-1"),
    ("staff-kim", "/messages/identity"),
    ("staff-kim", "/messages/identity/message-4"),
    ("staff-kim", "/messages/identity/message-8"),
    ("staff-kim", "/messages/again"),
    ("staff-kim", "/messages/ward-codes/new?code=SDEC2"),
    ("staff-kim", "/messages/ward-codes/mapping-2"),
    ("staff-kim", "/messages/ward-codes/mapping-5"),
]
"""Each shows something of the hospital."""
PAGELESS = {"/", "/live", "/metrics", "/healthz", "/readyz", "/version"}
"""What is asked for and shows no page: the way home, the stream of changes, and what machines ask."""
BARE = [
    ("nobody", "/sign-in"),
    ("staff-kim", "/people"),
    ("staff-morgan", "/cases/nobody-of-this-name"),
    ("staff-morgan", "/nowhere"),
]
"""These show nothing of it."""
MISTAKES = [
    ("staff-morgan", "/cases/case-006/review", None),
    ("staff-morgan", "/cases/case-006/expected-date", "[name=expected_on-day]"),
    ("staff-morgan", "/cases/case-006/pathway", None),
    ("staff-morgan", "/cases/case-006/tasks/new", None),
    ("staff-morgan", "/cases/case-006/tasks/task-1", "[name=status][value=blocked]"),
    ("staff-morgan", "/cases/case-006/record/summary", None),
    ("staff-morgan", "/cases/case-006/record/note", None),
    ("staff-morgan", "/cases/case-006/record/contact", None),
    ("staff-sam", "/cases/case-006/coordinator", None),
    ("staff-morgan", "/cases/case-given/hand-over/note", "[name=choice][value=keep]"),
    ("staff-morgan", "/cases/case-006/hand-over/note", "[name=risks]"),
    ("staff-morgan", "/cases/case-006/decline", None),
    ("staff-morgan", "/cases/case-offered/offers/1/decline", None),
    ("staff-lee", "/wards/ash?edit=case-006", "[name=meets_criteria][value=yes]"),
    ("staff-kim", "/messages/message-1", None),
    ("staff-kim", "/messages/ward-codes/new?code=SDEC2", None),
    ("staff-kim", "/messages/again", "[name=received_from-day]"),
    ("staff-kim", "/messages/ward-codes/mapping-1", "[name=valid_from-day]"),
]
"""Each form, with what is emptied or chosen in it so that it cannot be saved as it is."""
HEARD = "Data as of 7:50am"
HEARD_LATE = "Data as of 5:52am"
NO_DATA = "No patient data on this page"
LOGOS = "[class*=logo], img, picture, object, embed, svg[role=img], svg[aria-label], svg:has(title)"


async def check(browser: Windows, screens: Screens, who: str, path: str, fresh: str = HEARD) -> None:
    """Open a page and look at it."""
    context = await signed_in(browser, screens, who)
    await look_wide_and_narrow(await opened(context, screens.url + path), path, fresh)


async def look_wide_and_narrow(page: Page, path: str, fresh: str = HEARD) -> None:
    """Look at an open page, then at the same on a telephone."""
    await look(page, f"{path} at {WIDE['width']}", fresh)
    await page.set_viewport_size(NARROW)
    await look(page, f"{path} at {NARROW['width']}", fresh)


async def look(page: Page, path: str, fresh: str = HEARD) -> None:
    """Let axe look at an open page, and see that it says how old its data is and bears nobody's logo."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    found = AxeResults({"violations": await page.evaluate(VIOLATIONS)})
    assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
    sideways = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways == 0, f"{path} scrolls sideways by {sideways}"
    assert await page.locator("h1").count() == 1, path
    said = await page.locator(".app-fresh:visible").all_inner_texts()
    assert [one.partition(". ")[0] for one in said] == [fresh], path
    assert await page.locator(LOGOS).evaluate_all("all => all.map(e => e.outerHTML.slice(0, 80))") == []
    small = await page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.children.length === 0 && e.textContent.trim()"
        " && parseFloat(getComputedStyle(e).fontSize) < 16).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == [], f"{path}: text smaller than 16 pixels"


@pytest.mark.parametrize(("who", "path"), PAGES, ids=[f"{who}{path}" for who, path in PAGES])
async def test_page(browser: Windows, screens: Screens, who: str, path: str) -> None:
    await check(browser, screens, who, path)


@pytest.mark.parametrize(("who", "path"), BARE, ids=[f"{who}{path}" for who, path in BARE])
async def test_bare_page(browser: Windows, screens: Screens, who: str, path: str) -> None:
    await check(browser, screens, who, path, fresh=NO_DATA)


def _shown_at(routes: list[Route], path: str) -> str:
    """The path, as its route declares it, of the page at an address."""
    scope = {"type": "http", "method": "GET", "path": path.partition("?")[0], "headers": []}
    return next(route.path for route in routes if route.matches(scope)[0] is Match.FULL)


def test_every_page_and_every_form_is_looked_at() -> None:
    made = routes_of(assemble(Settings(demonstration=True), SettableClock(NOW)).app)
    routes = [route for route in made if isinstance(route, Route)]
    asked = {route.path for route in routes if "GET" in (route.methods or ())}
    posted = {route.path for route in routes if "POST" in (route.methods or ())}
    assert asked - PAGELESS == {_shown_at(routes, path) for _, path in (*PAGES, BARE[0])}
    forms = {_shown_at(routes, path) for _, path, _ in MISTAKES}
    assert (asked & posted) - forms == {"/sign-in"}, "whose only mistake is to choose nobody"


@pytest.mark.parametrize(("who", "path", "spoiled"), MISTAKES, ids=[path for _, path, _ in MISTAKES])
async def test_a_form_that_cannot_be_saved(
    browser: Windows, screens: Screens, who: str, path: str, spoiled: str | None
) -> None:
    context = await signed_in(browser, screens, who)
    page = await opened(context, screens.url + path)
    if spoiled is not None:
        field = page.locator(spoiled)
        await (field.check() if "[value=" in spoiled else field.fill(""))
    await page.locator("main form.app-form button, main form[action$='/discard'] button").first.press("Enter")
    await expect(page).to_have_title(re.compile("Error: "))
    assert await page.evaluate("document.activeElement.classList.contains('nhsuk-error-summary')")
    lost = "all => all.filter(a => !document.querySelector(a.hash)).map(a => a.textContent)"
    assert await page.locator(".nhsuk-error-summary a").evaluate_all(lost) == []
    await look_wide_and_narrow(page, path)


@pytest.mark.parametrize("typed", ["00012345", ""])
async def test_a_search(browser: Windows, screens: Screens, typed: str) -> None:
    context = await signed_in(browser, screens, "staff-kim")
    page = await opened(context, screens.url + "/messages")
    await page.get_by_label("Number or id").fill(typed)
    await page.get_by_role("button", name="Find").press("Enter")
    title = "Messages found – Homeward" if typed else "Error: Messages – Homeward"
    await expect(page).to_have_title(title)
    await look_wide_and_narrow(page, "/messages/search")


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("staff-morgan", "/people"),
        ("staff-sam", "/cluster"),
        ("staff-morgan", "/shift"),
        ("staff-lee", "/wards"),
        ("staff-lee", "/wards/ash"),
        ("staff-priya", "/delays"),
        ("staff-kim", "/messages"),
        ("staff-kim", "/messages/identity"),
    ],
)
async def test_empty_and_late(browser: Windows, screens: Screens, who: str, path: str) -> None:
    screens.answers.empty = screens.answers.late = True
    await check(browser, screens, who, path, fresh=HEARD_LATE)


@pytest.mark.parametrize("away", ["/discharge/v1/summary", "/notifications/v1", "/discharge/v1/cases"])
async def test_part_of_the_board_away(browser: Windows, screens: Screens, away: str) -> None:
    screens.answers.away.add(away)
    await check(browser, screens, "staff-priya", "/delays")


async def test_twenty_eight_beds_fit_one_screen(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-lee")
    page = await opened(context, screens.url + "/wards/ash")
    rows = page.locator(".app-ward tbody tr")
    assert await rows.count() == 28
    last = await rows.nth(27).bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= 768
    assert await page.locator(".app-ward tbody td").evaluate_all(CUT) == []
    delayed = page.locator(".app-ward tbody td:nth-child(3)", has_text="Delayed").first
    for longest in (timedelta(hours=23), timedelta(days=29)):
        told = f" {roughly(longest)}"
        await delayed.evaluate("(cell, told) => cell.querySelector('.app-tag').nextSibling.data = told", told)
        assert await delayed.evaluate_all(CUT) == [], told


async def test_a_person_is_two_lines_or_a_fourth_of_a_telephone(browser: Windows, screens: Screens) -> None:
    for narrow, most in ((False, 50), (True, 844 / 4)):
        for who, path in (("staff-morgan", "/people"), ("staff-priya", "/delays"), ("staff-lee", "/wards/ash")):
            context = await signed_in(browser, screens, who, narrow=narrow)
            page = await opened(context, screens.url + path)
            heights = await page.locator(".app-people tbody tr, .app-board tbody tr, .app-ward tbody tr").evaluate_all(
                "all => all.map(e => e.getBoundingClientRect().height).sort((a, b) => a - b)"
            )
            assert heights[len(heights) * 3 // 4] <= most + 2.5, path
            assert await page.locator("main a[href='tel:01632960101']").count() == (13 if path == "/delays" else 0)


@pytest.mark.parametrize(("width", "height", "smallest"), [(1366, 768, 20), (1920, 1080, 29)])
@pytest.mark.parametrize("night", [False, True])
@pytest.mark.parametrize("taken", [False, True])
async def test_twelve_alerts_fit_the_wall_in_letters_read_from_three_metres(
    browser: Windows,
    screens: Screens,
    width: int,
    height: int,
    smallest: int,
    night: bool,  # noqa: FBT001
    taken: bool,  # noqa: FBT001
) -> None:
    screens.answers.night, screens.answers.taken = night, taken
    context = await signed_in(browser, screens, "staff-priya")
    page = await opened(context, screens.url + "/delays?view=wall")
    await page.set_viewport_size(ViewportSize(width=width, height=height))
    rows = page.locator(".app-wall tbody tr")
    assert await rows.count() == 12
    assert await rows.filter(has_text="Bronwen Hughes").count() == (8 if taken else 0)
    last = await rows.nth(11).bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= height
    cells = page.locator(".app-wall tbody td:not(.app-do)")
    assert (
        await cells.evaluate_all("all => Math.min(...all.map(e => parseFloat(getComputedStyle(e).fontSize)))")
        > smallest
    )
    assert await cells.evaluate_all(CUT) == []
    await expect(rows.nth(1)).to_contain_text("Desk 0115 496 0999" if night else "01632 960101")
    await look(page, "/delays?view=wall")
