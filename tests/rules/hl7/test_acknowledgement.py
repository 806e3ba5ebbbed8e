"""Acknowledgements: modes, versions, and that nothing a sender wrote can leave its place."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hl7apy import load_library
from hypothesis import given
from hypothesis import strategies as st

from shared.hl7.acknowledgement import Condition, Outcome, Problem, acknowledge, code
from shared.hl7.framing import Decoder, frame
from shared.hl7.header import read_header

SAMPLES = Path(__file__).parent / "samples"
AT = datetime(2026, 3, 29, 0, 30, 1, tzinfo=UTC)
HEAD = b"MSH|^~\\&|PAS|RZZ|HOMEWARD|RZZ|20260329003000||ADT^A01^ADT_A01|%s|P|%s"
MISSING = Problem(Condition.FIELD_MISSING, "Required field missing", "PID", 3)


def answered(raw: bytes, outcome: Outcome, problem: Problem | None = None, control_id: str = "H0000001") -> bytes:
    return acknowledge(read_header(raw), outcome, at=AT, control_id=control_id, problem=problem)


def test_it_is_the_sample_of_the_domain_reference() -> None:
    sent = HEAD % (b"C0000001", b"2.4")
    assert answered(sent, Outcome.ACCEPTED) == (SAMPLES / "ack-accepted.hl7").read_bytes()
    assert (
        answered(sent, Outcome.ERROR, MISSING, "H0000002")
        .split(b"\r")[1]
        .startswith(b"MSA|AE|C0000001|Required field missing|||101^Required field missing^HL70357")
    )
    assert answered(sent, Outcome.ERROR, MISSING, "H0000002").split(b"\r")[2] == (
        b"ERR|PID^1^3^101&Required field missing&HL70357"
    )


def test_a_commit_reject_of_2_5() -> None:
    problem = Problem(Condition.UNSUPPORTED_VERSION, "Unsupported version id", "MSH", 12)
    sent = HEAD % (b"C0000001", b"2.5") + b"|||AL|NE"
    assert answered(sent, Outcome.REJECTED, problem, "H0000003") == (SAMPLES / "ack-reject.hl7").read_bytes()


WANTED = ("", '""', "AL", "NE", "ER", "SU")
ANSWERS = {
    "": "AA AE AR, AA AE AR, AA AE AR, -- -- --, -- AE AR, AA -- --",
    '""': "AA AE AR, AA AE AR, AA AE AR, -- -- --, -- AE AR, AA -- --",
    "AL": "CA CE CR, CA CE CR, CA CE CR, CA CE CR, CA CE CR, CA CE CR",
    "NE": "-- -- --, -- -- --, AA AE AR, -- -- --, -- AE AR, AA -- --",
    "ER": "-- CE CR, -- CE CR, AA CE CR, -- CE CR, -- CE CR, AA CE CR",
    "SU": "CA -- --, CA -- --, CA AE AR, CA -- --, CA AE AR, CA -- --",
}
"""By MSH-15, for each MSH-16 of `WANTED`: what is answered if accepted, errored, rejected; `--` is no answer."""


@pytest.mark.parametrize("accept", WANTED)
@pytest.mark.parametrize("application", WANTED)
def test_modes(accept: str, application: str) -> None:
    header = read_header(HEAD % (b"C1", b"2.4") + f"|||{accept}|{application}\r".encode())
    expected = ANSWERS[accept].split(", ")[WANTED.index(application)].replace("--", "").split(" ")
    assert [code(header, outcome) for outcome in Outcome] == expected


@pytest.mark.parametrize(("version", "kind"), [(b"2.3", b"ACK"), (b"2.4", b"ACK^A01^ACK"), (b"2.9", b"ACK^A01^ACK")])
def test_the_type_by_version(version: bytes, kind: bytes) -> None:
    assert answered(HEAD % (b"C1", version), Outcome.ACCEPTED).split(b"|")[8] == kind


BEFORE_2_5 = (
    "|Required field missing|||101^Required field missing^HL70357",
    "ERR|PID^1^3^101&Required field missing&HL70357",
)
FROM_2_5 = ("", "ERR||PID^1^3|101^Required field missing^HL70357|E")


@pytest.mark.parametrize(
    ("version", "more", "err"),
    [
        ("2.1", "|Required field missing", "ERR|PID^1^3^101"),
        *((version, *BEFORE_2_5) for version in ("2.2", "2.3", "2.3.1", "2.4")),
        *((version, *FROM_2_5) for version in ("2.5", "2.5.1", "2.6", "2.7", "2.8")),
    ],
)
def test_a_refusal_is_told_in_the_form_of_each_version(version: str, more: str, err: str) -> None:
    """Beside the form decided by hand: no field stands where hl7apy has none in that version."""
    _, *rest, _ = answered(HEAD % (b"C1", version.encode()), Outcome.ERROR, MISSING).decode().split("\r")
    assert rest == [f"MSA|AE|C1{more}", err]
    for line in rest:
        name, *fields = line.split("|")
        known = load_library(version).SEGMENTS[name][1]
        there = {int(field.rpartition("_")[2]) for field, reference, *_ in known if reference[2] != "WD"}
        assert {number for number, told in enumerate(fields, 1) if told} <= there


def test_no_header_is_rejected_with_nothing_echoed() -> None:
    assert acknowledge(None, Outcome.REJECTED, at=AT, control_id="H1").endswith(b"\rMSA|AR|\r")


def test_a_long_control_id_is_cut_and_components_in_it_are_verbatim() -> None:
    assert answered(HEAD % (b"x" * 300, b"2.4"), Outcome.ACCEPTED).endswith(b"|" + b"x" * 199 + b"\r")
    assert answered(HEAD % (b"A^B~C\\F\\", b"2.4"), Outcome.ACCEPTED).endswith(b"MSA|AA|A^B~C\\F\\\r")


@given(sent=st.binary(max_size=120), outcome=st.sampled_from(list(Outcome)), told=st.booleans())
def test_nothing_sent_can_add_a_segment_or_end_the_block(sent: bytes, outcome: Outcome, *, told: bool) -> None:
    answer = answered(b"MSH|^~\\&|" + sent, outcome, MISSING if told else None)
    if answer:
        assert answer.count(b"\r") == answer.count(b"\rMSA") + answer.count(b"\rERR") + 1 == (3 if told else 2)
        assert Decoder(10_000).feed(frame(answer)) == [answer]
