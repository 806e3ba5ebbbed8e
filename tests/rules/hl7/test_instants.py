"""HL7 times: zone, precision, clock changes, impossible texts."""

import itertools
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.hl7.instants import Oddity, Precision, read_instant

TABLE = [
    ("20260402", "2026-04-01T23:00:00+00:00", Precision.DAY, set()),
    ("2026", "2026-01-01T00:00:00+00:00", Precision.YEAR, set()),
    ("202607", "2026-06-30T23:00:00+00:00", Precision.MONTH, set()),
    ("202601151230", "2026-01-15T12:30:00+00:00", Precision.MINUTE, set()),
    ("20260715123001.25", "2026-07-15T11:30:01.250000+00:00", Precision.FRACTION, set()),
    ("20260329013000", "2026-03-29T01:30:00+00:00", Precision.SECOND, {Oddity.MISSING_HOUR}),
    ("20261025013000", "2026-10-25T00:30:00+00:00", Precision.SECOND, {Oddity.AMBIGUOUS_HOUR}),
    ("20261025003000", "2026-10-24T23:30:00+00:00", Precision.SECOND, set()),
    ("20261025020000", "2026-10-25T02:00:00+00:00", Precision.SECOND, set()),
    ("202604022400", "2026-04-02T23:00:00+00:00", Precision.MINUTE, {Oddity.END_OF_DAY}),
    ("20260115235960", "2026-01-16T00:00:00+00:00", Precision.SECOND, {Oddity.SECOND_SIXTY}),
    ("20260402101010+0100", "2026-04-02T09:10:10+00:00", Precision.SECOND, {Oddity.OFFSET_GIVEN}),
    ("20260402101010-0000", "2026-04-02T10:10:10+00:00", Precision.SECOND, {Oddity.OFFSET_GIVEN}),
]
OTHER_SPELLINGS = [
    ("20260715123001+01:00", "2026-07-15T11:30:01+00:00", Precision.SECOND, {Oddity.OFFSET_GIVEN}),
    ("20260715123001+01", "2026-07-15T11:30:01+00:00", Precision.SECOND, {Oddity.OFFSET_GIVEN}),
    ("20260715123001-05", "2026-07-15T17:30:01+00:00", Precision.SECOND, {Oddity.OFFSET_GIVEN}),
    ("20260715123001 +0100", "2026-07-15T11:30:01+00:00", Precision.SECOND, {Oddity.OFFSET_GIVEN}),
    ("20260715123001Z", "2026-07-15T12:30:01+00:00", Precision.SECOND, {Oddity.OFFSET_GIVEN}),
    ("202607151230Z", "2026-07-15T12:30:00+00:00", Precision.MINUTE, {Oddity.OFFSET_GIVEN}),
    ("20260715T123001", "2026-07-15T11:30:01+00:00", Precision.SECOND, set()),
    ("20260715 1230", "2026-07-15T11:30:00+00:00", Precision.MINUTE, set()),
    ("2025-05-05 23:23:32", "2025-05-05T22:23:32+00:00", Precision.SECOND, set()),
    ("2025-05-05 23:23", "2025-05-05T22:23:00+00:00", Precision.MINUTE, set()),
    ("2025-05-05T23:23:32.250+01:00", "2025-05-05T22:23:32.250000+00:00", Precision.FRACTION, {Oddity.OFFSET_GIVEN}),
    ("2025-05-05T23:23:32.1234567Z", "2025-05-05T23:23:32.123456+00:00", Precision.FRACTION, {Oddity.OFFSET_GIVEN}),
    ("2025-05-05t23:23:32z", "2025-05-05T23:23:32+00:00", Precision.SECOND, {Oddity.OFFSET_GIVEN}),
    ("2025-05-05 23:23:32 +01:00", "2025-05-05T22:23:32+00:00", Precision.SECOND, {Oddity.OFFSET_GIVEN}),
    ("2026-04-02", "2026-04-01T23:00:00+00:00", Precision.DAY, set()),
    ("2026-04", "2026-03-31T23:00:00+00:00", Precision.MONTH, set()),
    ("2026-04-02T24:00", "2026-04-02T23:00:00+00:00", Precision.MINUTE, {Oddity.END_OF_DAY}),
    ("2026-01-15T23:59:60", "2026-01-16T00:00:00+00:00", Precision.SECOND, {Oddity.SECOND_SIXTY}),
    ("2026-03-29 01:30:00", "2026-03-29T01:30:00+00:00", Precision.SECOND, {Oddity.MISSING_HOUR}),
    ("2026-10-25 01:30:00", "2026-10-25T00:30:00+00:00", Precision.SECOND, {Oddity.AMBIGUOUS_HOUR}),
]


