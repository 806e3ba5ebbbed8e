"""What is turned away at the door, before anything is acknowledged as kept."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.admissions.arrivals import Rejection, each_of, of_er7
from shared.hl7.acknowledgement import Outcome, acknowledge
from shared.hl7.header import read_header
from shared.hl7.message import Unreadable, read

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


TRAINING = ONE.replace(b"|P|2.4", b"|T|2.4|||||GBR|UNICODE UTF-16")
IN_DISGUISE = {
    "UTF-16, little end first": TRAINING.decode().encode("utf-16"),
    "UTF-16, big end first, no mark": TRAINING.decode().encode("utf-16-be"),
    "still framed": b"\x0b" + TRAINING + b"\x1c\r",
    "a NUL before": b"\x00" + TRAINING,
    "a NUL within": TRAINING.replace(b"MSH|", b"MSH\x00|"),
    "a form feed before": b"\x0c" + TRAINING,
    "a space and a tab before": b" \t" + TRAINING,
    "five thousand blanks before": b" " * 5000 + TRAINING,
    "a line feed in MSH-8": TRAINING.replace(b"|ADT^", b"a\nb|ADT^"),
    "a byte-order mark": b"\xef\xbb\xbf" + TRAINING,
    "line feeds only": TRAINING.replace(b"\r", b"\n"),
}


@pytest.mark.parametrize("shape", IN_DISGUISE)
def test_a_training_message_is_known_in_every_shape_that_is_read(shape: str) -> None:
    raw = IN_DISGUISE[shape]
    assert read(raw).header.text(11) == "T"
    arrival = of_er7(raw, trust="RZZ", feed="mllp", received_at=AT, processing_id="P")
    assert arrival.rejected is Rejection.PROCESSING_ID
    assert (arrival.control_id, arrival.sending_application, arrival.trigger) == ("C1", "PAS", "A01")
    assert acknowledge(arrival.header, Outcome.REJECTED, at=AT, control_id="H1").split(b"\r")[1] == b"MSA|AR|C1"


ODD = st.sampled_from(
    [b"\x00", b"\n", b"\r", b" ", b"\x0b", b"\x0c", b"\x1c", b"\xef\xbb\xbf", b"|", b"^", b"P", b"\xa3", b"MSH|"]
)
PLACES = st.lists(st.tuples(st.integers(0, 75), ODD), max_size=4)


@given(
    places=PLACES,
    end=st.sampled_from([b"\r", b"\n", b"\r\n"]),
    wide=st.sampled_from(["", "utf-16-le", "utf-16-be", "utf-16"]),
)
def test_what_is_read_as_training_is_never_taken(places: list[tuple[int, bytes]], end: bytes, wide: str) -> None:
    raw = TRAINING
    for place, odd in places:
        raw = raw[:place] + odd + raw[place:]
    raw = raw.replace(b"\r", end)
    raw = raw.decode("latin-1").encode(wide) if wide else raw
    try:
        told = read(raw).header.text(11)
    except Unreadable:
        return
    if told in ("T", "D"):
        assert rejected(raw) is not None


@pytest.mark.parametrize("before", [b"\r", b"\n", b"\r\n", b"\x0b", b"  ", b"\x00"])
def test_one_message_after_blanks_is_one_message(before: bytes) -> None:
    assert rejected(before + ONE) is None


@pytest.mark.parametrize("before", [b"", b"\x00", b"\x0c", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("between", [b"", b"\n", b"\x0b", b"\x1c\r\x0b", b" \t", b"\xef\xbb\xbf", b"\x00"])
def test_a_second_message_is_seen_whatever_stands_before_it(before: bytes, between: bytes) -> None:
    two = before + ONE + between + ONE.replace(b"C1", b"C2")
    assert rejected(two) is Rejection.BATCH
    assert len(read(two).segments("MSH")) >= 1


def test_a_second_message_is_seen_in_utf_16() -> None:
    one = ONE.replace(b"|P|2.4", b"|P|2.4|||||GBR|UNICODE UTF-16").decode()
    assert rejected(one.encode("utf-16")) is None
    assert rejected((one + one.replace("C1", "C2")).encode("utf-16")) is Rejection.BATCH


@pytest.mark.parametrize("start", [b"", b"\x00", b"\xef\xbb\xbf", b"FHS|^~\\&|PAS\rBHS|^~\\&|PAS\r"])
def test_a_batch_comes_apart_and_nothing_of_it_is_lost(start: bytes) -> None:
    apart = each_of(start + ONE + ONE.replace(b"C1", b"C2") + b"BTS|2\r")
    assert apart == [ONE, ONE.replace(b"C1", b"C2")]
    assert each_of(ONE + b"\x0b" + ONE) == []


def test_what_a_sender_can_make_us_remember_is_bounded() -> None:
    long = ONE.replace(b"PAS", b"P" * 5000)
    assert of_er7(long, trust="RZZ", feed="mllp", received_at=AT, processing_id="P").sending_application == "P" * 200
    header = read_header(long)
    assert header is not None
    assert not header.manner.short
    again = read_header(long)
    assert again is not None
    assert again.manner is not header.manner
    short = [read_header(ONE), read_header(ONE.replace(b"C1", b"C2"))]
    assert short[0] is not None
    assert short[1] is not None
    assert short[0].manner is short[1].manner
