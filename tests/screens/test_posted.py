"""Whatever is posted or asked of a page: a page says what is wrong, no service is blamed for it."""

import re

import httpx2
import pytest

from services.screens.clients import Refused, cases
from services.screens.refusal import Refusal
from tests.screens.conftest import Screens
from tests.screens.test_accessibility import PAGES
from tests.screens.test_doors import SAME, client
from tests.screens.test_handing_over import SEEN

ODD = [
    ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, "without a boundary"),
    ({"content": b"--b\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=b"}}, "broken"),
    ({"files": {"version": ("a.txt", b"3")}}, "with a file"),
    ({"content": b"&".join(b"f%d=1" % n for n in range(101))}, "101 fields"),
    ({"content": b"version=3&version=4&meets_criteria=no&meets_criteria=yes"}, "two answers to one question"),
    ({"content": b"version=3;version=4&version=5"}, "semicolons between fields"),
    ({"content": b'{"version": 3}', "headers": {"Content-Type": "application/json"}}, "JSON"),
]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


_DATE = {"expected_on-day": "5", "expected_on-month": "12", "expected_on-year": "2026"}


def _post(http: httpx2.Client, path: str, given: dict[str, object]) -> httpx2.Response:
    headers = SAME | (FORM if "files" not in given else {}) | dict(given.get("headers", {}))  # type: ignore[call-overload]
    return http.post(path, **{**given, "headers": headers})  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [given for given, _ in ODD], ids=[words for _, words in ODD])
@pytest.mark.parametrize("path", ["/sign-in", "/cases/case-001/review", "/cases/case-001/tasks/task-1/done"])
def test_what_is_no_form_of_ours_is_said_to_be_none(screens: Screens, path: str, given: dict[str, object]) -> None:
    with client(screens, None if path == "/sign-in" else "staff-morgan") as http:
        answer = _post(http, path, given)
    assert (answer.status_code, "This form could not be read" in answer.text) == (400, True)
    assert [one for one in screens.answers.asked if "sessions" not in one[1]] == []


def test_no_form_of_a_page_asks_one_question_twice(screens: Screens) -> None:
    """Radios and checkboxes apart, which are one question in several marks."""
    for who, path in PAGES:
        with client(screens, who) as http:
            text = http.get(path).text
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL):
            marks = re.findall(r"<(?:input|select|textarea)\b[^>]*>", form)
            asked = [mark for mark in marks if not re.search(r'type="(?:radio|checkbox|submit)"', mark)]
            names = [name for mark in asked for name in re.findall(r'\bname="([^"]+)"', mark)]
            assert len(names) == len(set(names)), (path, names)


@pytest.mark.parametrize("version", ["%C3%BF", "%ED%A0%80", "%00", "3%0D%0AX-Y:1", '"', "-1", "1e3", "%D9%A3"])
@pytest.mark.parametrize("path", ["/cases/case-001/tasks/task-1/done", "/cases/case-001/expected-date"])
def test_what_is_no_version_is_a_version_nobody_saw(screens: Screens, path: str, version: str) -> None:
    with client(screens, "staff-morgan") as http:
        body = f"version={version}&once={version}&expected_on-day=5&expected_on-month=12&expected_on-year=2026"
        answer = http.post(path, content=body.encode(), headers=SAME | FORM)
    assert answer.status_code == 303
    (asked,) = [one for one in screens.answers.asked if "sessions" not in one[1]]
    assert asked[3]["if-match"] == '"0"'
    assert asked[3].get("idempotency-key") in (None, version)


