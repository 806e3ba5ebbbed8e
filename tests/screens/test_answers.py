"""The prepared answers are such as the published documents promise: no page is tested against one that cannot be."""

import json
from collections.abc import Iterator
from itertools import product

import httpx2
import pytest

from tests.screens.answers import ROUTES, Answers, app
from tests.screens.contracts import answer_faults, operations

STREAMS = ("/discharge/v1/live", "/notifications/v1/live")
NAMED = {
    "case_id": ("case-006", "case-012", "case-home", "case-died", "case-script", "nobody"),
    "message_id": ("message-0", "message-1", "message-4", "message-8"),
    "cluster_id": ("north", "nowhere"),
    "ward_id": ("ash", "nowhere"),
    "task_id": ("task-0",),
    "alert_id": ("alert-001",),
    "refused_id": ("refused-1",),
    "mapping_id": ("mapping-1", "mapping-5", "mapping-9"),
}
CASE = "/discharge/v1/cases/{case_id}"
MAPPING = "/discharge/v1/hospital/ward-mappings/{mapping_id}"
ASKED: dict[str, dict[str, object]] = {
    "/discharge/v1/sessions": {"staff_id": "staff-morgan"},
    "/discharge/v1/sessions/pass": {"token": "token-staff-morgan"},
    "/discharge/v1/sessions/end": {"token": "token-staff-morgan"},
    f"{CASE}/reviews": {"meets_criteria": False, "encounter_id": "enc-006"},
    f"{CASE}/expected-dates": {"expected_on": "2026-11-28"},
    f"{CASE}/pathway": {"pathway": "P1"},
    f"{CASE}/tasks": {"title": "Key safe fitted", "owner_profession": "HSW"},
    f"{CASE}/tasks/{{task_id}}": {"status": "done"},
    f"{CASE}/coordinator": {"coordinator_id": "staff-sam", "reason": "Back from leave"},
    f"{CASE}/hand-over/accept": {},
    f"{CASE}/hand-over": {"choice": "joint", "until": "2026-11-28"},
    f"{CASE}/hand-over/note": dict.fromkeys(("situation", "matters", "open_tasks", "risks", "next_step"), "As said"),
    "/discharge/v1/hand-overs/accept": {"case_ids": ["case-012", "case-024"]},
    "/discharge/v1/shift-hand-over/accept": {"case_ids": ["case-008"]},
    f"{CASE}/record": {"content": {"kind": "note", "text": "Slept well"}},
    MAPPING: {"code": "B4", "ward_id": "birch", "valid_from": "2026-11-01"},
    f"{MAPPING}/take-back": {"reason": "A clinic, not a ward"},
    "/notifications/v1/alerts/{alert_id}/acknowledge": {"version": 2},
    "/admissions/v1/merges/{message_id}/set-aside": {"reason": "They are two people"},
    "/admissions/v1/merges/{message_id}/believe": {"reason": "They are one person"},
    "/admissions/v1/messages/search": {"control_id": "00012345"},
    "/admissions/v1/replays/preview": {"outcome": "quarantined"},
    "/admissions/v1/replays": {"selection": {"outcome": "quarantined"}, "stamp": "5" * 64, "reason": "A change"},
    "/admissions/v1/messages/{message_id}/discard": {"reason": "A test of the feed"},
}
QUERIES = ("", "?filter=can_go&outcome=applied&unmasked=true")
STATES = ({}, {"empty": True}, {"late": True}, {"night": True})
WATCHER = {"Authorization": "Bearer watcher"}
MINIMAL = {"Prefer": "return=minimal"}


def _addresses(path: str) -> Iterator[str]:
    """A path with each of the names that can stand in it."""
    name = next((one for one in NAMED if f"{{{one}}}" in path), None)
    if name is None:
        yield from (path + query for query in QUERIES)
        return
    for value in NAMED[name]:
        yield from _addresses(path.replace(f"{{{name}}}", value))


@pytest.mark.parametrize("path", [path for path, _ in ROUTES])
def test_an_answer_is_for_what_is_published(path: str) -> None:
    assert operations(path), "no document knows this path"


@pytest.mark.parametrize("path", [path for path, _ in ROUTES if path not in STREAMS])
async def test_each_answer_is_as_its_document_says(path: str) -> None:
    state = Answers()
    there = httpx2.ASGITransport(app=app(state))
    answers: dict[tuple[str, int, str, bytes], str] = {}
    async with httpx2.AsyncClient(transport=there, base_url="http://127.0.0.1", headers=WATCHER) as client:
        for changed in STATES:
            state.reset()
            for name, value in changed.items():
                setattr(state, name, value)
            for method, address, headers in product(operations(path), _addresses(path), ({}, MINIMAL)):
                body = json.dumps(ASKED[path]) if path in ASKED and method != "GET" else None
                answer = await client.request(method, address, content=body, headers=headers)
                kind = answer.headers.get("content-type", "")
                answers[method, answer.status_code, kind, answer.content] = f"{method} {address}"
    found = {address: list(answer_faults(path, *one))[:3] for one, address in answers.items()}
    assert {address: faults for address, faults in found.items() if faults} == {}
    assert any(status < 300 for _, status, _, _ in answers), "nothing but refusals was looked at"


async def test_what_is_refused_at_its_door_is_refused_here() -> None:
    """Every change in the documents has its method: a page that asked by another would be told so."""
    there = httpx2.ASGITransport(app=app(Answers()))
    async with httpx2.AsyncClient(transport=there, base_url="http://127.0.0.1") as client:
        for path, _ in ROUTES:
            for method in {"GET", "POST", "PATCH", "PUT", "DELETE"} - operations(path).keys():
                answer = await client.request(method, path.replace("{", "").replace("}", ""))
                assert answer.status_code in (404, 405), f"{method} {path}"


async def test_a_change_that_could_not_be_asked_for_is_refused() -> None:
    there = httpx2.ASGITransport(app=app(Answers()))
    path = "/discharge/v1/cases/case-006/pathway"
    async with httpx2.AsyncClient(transport=there, base_url="http://127.0.0.1") as client:
        for body, status in (({"pathway": "P1"}, 200), ({"pathway": "P9"}, 422), ({}, 422), (None, 422)):
            answer = await client.post(path, content=json.dumps(body) if body is not None else None)
            assert answer.status_code == status, body
