"""Every page about patients says how old it is by when the hospital was last heard."""

import httpx2
import pytest

from tests.screens.conftest import Screens, opened, signed_in
from tests.screens.test_doors import client
from tests.screens.windows import Windows

PAGES = [
    ("staff-morgan", "/people"),
    ("staff-sam", "/cluster"),
    ("staff-morgan", "/shift"),
    ("staff-lee", "/wards"),
    ("staff-sam", "/wards"),
    ("staff-lee", "/wards/ash"),
    ("staff-lee", "/wards/ash?edit=case-006"),
    ("staff-priya", "/delays"),
    ("staff-priya", "/delays/people?of=can_go_still_here"),
    ("staff-morgan", "/cases/case-006"),
    ("staff-morgan", "/cases/case-006/review"),
    ("staff-morgan", "/cases/case-006/tasks/task-1"),
    ("staff-morgan", "/cases/case-006/tasks/task-1/history"),
    ("staff-morgan", "/cases/case-012/hand-over/note"),
    ("staff-morgan", "/cases/case-given/hand-over/note"),
]


def read(screens: Screens, who: str, path: str) -> str:
    """The page."""
    with httpx2.Client(base_url=screens.url, cookies={"homeward": f"token-{who}"}, trust_env=False, timeout=20) as http:
        answer = http.get(path)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_quiet_hour_is_not_a_late_feed(screens: Screens, who: str, path: str) -> None:
    screens.answers.quiet = True
    text = read(screens, who, path)
    assert "feed is late" not in text
    assert "Hospital last heard 7:50am, nothing changed for anybody since 7:05am" in text


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_silent_hospital_is_a_late_feed(screens: Screens, who: str, path: str) -> None:
    screens.answers.late = True
    text = read(screens, who, path)
    assert "The hospital feed is late" in text
    assert "The last message from the hospital system came 2 hours ago." in text


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_is_there_while_nobody_knows_when_the_hospital_was_heard(screens: Screens, who: str, path: str) -> None:
    screens.answers.away.add("/admissions/v1")
    text = read(screens, who, path)
    assert "Newest change 7:50am, and when the hospital was last heard cannot be told now" in text
    assert "feed is late" not in text


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
async def test_a_late_feed_is_said_in_a_box_that_holds_its_words(
    browser: Windows, screens: Screens, *, narrow: bool
) -> None:
    screens.answers.late = True
    context = await signed_in(browser, screens, "staff-priya", narrow=narrow)
    page = await opened(context, screens.url + "/delays")
    box = await page.locator(".app-late").bounding_box()
    label = await page.locator(".app-late h2").bounding_box()
    assert box is not None
    assert label is not None
    assert box["x"] <= label["x"]
    assert label["x"] + label["width"] <= box["x"] + box["width"]
    assert box["y"] <= label["y"]
    assert box["height"] <= (130 if narrow else 84), "the answer is not pushed down by it"


def test_the_board_is_two_calls_and_how_old_it_is_a_third(screens: Screens) -> None:
    with client(screens, "staff-priya") as http:
        http.get("/wards")
        screens.answers.reads.clear()
        http.get("/delays")
    assert sorted(screens.answers.reads) == [
        "/admissions/v1/last-heard",
        "/discharge/v1/board",
        "/notifications/v1/alerts",
    ]
