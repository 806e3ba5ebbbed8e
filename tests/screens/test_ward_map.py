"""A ward code is mapped on the screens, by keyboard and without scripts; a refusal loses nothing that was typed."""

import re
from collections.abc import Mapping

import pytest
from playwright.async_api import expect

from tests.screens.conftest import Screens, opened, signed_in
from tests.screens.test_accessibility import look_wide_and_narrow
from tests.screens.test_doors import SAME, client
from tests.screens.test_keyboard import asked, keys, press_on
from tests.screens.windows import Windows

MAPPINGS = "/discharge/v1/hospital/ward-mappings"
NEW = "/messages/ward-codes/new"
FORM = {"code": "SDEC2", "mapping_id": "m-1", "ward_id": "birch", "valid_from-day": "24", "valid_from-month": "11"}
WHOLE = {**FORM, "valid_from-year": "2026"}


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_code_is_mapped_from_the_list_by_keyboard(browser: Windows, screens: Screens, *, scripts: bool) -> None:
    context = await signed_in(browser, screens, "staff-kim", scripts=scripts)
    page = await opened(context, screens.url + "/messages")
    await press_on(page, f"main a[href='{NEW}?code=SDEC2']")
    await keys(page, "#ward_id", "Birch")
    await keys(page, "#reason", "Opened on Monday")
    await press_on(page, "main form.app-form button")
    await page.wait_for_url("**/messages?said=mapped")
    await expect(page.get_by_role("status").first).to_contain_text("who had nobody is named")
    method, where, body, headers = screens.answers.asked[-1]
    assert (method, where.rpartition("/")[0], "if-match" in headers) == ("PUT", MAPPINGS, False)
    assert body == {"code": "SDEC2", "ward_id": "birch", "valid_from": "2026-11-24", "reason": "Opened on Monday"}


