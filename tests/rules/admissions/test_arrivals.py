"""What is turned away at the door, before anything is acknowledged as kept."""

from datetime import UTC, datetime

import pytest

from services.admissions.arrivals import Rejection, of_er7

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
ONE = b"MSH|^~\\&|PAS|RZZ|HOMEWARD|RZZ|20260105080000||ADT^A01|C1|P|2.4\rPID|1||H1^^^RZZ^MR\r"


def rejected(raw: bytes) -> Rejection | None:
    return of_er7(raw, trust="RZZ", feed="mllp", received_at=AT, processing_id="P").rejected


def test_one_message_is_taken() -> None:
    assert rejected(ONE) is None


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_two_messages_in_one_are_a_batch(end: bytes) -> None:
    assert rejected(ONE.rstrip(b"\r") + end + ONE.replace(b"C1", b"C2")) is Rejection.BATCH


def test_a_word_that_begins_like_a_header_is_no_second_message() -> None:
    assert rejected(ONE + b"NTE|1||a line\rMSHX|said\r") is None
