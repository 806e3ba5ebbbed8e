"""Nothing about a person gets into a log line."""

import json
from collections.abc import Iterator

import pytest
import structlog

from shared.observability import configure_logging

CANARY = "Zebedee-Canary 9990000018"


@pytest.fixture(autouse=True)
def _reset() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_fields_that_hold_a_person_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")
    structlog.get_logger().warning("kept", family=CANARY, nhs_number=CANARY, raw=CANARY, encounter="e-1")
    line = json.loads(capsys.readouterr().err)
    assert CANARY not in str(line)
    assert line["encounter"] == "e-1"


def test_of_an_exception_the_kind_is_kept_and_the_words_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")
    try:
        try:
            {}[CANARY]
        except KeyError as cause:
            raise ValueError(f"cannot read {CANARY}") from cause
    except ValueError:
        structlog.get_logger().exception("failed")
    line = capsys.readouterr().err
    assert CANARY not in line
    assert [one["kind"] for one in json.loads(line)["exception"]] == ["ValueError", "KeyError"]
