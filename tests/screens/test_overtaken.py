"""Somebody else was quicker: what was typed stays, and what was left as it was read is as it is now."""

import re

import pytest

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