@pytest.mark.parametrize(
    ("path", "typed", "was", "seen"),
    [
        ("expected-date", _DATE, {"expected_was": "2026-11-26"}, "expected-2026-11-26"),
        ("expected-date", _DATE, {"expected_was": ""}, "expected-none"),
        ("expected-date", _DATE, {"expected_was": '2026"\r\nX: 1'}, "0"),
        ("expected-date", _DATE, {}, "7"),
        ("pathway", {"pathway": "P1"}, {"pathway_was": "P2"}, "pathway-P2"),
        ("pathway", {"pathway": "P1"}, {"pathway_was": ""}, "pathway-none"),
        ("pathway", {"pathway": "P1"}, {}, "7"),
    ],
)
def test_a_form_is_held_to_what_it_asks_about_and_to_the_stay(
    screens: Screens, path: str, typed: dict[str, str], was: dict[str, str], seen: str
) -> None:
    with client(screens, "staff-morgan") as http:
        data = {**typed, **was, "version": "7", "encounter_id": "enc-006"}
        assert http.post(f"/cases/case-006/{path}", data=data, headers=SAME).status_code == 303
    (asked,) = [one for one in screens.answers.asked if "sessions" not in one[1]]
    assert asked[3]["if-match"] == f'"{seen}"'
    assert screens.answers.about[-1:] == (["enc-006"] if was else [])


@pytest.mark.parametrize("about", ["", "<", "\u0663"])
@pytest.mark.parametrize(
    ("who", "path", "typed"),
    [
        ("staff-morgan", "/cases/case-006/review", {"meets_criteria": "no"}),
        ("staff-morgan", "/cases/case-006/record/note", {"text": "Slept well"}),
        ("staff-lee", "/wards/ash/beds/case-006", {"meets_criteria": "no"}),
    ],
)
def test_a_form_that_does_not_say_whom_it_is_about_is_not_complete(
    screens: Screens, who: str, path: str, typed: dict[str, str], about: str
) -> None:
    with client(screens, who) as http:
        answer = http.post(path, data={**typed, "encounter_id": about}, headers=SAME)
    assert (answer.status_code, "Open the case again: this form was not complete" in answer.text) == (422, True)
    assert [one for one in screens.answers.asked if "sessions" not in one[1]] == []


def test_an_address_a_service_cannot_read_is_no_page(screens: Screens, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: object, **__: object) -> None:
        raise Refused(Refusal(422, "not-valid", "The request is not valid"))

    monkeypatch.setattr(cases, "people", refused)
    with client(screens, "staff-morgan") as http:
        answer = http.get("/people?from=<script>")
    assert (answer.status_code, "Page not found" in answer.text) == (404, True)


def test_sign_out_has_the_browser_forget(screens: Screens) -> None:
    with client(screens, "staff-morgan") as http:
        answer = http.post("/sign-out", headers=SAME)
    assert (answer.status_code, answer.headers["clear-site-data"]) == (303, '"cache", "storage"')


def test_after_sign_out_the_pass_that_was_held_opens_nothing(screens: Screens) -> None:
    def passes() -> int:
        return len([one for one in screens.answers.asked if one[1].endswith("/sessions/pass")])

    with client(screens, "staff-lee") as http:
        http.get("/wards")
        asked = passes()
        http.post("/sign-out", headers=SAME)
    with client(screens, "staff-lee") as thief:
        thief.get("/wards")
    assert passes() == asked + 1, "the session is asked about again"


IN_FLIGHT: tuple[int, dict[str, object]] = (
    409,
    {"type": "urn:homeward:problem:key-in-flight", "title": "The first is still being worked on"},
)


def test_a_form_pressed_twice_has_the_answer_of_the_first_press(screens: Screens) -> None:
    screens.answers.refuse = IN_FLIGHT
    kept = SEEN | {"choice": "keep", "reason": "Nearly home", "once": "k-1"}
    with client(screens, "staff-morgan") as http:
        answer = http.post("/cases/case-given/hand-over/note", data=kept, headers=SAME)
    assert answer.status_code == 303
    asked = [one for one in screens.answers.asked if "sessions" not in one[1]]
    assert [one[3].get("idempotency-key") for one in asked] == ["k-1-choice"] * 2


def test_what_was_sent_to_a_service_that_is_away_is_not_said_to_be_kept(screens: Screens) -> None:
    screens.answers.away.add("/discharge/v1/cases/case-001/tasks")
    with client(screens, "staff-morgan") as http:
        answer = http.post("/cases/case-001/tasks/task-1/done", data={"version": "7"}, headers=SAME)
    assert answer.status_code == 503
    assert "may not be saved" in answer.text
    assert "Nothing you recorded is lost" not in answer.text
