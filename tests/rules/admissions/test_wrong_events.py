"""What the reason of a wrong JSON event says: the first places and their faults, never what was sent."""

import json
import tracemalloc
from datetime import UTC, datetime

import pytest

from services.admissions.model import Feed, Quarantined
from services.admissions.model.messages import KeptMessage
from services.admissions.rules.reading import read_kept

AT = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
SECRET = "SMITH 9990000018"
EVENT: dict[str, object] = {
    "control_id": "J1",
    "sending_application": "PAS",
    "sending_facility": "RZZ",
    "trigger": "A01",
    "recorded_at": "2026-03-02T09:00:00Z",
    "person": {"mrn": "H1", "mrn_issuer": "RZZ"},
}
UNKNOWN = "A field here is not one that is known."


def reason(raw: bytes) -> str:
    told = read_kept(
        KeptMessage("m1", "kafka", "", "", "", "s", "application/json", raw, AT), Feed("kafka", "RZZ")
    ).read
    assert isinstance(told, Quarantined)
    assert told.code == "event-not-valid"
    before, _, why = told.reason.partition(": ")
    assert before == "the JSON is not an ADT event"
    return why


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({SECRET: SECRET}, f"body: {UNKNOWN}"),
        ({"person": {"mrn": "H1", "mrn_issuer": "RZZ", SECRET: 1}}, f"body.person: {UNKNOWN}"),
        ({"trigger": SECRET}, "body.trigger: String should match pattern '^[A-Z][0-9A-Z]{2}$'."),
        ({"person": SECRET}, "body.person: Input should be a valid dictionary or instance of AdtPerson."),
        ({"person": {"mrn_issuer": "RZZ"}}, "body.person.mrn: Field required."),
        (
            {SECRET: 1, "x": 2, "y": 3, "control_id": 7, "recorded_at": SECRET},
            (
                "body.control_id: Input should be a valid string. "
                "body.recorded_at: Input should be a valid datetime or date, invalid character in year. "
                f"body: {UNKNOWN} 2 more are wrong."
            ),
        ),
        ({str(number): SECRET for number in range(5000)}, "5000 places in it are wrong."),
    ],
)
def test_places_and_faults_are_named_and_nothing_that_was_sent(wrong: dict[str, object], why: str) -> None:
    assert reason(json.dumps(EVENT | wrong).encode()) == why


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (json.dumps(EVENT).encode()[:40], "The body is not JSON (at character 21)."),
        (json.dumps(EVENT | {"born": float("nan")}).encode(), "NaN and Infinity are not JSON numbers."),
        (json.dumps([EVENT]).encode(), "body: Input should be a valid dictionary or instance of AdtEvent."),
        (b'{"x": 1, "x": 2}', "A key stands twice in one object."),
    ],
)
def test_what_is_no_json_or_no_object_says_so(raw: bytes, why: str) -> None:
    assert reason(raw) == why


def test_an_event_of_nothing_but_wrong_fields_takes_no_more_memory_than_to_count_them() -> None:
    raw = json.dumps({str(number): 0 for number in range(200_000)}).encode()
    tracemalloc.start()
    try:
        assert reason(raw) == "200006 places in it are wrong."
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 30 * len(raw)