async def test_a_mapping_is_changed_and_taken_back_by_keyboard(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-kim")
    page = await opened(context, screens.url + "/messages")
    await press_on(page, "main a[href='/messages/ward-codes/mapping-1']")
    await keys(page, "#valid_until-day", "30")
    await keys(page, "#valid_until-month", "11")
    await keys(page, "#valid_until-year", "2026")
    await press_on(page, "main form[action='/messages/ward-codes/mapping-1'] button")
    await page.wait_for_url("**/messages?said=changed")
    days = {"valid_from": "2026-11-01", "valid_until": "2026-11-30"}
    assert asked(screens) == (f"{MAPPINGS}/mapping-1", {"code": "ASH-OLD", "ward_id": "ash", **days})
    assert screens.answers.asked[-1][3]["if-match"] == '"2"'
    await press_on(page, "main a[href='/messages/ward-codes/mapping-1']")
    await press_on(page, "main form[action$='/take-back'] button")
    await expect(page).to_have_title(re.compile("Error: "))
    await expect(page.locator(".nhsuk-error-summary")).to_contain_text("Enter why it is to be taken back")
    await look_wide_and_narrow(page, "/messages/ward-codes/mapping-1/take-back")
    await keys(page, "#take_back_reason", "A clinic")
    await press_on(page, "main form[action$='/take-back'] button")
    await page.wait_for_url("**/messages?said=taken-back")
    assert asked(screens) == (f"{MAPPINGS}/mapping-1/take-back", {"reason": "A clinic"})
    assert screens.answers.asked[-1][3]["if-match"] == '"2"'


def test_the_list_says_what_each_mapping_does_and_who_made_it(screens: Screens) -> None:
    with client(screens, "staff-kim") as http:
        text = http.get("/messages").text
        screens.answers.away.add(MAPPINGS)
        without = http.get("/messages")
    for said in ("Kim Okoye", "The ward was renumbered", "From 1 December 2026 to 24 December 2026", "Not yet"):
        assert said in text
    for said in ("The setup file says otherwise", "A ward that was closed (elder)", "A clinic, not a ward"):
        assert said in text
    assert (without.status_code, "Kim Okoye" in without.text, "SDEC2" in without.text) == (200, False, True)


def test_a_lead_sees_the_codes_and_whom_to_ask_and_no_form(screens: Screens) -> None:
    with client(screens, "staff-sam") as http:
        text = http.get("/wards").text
        answers = [http.get(path).status_code for path in (f"{NEW}?code=SDEC2", "/messages/ward-codes/mapping-1")]
        posted = http.post(NEW, data=WHOLE, headers=SAME).status_code
    assert "Ask an administrator or an integration engineer to map each to a ward." in text
    assert "/messages/ward-codes" not in text
    assert (answers, posted, [one for one in screens.answers.asked if one[0] == "PUT"]) == ([403, 403], 403, [])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ward_id": ""}, "Choose the ward that the code is"),
        ({"ward_id": "x" * 201}, "Choose the ward that the code is"),
        ({"valid_from-day": ""}, "The first day must include a day"),
        ({"valid_from-year": "1026"}, "The year must be between 2000 and 2199"),
        ({"valid_until-day": "1", "valid_until-month": "1", "valid_until-year": "2026"}, "not be before the first"),
        ({"valid_until-day": "1"}, "The last day must include a month and year"),
        ({"reason": "a\u202eb"}, "none that cannot be seen"),
        ({"code": "a\u0001b"}, "Open the form again from the list"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    screens: Screens, changes: Mapping[str, str], said: str
) -> None:
    with client(screens, "staff-kim") as http:
        answer = http.post(NEW, data={**WHOLE, "reason": "Opened", **changes}, headers=SAME)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert [one for one in screens.answers.asked if one[0] == "PUT"] == []
    assert 'value="m-1"' in answer.text
    assert ('value="birch" selected' in answer.text) == ("ward_id" not in changes)


def test_a_refusal_is_said_and_a_form_sent_twice_is_one_mapping(screens: Screens) -> None:
    overlap: dict[str, object] = {
        "title": "The code is mapped already",
        "detail": "It is Ash ward from 2026-11-01, without end.",
    }
    with client(screens, "staff-kim") as http:
        screens.answers.refuse = (409, overlap)
        refused = http.post(NEW, data=WHOLE, headers=SAME)
        again = http.post(NEW, data=WHOLE, headers=SAME)
    assert (refused.status_code, "without end" in refused.text) == (422, True)
    assert again.headers["location"] == "/messages?said=mapped"
    assert [one[1] for one in screens.answers.asked if one[0] == "PUT"] == [f"{MAPPINGS}/m-1"] * 2


def test_somebody_elses_change_is_said_and_only_then_the_newer_version_is_taken(screens: Screens) -> None:
    path, form = "/messages/ward-codes/mapping-1", {**WHOLE, "code": "ASH-OLD", "version": "1"}
    with client(screens, "staff-kim") as http:
        mistaken = http.post(path, data={**form, "valid_from-day": ""}, headers=SAME)
        screens.answers.refuse = (412, {"title": "Somebody changed this since you read it"})
        stale = http.post(path, data=form, headers=SAME)
    assert 'name="version" value="1"' in mistaken.text
    assert "Somebody changed this while you were typing" in stale.text
    assert 'name="version" value="2"' in stale.text
    assert 'value="birch" selected' in stale.text


def test_there_is_no_form_for_no_code_and_no_page_for_no_mapping(screens: Screens) -> None:
    with client(screens, "staff-kim") as http:
        assert [http.get(path).status_code for path in (NEW, "/messages/ward-codes/nothing")] == [404, 404]
        assert "Save the mapping" not in http.get("/messages/ward-codes/mapping-5").text


@pytest.mark.parametrize("odd", ["\u00e9", "a/b", "", "m" * 65])
def test_an_id_that_can_be_none_is_replaced_by_one(screens: Screens, odd: str) -> None:
    with client(screens, "staff-kim") as http:
        answer = http.post(NEW, data={**WHOLE, "mapping_id": odd}, headers=SAME)
    assert (answer.status_code, answer.headers["location"]) == (303, "/messages?said=mapped")
    assert re.fullmatch(r"[0-9a-f-]{36}", screens.answers.asked[-1][1].rpartition("/")[2])
