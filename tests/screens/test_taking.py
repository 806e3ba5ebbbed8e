"""A person for whom nobody is named is taken, by whoever takes cases, from the page of the case."""

import re

import pytest

from services.screens.pages.case import TAKEN_BECAUSE
from tests.screens.conftest import Screens
from tests.screens.test_doors import SAME, client
from tests.screens.test_flows import last

NOBODYS, HELD = "/cases/case-018", "/cases/case-006"
BUTTON = "I take this case"


@pytest.mark.parametrize(
    ("who", "path", "offered"),
    [
        ("staff-morgan", NOBODYS, True),
        ("staff-sam", NOBODYS, True),
        ("staff-lee", NOBODYS, False),
        ("staff-priya", NOBODYS, False),
        ("staff-morgan", HELD, False),
    ],
)
def test_who_takes_cases_is_offered_what_nobody_has(screens: Screens, who: str, path: str, *, offered: bool) -> None:
    with client(screens, who) as http:
        answer = http.get(path)
    assert answer.status_code == 200
    assert (BUTTON in answer.text) is offered


def test_taking_a_case_asks_for_it_as_it_was_read(screens: Screens) -> None:
    with client(screens, "staff-morgan") as http:
        page = http.get(NOBODYS).text
        version = re.search(rf'{NOBODYS}/take".*?name="version" value="(\d+)"', page, re.DOTALL)
        assert version is not None
        answer = http.post(f"{NOBODYS}/take", data={"version": version[1]}, headers=SAME)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{NOBODYS}?said=taken")
        method, path, body, headers = last(screens)
        said = http.get(answer.headers["location"]).text
    assert (method, path) == ("POST", "/discharge/v1/cases/case-018/coordinator")
    assert body == {"coordinator_id": "staff-morgan", "reason": TAKEN_BECAUSE}
    assert headers["if-match"] == f'"{version[1]}"'
    assert "You are the named co-ordinator now." in said


@pytest.mark.parametrize(
    "refused",
    [(412, {"type": "urn:homeward:problem:version-stale"}), (403, {"type": "urn:homeward:problem:not-allowed"})],
)
def test_whoever_was_there_first_keeps_it(screens: Screens, refused: tuple[int, dict[str, object]]) -> None:
    screens.answers.refuse = refused
    with client(screens, "staff-morgan") as http:
        answer = http.post(f"{NOBODYS}/take", data={"version": "1"}, headers=SAME)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{NOBODYS}?said=overtaken")
        screens.answers.refuse = None
        assert "Somebody was there first" in http.get(answer.headers["location"]).text


def test_nobody_else_may_take_one(screens: Screens) -> None:
    with client(screens, "staff-priya") as http:
        assert http.post(f"{NOBODYS}/take", data={"version": "1"}, headers=SAME).status_code == 403
