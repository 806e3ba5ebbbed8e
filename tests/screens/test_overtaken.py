"""Somebody else was quicker: what was typed stays, and what was left as it was read is as it is now."""

import re

import pytest

from services.screens.presenters.codes import PATHWAYS
from shared.contracts.cases import Pathway
from tests.screens.conftest import Screens
from tests.screens.test_doors import SAME, client

STALE: tuple[int, dict[str, object]] = (412, {"type": "urn:homeward:problem:version-stale"})
TASK = "/cases/case-006/tasks/task-0"
BED = "/wards/ash/beds/case-006"
READ = {"owner_was": "", "profession_was": "HSW", "status_was": "open", "pathway_was": "P1"}
"""As the form was read: since then Asha Patel of the hub has the task, which waits, and the pathway is another."""


def chosen(page: str, name: str) -> str:
    """What stands in a list of a page."""
    found = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)
    assert found is not None, name
    picked = re.search(r'value="([^"]*)" selected', found[0])
    return picked[1] if picked else ""


def posted(page: str, name: str) -> str | None:
    """What a page posts unseen by a name."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    return found[1] if found else None


def dated(page: str, name: str) -> str:
    """The date that stands in a page: day, month and year."""
    fields = (re.search(rf'<input[^>]*id="{name}-{part}"[^>]*>', page) for part in ("day", "month", "year"))
    values = (re.search(r' value="([^"]*)"', field[0]) if field else None for field in fields)
    return " ".join(value[1] if value else "" for value in values).strip()


def date_typed(name: str, day: str, month: str) -> dict[str, str]:
    """A day of 2026 as a browser posts it."""
    return {f"{name}-day": day, f"{name}-month": month, f"{name}-year": "2026"}


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ({"owner_id": "", "owner_profession": "HSW"}, ("staff-asha", "HUB")),
        ({"owner_id": "staff-sam", "owner_profession": "PHA"}, ("staff-sam", "PHA")),
    ],
)
def test_a_task_that_was_given_meanwhile_is_not_taken_back_unasked(
    screens: Screens, typed: dict[str, str], stands: tuple[str, str]
) -> None:
    screens.answers.refuse = STALE
    with client(screens, "staff-morgan") as http:
        answer = http.post(TASK, data={**READ, "status": "open", "due": "tomorrow", **typed}, headers=SAME)
    assert answer.status_code == 422
    assert (chosen(answer.text, "owner_id"), chosen(answer.text, "owner_profession")) == stands
    assert re.search(r'name="status"[^>]*value="waiting_external" checked', answer.text)
    assert re.search(r'name="due"[^>]*value="tomorrow" checked', answer.text)


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ({"owner_id": "", "pathway": "P1", "step": "started"}, ("staff-asha", "", "started")),
        ({"owner_id": "staff-sam", "pathway": "P3", "step": ""}, ("staff-sam", "P3", "")),
    ],
)
def test_nor_is_anything_of_a_bed_of_the_round(
    screens: Screens, typed: dict[str, str], stands: tuple[str, str, str]
) -> None:
    screens.answers.refuse = STALE
    with client(screens, "staff-lee") as http:
        answer = http.post(BED, data={**READ, "meets_criteria": "no", "encounter_id": "e", **typed}, headers=SAME)
    assert answer.status_code == 422, answer.text
    assert tuple(chosen(answer.text, name) for name in ("owner_id", "pathway", "step")) == stands


@pytest.mark.parametrize("wrong", [{}, {"expected_on-day": "31", "expected_on-month": "2"}])
@pytest.mark.parametrize(("step", "owner_id"), [("done", ""), ("", "staff-sam")])
def test_what_was_chosen_of_a_next_step_is_not_chosen_of_the_one_that_took_its_place(
    screens: Screens, step: str, owner_id: str, wrong: dict[str, str]
) -> None:
    rest = {"pathway": "P1", "encounter_id": "e", "task_id": "task-9", "task_version": "5", **wrong}
    screens.answers.refuse = None if wrong else (409, {"title": "It is over"})
    with client(screens, "staff-lee") as http:
        answer = http.post(BED, data={**READ, **rest, "step": step, "owner_id": owner_id}, headers=SAME)
    assert answer.status_code == 422
    assert ("It is over" in answer.text) == (not wrong)
    assert (chosen(answer.text, "step"), chosen(answer.text, "owner_id")) == ("", "staff-asha")
    assert "The next step is another now. Next step: " in answer.text
    assert "What you chose for the one before was not saved." in answer.text
    now_read = {"task_id": "task-0", "task_version": "3", "owner_was": "staff-asha", "profession_was": "HUB"}
    assert {name: posted(answer.text, name) for name in now_read} == now_read


def test_what_was_chosen_of_a_next_step_that_is_still_the_next_stays(screens: Screens) -> None:
    screens.answers.refuse = STALE
    rest = {"pathway": "P1", "encounter_id": "e", "task_id": "task-0", "step": "done", "owner_id": ""}
    with client(screens, "staff-lee") as http:
        answer = http.post(BED, data={**READ, **rest}, headers=SAME)
    assert (chosen(answer.text, "step"), "is another now" in answer.text) == ("done", False)
    said = answer.text.partition("Changed by somebody else")[2].partition("</div>")[0]
    assert "Who has it? It is now Asha Patel" in said


@pytest.mark.parametrize(("day", "stands"), [("28", ""), ("29", "29")])
def test_a_date_that_was_taken_back_meanwhile_is_not_set_again_unasked(screens: Screens, day: str, stands: str) -> None:
    screens.answers.refuse = STALE
    date = {"expected_was": "2026-11-28", "expected_on-month": "11", "expected_on-year": "2026", "expected_on-day": day}
    rest = {"pathway": "P1", "meets_criteria": "no", "encounter_id": "e"}
    with client(screens, "staff-lee") as http:
        answer = http.post(BED, data={**READ, **date, **rest}, headers=SAME)
    assert answer.status_code == 422
    field = re.search(r'<input[^>]*id="expected_on-day"[^>]*>', answer.text)
    assert field is not None
    value = re.search(r' value="([^"]*)"', field[0])
    assert (value[1] if value else "") == stands


@pytest.mark.parametrize(("day", "stands"), [("28", "26 11 2026"), ("29", "29 11 2026")])
def test_a_date_that_was_set_meanwhile_is_said_and_not_set_back_unasked(
    screens: Screens, day: str, stands: str
) -> None:
    screens.answers.refuse = STALE
    typed = {**date_typed("expected_on", day, "11"), "expected_was": "2026-11-28", "reason": "Home care"}
    with client(screens, "staff-morgan") as http:
        answer = http.post("/cases/case-006/expected-date", data={**typed, "encounter_id": "e"}, headers=SAME)
    assert (answer.status_code, dated(answer.text, "expected_on")) == (422, stands)
    assert 'value="Home care"' in answer.text
    assert "It is now 26 November 2026. Morgan Hale said so" in answer.text
    assert posted(answer.text, "expected_was") == "2026-11-26"


@pytest.mark.parametrize(("pathway", "stands"), [("P1", "P2"), ("P3", "P3")])
def test_nor_is_a_pathway(screens: Screens, pathway: str, stands: str) -> None:
    screens.answers.refuse = STALE
    typed = {"pathway": pathway, "pathway_was": "P1", "encounter_id": "e"}
    with client(screens, "staff-morgan") as http:
        answer = http.post("/cases/case-007/pathway", data=typed, headers=SAME)
    assert answer.status_code == 422
    assert re.findall(r'name="pathway"[^>]*value="([^"]*)" checked', answer.text) == [stands]
    assert f"It is now {PATHWAYS[Pathway.P2]}." in answer.text
    assert posted(answer.text, "pathway_was") == "P2"


def test_another_change_of_the_case_is_said_to_be_another(screens: Screens) -> None:
    screens.answers.refuse = STALE
    typed = {**date_typed("expected_on", "29", "11"), "expected_was": "2026-11-26", "encounter_id": "e"}
    with client(screens, "staff-morgan") as http:
        answer = http.post("/cases/case-006/expected-date", data=typed, headers=SAME)
    assert "Something else of the case was changed." in answer.text
    assert "It is now" not in answer.text


def test_a_mistake_does_not_make_what_is_new_what_was_read(screens: Screens) -> None:
    typed = {**date_typed("expected_on", "", ""), "expected_was": "", "version": "3", "encounter_id": "e"}
    with client(screens, "staff-morgan") as http:
        answer = http.post("/cases/case-006/expected-date", data=typed, headers=SAME)
    assert (posted(answer.text, "expected_was"), posted(answer.text, "version")) == ("", "3")


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ({"ward_id": "birch", **date_typed("valid_from", "2", "11")}, ("ash", "1 11 2026")),
        ({"ward_id": "cedar", **date_typed("valid_from", "03", "11")}, ("cedar", "03 11 2026")),
    ],
)
def test_nor_is_the_ward_of_a_code(screens: Screens, typed: dict[str, str], stands: tuple[str, str]) -> None:
    screens.answers.refuse = STALE
    read = {"code": "ASH-OLD", "version": "1", "ward_was": "birch", "first_was": "2026-11-02", "last_was": ""}
    with client(screens, "staff-kim") as http:
        data = {**read, **typed, **date_typed("valid_until", "30", "11")}
        answer = http.post("/messages/ward-codes/mapping-1", data=data, headers=SAME)
    assert answer.status_code == 422
    assert (chosen(answer.text, "ward_id"), dated(answer.text, "valid_from")) == stands
    assert dated(answer.text, "valid_until") == "30 11 2026"
    assert "Changed by Kim Okoye, " in answer.text.partition("Changed by somebody else")[2].partition("</div>")[0]
    assert "Which ward is it? It is now Ash ward" in answer.text
    assert "From which day? It is now 1 November 2026." in answer.text
    now_read = {"version": "2", "ward_was": "ash", "first_was": "2026-11-01", "last_was": ""}
    assert {name: posted(answer.text, name) for name in now_read} == now_read
