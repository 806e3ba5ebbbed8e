"""Admissions of invented people, each its own, of the length the performance reference was measured with."""

from datetime import UTC, datetime, timedelta

from tests.bench.reading import sample
from tests.processes.adt import nhs_number

WARD = "WIL"
_WHEN = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y%m%d%H%M%S+0000").encode()
_NUMBERS = 499_979
"""NHS numbers of the range for tests whose check digit is used here: each patient of a run has one of their own."""
_SAMPLE = (
    sample()
    .replace(b"B47^Bay 2^07^", WARD.encode() + b"^A^01^")
    .replace(b"20260329001500", _WHEN)
    .replace(b"20260329003000", _WHEN)
)


def name(number: int) -> str:
    """The family name of the patient of that number."""
    return f"Example{number:09d}"


def control_id(number: int) -> bytes:
    """The control id of the message about the patient of that number."""
    return b"C%09d" % number


def admission(number: int) -> bytes:
    """The A01 of the patient of that number: control id, identifiers, name and visit are its own."""
    own = f"{number:09d}".encode()
    return (
        _SAMPLE.replace(b"C0000001", control_id(number), 1)
        .replace(b"H1234567", b"H" + own, 1)
        .replace(b"9990000018", nhs_number(number % _NUMBERS).encode(), 1)
        .replace(b"||Example^Doris", f"||{name(number)}^Doris".encode(), 1)
        .replace(b"V0001234", b"V" + own, 1)
    )
