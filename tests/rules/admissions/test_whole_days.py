"""What is told by its day alone is not its midnight, whatever told it."""

from datetime import UTC, datetime

import pytest

from services.admissions.adt import read_facts
from services.admissions.adt.messages import Kept
from services.admissions.model import Fact, Feed, Precision
from shared.hl7.message import read

KEPT = Kept("m1", "digest", datetime(2026, 1, 31, tzinfo=UTC))
NO_TIME = ""


def _fact(trigger: str, recorded: str, happened: str, admitted: str, ended: str) -> Fact:
    segments = (
        f"MSH|^~\\&|PAS|RZZ|H|RZZ|20260107090000||ADT^{trigger}|C1|P|2.4",
        f"EVN|{trigger}|{recorded}||||{happened}",
        "PID|1||H1001^^^RZZ^MR||Example^Doris",
        f"PV1|1|I|B47{'|' * 16}V1{'|' * 25}{admitted}|{ended}",
    )
    told = read_facts(read("\r".join(segments).encode()), Feed("pas", "RZZ"), KEPT)
    assert isinstance(told, tuple), told
    return told[0]


@pytest.mark.parametrize("trigger", ["A01", "A06", "A03"])
@pytest.mark.parametrize(
    ("recorded", "happened", "own", "at", "precision"),
    [
        ("20260105180000", NO_TIME, "20260105", "2026-01-05 18:00", Precision.SECOND),
        ("202601051800", NO_TIME, "20260105", "2026-01-05 18:00", Precision.MINUTE),
        ("20260106090000", NO_TIME, "20260105", "2026-01-05 00:00", Precision.DAY),
        ("20260105", NO_TIME, "20260105", "2026-01-05 00:00", Precision.DAY),
        ("20260105180000", "20260105173000", "20260105", "2026-01-05 17:30", Precision.SECOND),
        ("20260106090000", "20260105173000", "20260105", "2026-01-05 17:30", Precision.SECOND),
        ("20260106090000", "20260105", "20260105173000", "2026-01-05 17:30", Precision.SECOND),
        ("20260105180000", NO_TIME, "20260105173000", "2026-01-05 17:30", Precision.SECOND),
        ("20260105180000", NO_TIME, "20260104", "2026-01-04 00:00", Precision.DAY),
    ],
)
def test_a_date_gives_way_to_a_time_of_that_day(
    trigger: str, recorded: str, happened: str, own: str, at: str, precision: Precision
) -> None:
    admitted, ended = (NO_TIME, own) if trigger == "A03" else (own, NO_TIME)
    fact = _fact(trigger, recorded, happened, admitted, ended)
    assert (f"{fact.occurred.at:%Y-%m-%d %H:%M}", fact.occurred.precision) == (at, precision)
    claimed = fact.discharge_time if trigger == "A03" else fact.admit_time
    assert claimed is not None
    assert claimed.precision is (Precision.DAY if len(own) == 8 else Precision.SECOND), "what is claimed stays as told"
