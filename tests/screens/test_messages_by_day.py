"""*Messages* of an earlier day and between two times; what stands open of any day is said above either."""

import pytest
from playwright.async_api import expect

from tests.screens.conftest import Screens, opened, signed_in
from tests.screens.test_accessibility import look_wide_and_narrow
from tests.screens.test_doors import SAME, client
from tests.screens.test_flows import tab_to
from tests.screens.test_keyboard import press_on
from tests.screens.windows import Windows

SUNDAY = {"on-day": "22", "on-month": "11", "on-year": "2026"}
SEARCH = "/admissions/v1/messages/search"


def test_a_day_is_shown_with_its_figures_and_its_messages(screens: Screens) -> None:
    with client(screens, "staff-kim") as http:
        today, sunday = http.get("/messages").text, http.get("/messages", params=SUNDAY).text
        narrowed = http.get("/messages", params={**SUNDAY, "outcome": "quarantined"}).text
    assert ("Feeds today" in today, "Newest messages" in today) == (True, True)
    assert ("Feeds on Sunday" in sunday, "Messages that came on Sunday" in sunday) == (True, True)
    assert ("1,800 messages on Sunday. 9 quarantined need a person" in sunday, "message-1" in sunday) == (True, False)
    assert "No message that came on Sunday is quarantined." in narrowed
    for text in (today, sunday):
        assert 'href="/messages?outcome=quarantined#newest">Quarantined, of any day: 9<' in text
        assert 'id="newest"' in text
    assert 'href="/messages?outcome=waiting&amp;on-day=22&amp;on-month=11&amp;on-year=2026"' in sunday
    assert "from=older&amp;on-day=22" in sunday


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"on-day": "31", "on-month": "2", "on-year": "2026"}, "The day must be a real date"),
        ({"on-day": "25", "on-month": "11", "on-year": "2026"}, "The day must be today or in the past"),
        ({"on-day": "1", "on-month": "1", "on-year": "1999"}, "The year must be 2000 or later"),
        ({"on-day": "1"}, "The day must include a month and year"),
    ],
)
def test_what_is_no_day_is_said_at_its_field(screens: Screens, typed: dict[str, str], said: str) -> None:
    with client(screens, "staff-kim") as http:
        answer = http.get("/messages", params=typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'href="#on-day"' in answer.text
    assert "Feeds today" in answer.text
    assert 'value="1"' in answer.text if typed["on-day"] == "1" else True


@pytest.mark.parametrize(
    ("typed", "asked", "said"),
    [
        (
            {"received_from-day": "1", "received_from-month": "7", "received_from-year": "2026"},
            {"received_from": "2026-06-30T23:00:00Z"},
            "3 messages that came then, newest first.",
        ),
        (
            {
                "by": "visit",
                "value": "V1",
                **{
                    f"received_until-{part}": of
                    for part, of in zip(("day", "month", "year"), ("24", "11", "26"), strict=True)
                },
                "received_until_time": "7am",
            },
            {"visit": {"value": "V1"}, "received_until": "2026-11-24T07:00:00Z"},
            "3 messages with that visit number that came then, newest first.",
        ),
    ],
)
def test_messages_are_searched_for_by_when_they_came(
    screens: Screens, typed: dict[str, str], asked: dict[str, object], said: str
) -> None:
    with client(screens, "staff-kim") as http:
        answer = http.post("/messages/search", data=typed, headers=SAME)
    assert (answer.status_code, said in answer.text) == (200, True)
    assert [one[2] for one in screens.answers.asked if one[1] == SEARCH] == [asked]
    assert 'app-times" open' in answer.text


@pytest.mark.parametrize(
    ("typed", "said", "field"),
    [
        ({"received_from_time": "7am"}, "Enter the date they were received from", "#received_from-day"),
        (
            {"received_from-day": "32", "received_from-month": "1", "received_from-year": "26"},
            "real date",
            "#received_from-day",
        ),
        (
            {
                **{f"received_{end}-day": "1" for end in ("from", "until")},
                **{f"received_{end}-month": "1" for end in ("from", "until")},
                **{f"received_{end}-year": "2026" for end in ("from", "until")},
                "received_from_time": "2pm",
                "received_until_time": "1pm",
            },
            "The end must be after the beginning",
            "#received_until-day",
        ),
        (
            {"received_until-day": "31", "received_until-month": "12", "received_until-year": "2199"},
            "The year must be between 2000 and 2199",
            "#received_until-day",
        ),
        ({"by": "visit", "value": "V\u202e1"}, "Remove the characters that cannot be seen", "#value"),
    ],
)
def test_what_is_wrong_with_a_time_is_said_at_its_field(
    screens: Screens, typed: dict[str, str], said: str, field: str
) -> None:
    with client(screens, "staff-kim") as http:
        answer = http.post("/messages/search", data=typed, headers=SAME)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="{field}"' in answer.text
    assert ('app-times" open' in answer.text) == field.startswith("#received")
    assert not [one for one in screens.answers.asked if one[1] == SEARCH]


async def test_a_day_and_a_time_by_keyboard(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-kim")
    page = await opened(context, screens.url + "/messages")
    for part, value in SUNDAY.items():
        await tab_to(page, f"#{part}")
        await page.keyboard.type(value)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Feeds on Sunday")).to_be_visible()
    await look_wide_and_narrow(page, "/messages of a day")
    await press_on(page, "main a[href='/messages']")
    await tab_to(page, ".app-times summary")
    await page.keyboard.press("Enter")
    for part, value in (("day", "32"), ("month", "11"), ("year", "2026")):
        await tab_to(page, f"#received_from-{part}")
        await page.keyboard.type(value)
    await look_wide_and_narrow(page, "/messages, times opened")
    await page.keyboard.press("Enter")
    await expect(page).to_have_title("Error: Messages – Homeward")
    await look_wide_and_narrow(page, "/messages, a time that is none")


async def test_a_day_and_a_time_without_scripts(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-kim", scripts=False)
    page = await context.new_page()
    await page.goto(screens.url + "/messages")
    for part, value in SUNDAY.items():
        await page.locator(f"#{part}").fill(value)
    await page.get_by_role("button", name="Show that day").click()
    await expect(page.get_by_role("heading", name="Messages that came on Sunday")).to_be_visible()
    await page.get_by_text("When it was received").click()
    for part, value in SUNDAY.items():
        await page.locator(part.replace("on-", "#received_from-")).fill(value)
    await page.get_by_role("button", name="Find").click()
    await expect(page.get_by_text("3 messages that came then, newest first.")).to_be_visible()