@pytest.mark.parametrize(("text", "at", "precision", "oddities"), TABLE + OTHER_SPELLINGS)
def test_a_time_is_read(text: str, at: str, precision: Precision, oddities: set[Oddity]) -> None:
    told = read_instant(text)
    assert told is not None
    assert told.at is not None
    assert (told.at.isoformat(), told.precision, told.oddities, told.text) == (at, precision, oddities, text)


@pytest.mark.parametrize(
    "text",
    [
        *("x", "20260230", "0000", "202613", "202604022430", "20260402101010+9900"),
        *("2026-02-30", "2026-13", "2026-4-2", "02-04-2026", "02/04/2026", "2026-0402T10:10", "202604-02", "2026-04-"),
        *("2026-04-02T", "2026-04-02T24:30", "2026-04-02T10:60", "2026-04-02 10:1010", "20260402 10:10:10:10"),
        *("20260402101010+1", "20260402101010+01:", "20260402101010+01:60", "20260402101010+15:00"),
        *("20260402101010 BST", "20260402101010ZZ", "20260402101010+01Z", "2026-04-02T10:10:10  Z", "Z", "+01:00"),
    ],
)
def test_an_impossible_time_is_flagged_and_kept(text: str) -> None:
    told = read_instant(text)
    assert told is not None
    assert (told.at, told.day, told.text, told.oddities) == (None, None, text, {Oddity.IMPOSSIBLE})


@pytest.mark.parametrize(
    ("sent", "at"),
    [
        ("20261025014000+0000", "2026-10-25T01:30:00+00:00"),
        ("2026-10-25T01:40:00Z", "2026-10-25T01:30:00+00:00"),
        ("20261025014000+0100", "2026-10-25T00:30:00+00:00"),
        ("20261025012000+0000", "2026-10-25T00:30:00+00:00"),
        ("20261025030000+0000", "2026-10-25T00:30:00+00:00"),
        ("20261025014000", "2026-10-25T00:30:00+00:00"),
    ],
)
def test_the_sending_time_tells_the_second_passage(sent: str, at: str) -> None:
    told = read_instant("20261025013000", read_instant(sent))
    assert told is not None
    assert told.at is not None
    assert told.at.isoformat() == at


def test_an_untrusted_offset_is_ignored_and_a_birth_date_is_a_day() -> None:
    told, born = read_instant("20260715120000+0000", offset_trusted=False), read_instant("19400214")
    assert told is not None
    assert told.at is not None
    assert (told.at.isoformat(), told.oddities) == ("2026-07-15T11:00:00+00:00", {Oddity.OFFSET_IGNORED})
    assert born is not None
    assert (str(born.day), born.precision) == ("1940-02-14", Precision.DAY)
    assert read_instant("  ") is None


@given(at=st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)), offset=st.integers(-14, 14))  # noqa: DTZ001
def test_every_spelling_of_one_time_is_that_time(at: datetime, offset: int) -> None:
    usual = read_instant(f"{at:%Y%m%d%H%M%S}{offset:+03d}00")
    assert usual is not None
    for date, time in itertools.product(("%Y%m%d", "%Y-%m-%d"), ("%H%M%S", "T%H%M%S", " %H:%M:%S", "T%H:%M:%S")):
        for zone in (f"{offset:+03d}00", f" {offset:+03d}:00", f"{offset:+03d}", *(["Z"] if not offset else [])):
            told = read_instant(at.strftime(date + time) + zone)
            assert told is not None
            assert (told.at, told.day, told.precision) == (usual.at, usual.day, usual.precision), (date, time, zone)


@given(st.text(max_size=30) | st.text(alphabet="0123456789+-.:TZ ", max_size=30))
def test_no_text_raises(text: str) -> None:
    told = read_instant(text)
    assert told is None or (told.at is None) == (Oddity.IMPOSSIBLE in told.oddities)
