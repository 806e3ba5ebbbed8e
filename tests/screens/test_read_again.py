"""Messages are read again: a look at what would change, then done with a reason; by keyboard, and without scripts."""

import pytest
from playwright.async_api import expect

from tests.screens.conftest import Screens, opened, signed_in
from tests.screens.rereading import STAMP
from tests.screens.test_accessibility import look, look_wide_and_narrow
from tests.screens.test_doors import SAME, client
from tests.screens.test_flows import last, tab_to
from tests.screens.windows import Windows

WANTED = {
    "feed": "mllp",
    "sending_application": "PAS",
    "sending_facility": "RX9",
    "received_from": "2026-11-23T09:30:00Z",
    "outcome": "quarantined",
}
TYPED = {
    "received_from-day": "23",
    "received_from-month": "11",
    "received_from-year": "2026",
    "received_from_time": "9:30am",
}


async def test_what_would_change_is_looked_at_and_then_done_by_keyboard(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-kim")
    page = await opened(context, screens.url + "/messages")
    await tab_to(page, "main a[href='/messages/again']")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Read messages again")
    await page.get_by_label("Day").first.fill("23")
    await tab_to(page, "main form.app-form button")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("1 stay appears, 1 stay changes, nothing else.")).to_be_visible()
    assert screens.answers.asked[-1][1:3] == (
        "/admissions/v1/replays/preview",
        {"received_from": "2026-11-23T00:00:00Z"},
    )
    for said in (
        "Patient class: unknown, becomes day case",
        "Ward: ASH, becomes BIRCH",
        "Discharged at: 23 November 2026 at 5:30pm",
        "Moves: RX9 ASH since 23 November 2026 at 9am",
        "Is made that is not there now",
        "Why: PID-3 has several numbers, becomes nothing",
    ):
        await expect(page.locator("main")).to_contain_text(said)
    await look_wide_and_narrow(page, "/messages/again, looked")
    await tab_to(page, "form[action='/messages/again/now'] button")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Enter why they are to be read again").press("Enter")
    assert await page.evaluate("document.activeElement.id") == "reason"
    await look(page, "/messages/again/now, without a reason")
    await page.keyboard.type("Class Q is explained now")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").first).to_contain_text("12 messages read: 1 message has another")
    await expect(page.get_by_role("button", name="Read these again")).to_have_count(0)
    asked = {"selection": {"received_from": "2026-11-23T00:00:00Z"}, "stamp": STAMP}
    assert last(screens)[1:3] == ("/admissions/v1/replays", {**asked, "reason": "Class Q is explained now"})
    await look(page, "/messages/again/now, done")


async def test_without_scripts_what_came_meanwhile_is_shown_and_nothing_typed_is_lost(
    browser: Windows, screens: Screens
) -> None:
    context = await signed_in(browser, screens, "staff-kim", scripts=False)
    page = await opened(context, screens.url + "/messages/again")
    await page.get_by_label("Outcome").select_option("Quarantined")
    await page.get_by_role("button", name="Look at what would change").click()
    await expect(page.locator("main")).not_to_contain_text("SYNTHETIC")
    await page.get_by_role("button", name="Show identifiers").click()
    await expect(page.locator("main")).to_contain_text("Family: SYNTHETIC-1, becomes SYNTHETIC-2")
    await expect(page.get_by_label("Outcome")).to_have_value("quarantined")
    refused: dict[str, object] = {
        "type": "urn:homeward:problem:does-otherwise",
        "title": "It would do something else",
        "status": 409,
    }
    screens.answers.refuse = (409, refused)
    await page.get_by_label("Why are they to be read again?").fill("The setup names it")
    await page.get_by_role("button", name="Read these again").click()
    await expect(page.get_by_text("Something changed meanwhile, so nothing was read again")).to_be_visible()
    await expect(page.get_by_label("Why are they to be read again?")).to_have_value("The setup names it")
    await page.get_by_role("button", name="Read these again").click()
    await expect(page.get_by_role("heading", name="What changed")).to_be_visible()


def test_a_selection_is_asked_for_as_it_was_typed(screens: Screens) -> None:
    with client(screens, "staff-kim") as http:
        typed = {**TYPED, "sender": "mllp|PAS|RX9", "outcome": "quarantined"}
        assert http.post("/messages/again", data=typed, headers=SAME).status_code == 200
        assert last(screens)[1:3] == ("/admissions/v1/replays/preview", WANTED)
        until = {"received_until-day": "24", "received_until-month": "11", "received_until-year": "2026"}
        assert http.post("/messages/again", data=TYPED | until, headers=SAME).status_code == 200
    assert last(screens)[2] == {
        "received_from": "2026-11-23T09:30:00Z",
        "received_until": "2026-11-25T00:00:00Z",
    }


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            {"received_from-day": "", "received_from-month": "", "received_from-year": "", "received_from_time": ""},
            "Enter the date",
        ),
        ({"received_from-month": "13"}, "must be a real date"),
        ({"received_from_time": "late"}, "Enter a time"),
        ({"received_from-year": "1999"}, "The year must be between 2000 and 2199"),
        ({"received_until-day": "22", "received_until-month": "11", "received_until-year": "2026"}, "must be after"),
        ({"outcome": "waiting"}, "Choose from the list"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(screens: Screens, wrong: dict[str, str], said: str) -> None:
    with client(screens, "staff-kim") as http:
        answer = http.post("/messages/again", data=TYPED | wrong, headers=SAME)
    assert answer.status_code == 422
    assert said in answer.text


def test_nothing_that_would_change_is_nothing_to_be_done(screens: Screens) -> None:
    screens.answers.empty = True
    with client(screens, "staff-kim") as http:
        found = http.post("/messages/again", data=TYPED, headers=SAME)
    assert "12 messages read: nothing changes." in found.text
    assert "Read these again" not in found.text


@pytest.mark.parametrize(("who", "status"), [("staff-morgan", 403), ("staff-priya", 403), ("staff-kim", 200)])
def test_who_may_read_messages_again(screens: Screens, who: str, status: int) -> None:
    with client(screens, who) as http:
        assert http.get("/messages/again").status_code == status
        for path in ("/messages/again", "/messages/again/now"):
            data = TYPED | {"reason": "x", "stamp": STAMP}
            assert http.post(path, data=data, headers=SAME).status_code == status
