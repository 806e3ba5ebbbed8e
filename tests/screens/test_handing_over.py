"""Handing over: the form of who gives, many accepted at once, and a shift that goes on; with and without scripts."""

import httpx2
import pytest
from playwright.async_api import expect

from tests.screens.conftest import Screens, opened, signed_in
from tests.screens.handing import NOTE
from tests.screens.windows import Windows

CASE = "/discharge/v1/cases/case-given"
SAME = {"Sec-Fetch-Site": "same-origin"}
PARTS = {"situation": "s", "matters": "m", "open_tasks": "o", "risks": "r", "next_step": "n"}
SEEN = {"version": "7", "note_version": "0", "encounter_id": "enc-011", "waits": "yes", "once": "abc"}


def joint(day: str, month: str, year: str) -> dict[str, str]:
    return PARTS | {"choice": "joint", "until-day": day, "until-month": month, "until-year": year}


def changes(screens: Screens) -> list[tuple[str, str, object]]:
    return [one[:3] for one in screens.answers.asked if not one[1].endswith(("/pass", "/seen", "/sessions"))]


def without_scripts(screens: Screens, who: str) -> httpx2.Client:
    return httpx2.Client(base_url=screens.url, cookies={"homeward": f"token-{who}"}, trust_env=False, headers=SAME)


async def test_the_giver_finds_the_note_made_corrects_it_and_stays_until_a_day(
    browser: Windows, screens: Screens
) -> None:
    context = await signed_in(browser, screens, "staff-morgan")
    page = await opened(context, screens.url + "/cases/case-given")
    await page.get_by_role("link", name="Write the note, keep, or stay together").press("Enter")
    assert await page.get_by_label("Risks").input_value() == NOTE.risks
    await page.get_by_label("Risks").fill("Falls at night")
    await expect(page.get_by_label("Day", exact=True)).to_be_hidden()
    await page.get_by_label("Together until a day").check()
    for label, typed in (("Day", "27"), ("Month", "11"), ("Year", "2026")):
        await page.get_by_label(label, exact=True).fill(typed)
    await page.get_by_role("button", name="Hand over").press("Enter")
    await page.wait_for_url("**/cases/case-given?said=handed")
    sent, chosen = changes(screens)
    assert sent[:2] == ("PUT", f"{CASE}/hand-over/note")
    assert sent[2] == NOTE.model_dump() | {"risks": "Falls at night"}
    assert chosen == ("POST", f"{CASE}/hand-over", {"choice": "joint", "until": "2026-11-27"})


def test_who_keeps_a_person_says_why_and_sends_no_note(screens: Screens) -> None:
    with without_scripts(screens, "staff-morgan") as http:
        kept = http.post("/cases/case-given/hand-over/note", data=SEEN | {"choice": "keep", "reason": "Nearly home"})
        assert (kept.status_code, kept.headers["location"]) == (303, "/cases/case-given?said=kept")
        assert changes(screens) == [("POST", f"{CASE}/hand-over", {"choice": "keep", "reason": "Nearly home"})]
        silent = http.post("/cases/case-given/hand-over/note", data=SEEN | {"choice": "keep"})
    assert (silent.status_code, "Enter why you keep them" in silent.text) == (422, True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"choice": "transfer"} | PARTS | {"risks": ""}, "Enter risks"),
        (PARTS, "Choose how you hand over"),
        ({"choice": "joint"} | PARTS, "Enter the day"),
        (
            {"choice": "joint", "until-day": "24", "until-month": "11", "until-year": "2026"} | PARTS,
            "must be after today",
        ),
        ({"choice": "joint", "until-day": "1", "until-month": "2", "until-year": "2027"} | PARTS, "within four weeks"),
    ],
)
def test_what_cannot_be_sent_is_said_and_nothing_typed_is_lost(
    screens: Screens, typed: dict[str, str], said: str
) -> None:
    with without_scripts(screens, "staff-morgan") as http:
        answer = http.post("/cases/case-given/hand-over/note", data=SEEN | typed | {"matters": "Her cat Tom"})
    assert (answer.status_code, said in answer.text, "Her cat Tom" in answer.text) == (422, True, True)
    assert changes(screens) == []


def test_a_note_that_somebody_else_sent_meanwhile_is_told_and_nothing_typed_is_lost(screens: Screens) -> None:
    screens.answers.refuse = (412, {"title": "It has changed", "type": "urn:homeward:problem:stale"})
    with without_scripts(screens, "staff-morgan") as http:
        data = SEEN | PARTS | {"choice": "transfer", "matters": "Her cat Tom"}
        answer = http.post("/cases/case-given/hand-over/note", data=data)
    assert answer.status_code == 422
    for words in ("Changed by somebody else", "To South cluster, waiting 2 hours", "Her cat Tom"):
        assert words in answer.text


async def test_a_lead_accepts_those_chosen_and_reads_what_became_of_each(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-sam")
    page = await opened(context, screens.url + "/cluster")
    await expect(page.locator(".app-answer")).to_have_text(
        "1 person has nobody named. 2 hand-overs wait, the longest for 9 hours."
    )
    await page.get_by_role("button", name="Accept those chosen").press("Enter")
    await page.wait_for_url("**/cluster?accepted=1&left=1")
    await expect(page.get_by_text("Accepted: 1 person. Not accepted: 1 person")).to_be_visible()
    assert changes(screens) == [("POST", "/discharge/v1/hand-overs/accept", {"case_ids": ["case-024", "case-012"]})]


async def test_only_those_chosen_are_accepted_at_the_end_of_a_shift(browser: Windows, screens: Screens) -> None:
    context = await signed_in(browser, screens, "staff-morgan")
    page = await opened(context, screens.url + "/shift")
    await page.get_by_role("checkbox", name="JOWETT, Ronald").uncheck()
    await page.get_by_role("button", name="Accept those chosen").press("Enter")
    await page.wait_for_url("**/shift?accepted=1&left=0")
    assert changes(screens) == [("POST", "/discharge/v1/shift-hand-over/accept", {"case_ids": ["case-008"]})]


def test_nobody_chosen_asks_for_nothing_and_no_odd_id_is_asked_for(screens: Screens) -> None:
    with without_scripts(screens, "staff-morgan") as http:
        assert http.post("/shift/accept", data={}).headers["location"] == "/shift"
        assert http.post("/cluster/accept", data={"case_id": ["../x", ""]}).headers["location"] == "/cluster"
    assert changes(screens) == []


SHUT = [("staff-lee", "/cluster"), ("staff-priya", "/shift"), ("staff-lee", "/shift")]


@pytest.mark.parametrize(("who", "path"), SHUT)
def test_who_does_not_co_ordinate_finds_no_such_door(screens: Screens, who: str, path: str) -> None:
    with without_scripts(screens, who) as http:
        assert http.get(path).status_code == 403
        assert f'href="{path}"' not in http.get("/wards").text


def test_who_takes_reads_and_does_not_write(screens: Screens) -> None:
    with without_scripts(screens, "staff-lee") as http:
        page = http.get("/cases/case-012/hand-over/note").text
        assert http.post("/cases/case-012/hand-over/note", data=SEEN | PARTS).status_code == 403
    assert ("<textarea" in page, "Accept hand-over" in page, "Falls at night" in page) == (False, False, True)
