"""The ER7 reader: separators, endings, character sets, escapes, values; agreement with two other readers."""

from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path
from typing import Any, cast

import hl7
import pytest
from hl7apy import load_library
from hl7apy.parser import parse_message
from hypothesis import given
from hypothesis import strategies as st

from shared.hl7.charsets import Remark
from shared.hl7.escapes import escape, separators, unescape
from shared.hl7.header import read_header
from shared.hl7.message import NULL, Reason, Unreadable, batches_miscounted, miscounted, read, split_batch

HERE = Path(__file__).parent
FILES = sorted((HERE / "samples").glob("*.hl7")) + sorted((HERE.parents[1] / "messages").glob("*/*.hl7"))
MARKS = separators("|", "^~\\&", "utf-8")
HEAD = b"MSH|^~\\&|PAS|RZZ|HOMEWARD|RZZ|20260329003000||ADT^A01|C1|P|2.4"


def pid(field5: bytes) -> bytes:
    return HEAD + b"\rPID|1||H1^^^RZZ^MR||" + field5 + b"\r"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_it_agrees_with_python_hl7_on_every_component(path: Path) -> None:
    raw = path.read_bytes()
    ours = read(raw).all_segments()
    text = raw.decode().removeprefix("\ufeff").replace("\r\n", "\r").replace("\n", "\r")
    theirs = [segment for segment in cast("list[Any]", hl7.parse(text)) if str(segment)]
    assert [segment.name for segment in ours] == [str(segment[0]) for segment in theirs]
    for mine, other in zip(ours, theirs, strict=True):
        for number in range(3 if mine.name == "MSH" else 1, len(other)):
            assert mine.raw_field(number) == str(other[number])
            for mine_again, repetition in zip(
                mine.repetitions(number), list[Any](part for part in (other[number] or ()) if str(part)), strict=True
            ):
                for component, part in enumerate(repetition if not isinstance(repetition, str) else [repetition], 1):
                    assert mine_again.component_text(component) == _told(str(part))


def _told(text: str) -> str:
    return "" if text == '""' else unescape(text, MARKS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_it_agrees_with_hl7apy_on_every_field(path: Path) -> None:
    raw = path.read_bytes()
    text = raw.decode().removeprefix("\ufeff").replace("\r\n", "\r").replace("\n", "\r")
    theirs: Any = parse_message(text, find_groups=False)
    for mine, other in zip(read(raw).all_segments(), cast("list[Any]", theirs.children), strict=True):
        assert mine.name == other.name
        sent = other.to_er7().split("|")
        for number, field in zip(_known_to_hl7apy(theirs.version, mine.name), sent[1:], strict=False):
            assert mine.raw_field(number) == field


def _known_to_hl7apy(version: str, segment: str) -> Iterator[int]:
    """The numbers of the fields it writes, in order: some that v2.8 has withdrawn, as EVN-1, it leaves out."""
    known = load_library(version).SEGMENTS.get(segment, (None, ()))[1]
    numbers = [int(name.rpartition("_")[2]) for name, *_ in known if name != "MSH_1"]
    return chain(numbers, count((numbers or [0])[-1] + 1))


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        (b"Example^Doris", "Example"),
        (b"", None),
        (b'""', NULL),
        (b'""^Doris', NULL),
        (b"^Doris", None),
        (b"~~Late^Doris", "Late"),
        (b"Smith&van^Jo", "Smith"),
        (b"a\\T\\b", "a&b"),
        (b"a\\F\\\\S\\\\R\\\\E\\b", "a|^~\\b"),
        (b"a\\X0D\\b", "a\rb"),
        (b"a\\XC3A9\\b", "aéb"),
        (b"a\\XC3\\b", "a\ufffdb"),
        (b"a\\.br\\b", "a\nb"),
        (b"a\\.sp 2\\b", "a\n\nb"),
        (b"\\H\\a\\N\\", "a"),
        (b"a\\Zxx\\b", "a\\Zxx\\b"),
        (b"a\\C2842\\b", "a\\C2842\\b"),
        (b"C:\\temp\\T\\x", "C:\\temp&x"),
        (b"a\\", "a\\"),
        (b"\\E\\T\\E\\", "\\T\\"),
        (b"\\Xzz\\", "\\Xzz\\"),
    ],
)
def test_values_and_escapes(sent: bytes, value: object) -> None:
    segment = read(pid(sent)).segment("PID")
    assert segment is not None
    assert segment.component(5, 1) == value
    assert segment.field(5) == value


def test_components_sub_components_and_whole_texts() -> None:
    segment = read(HEAD + b"\rPV1|1|I|A&E^Bay 1^^RZZ&1.2&ISO|").segment("PV1")
    assert segment is not None
    assert (segment.component(3, 1), segment.component_text(3, 1)) == ("A", "A&E")
    assert segment.subcomponent(3, 4, 2) == "1.2"
    assert segment.subcomponent(3, 4, 4) is None
    assert (segment.component(3, 3), segment.component(3, 9), segment.field(99)) == (None, None, None)
    assert [part.component(2) for part in segment.repetitions(3)] == ["Bay 1"]


def test_a_field_erased_as_a_whole_erases_each_component() -> None:
    segment = read(pid(b'""')).segment("PID")
    assert segment is not None
    assert (segment.component(5, 2), segment.text(5, 2), segment.repetitions(5)[0].component(2)) == (NULL, "", NULL)


@pytest.mark.parametrize("ending", [b"\r", b"\n", b"\r\n"])
def test_any_line_ending(ending: bytes) -> None:
    message = read(pid(b"Example^Doris").replace(b"\r", ending))
    assert message.names == ["MSH", "PID"]
    assert (Remark.LINE_FEEDS in message.remarks) == (ending != b"\r")


def test_a_line_feed_inside_a_field_is_data_where_segments_end_in_carriage_returns() -> None:
    assert read(pid(b"Exam\nple")).segments("PID")[0].field(5) == "Exam\nple"


@pytest.mark.parametrize(
    ("charset", "name", "text", "remarks"),
    [
        (b"", "Zoë".encode(), "Zoë", {Remark.ASSUMED_UTF_8}),
        (b"", b"Zo\xeb \x80", "Zoë €", {Remark.ASSUMED_WINDOWS_1252}),
        (b"", b"Zo\xeb \x81", "Zoë \ufffd", {Remark.ASSUMED_WINDOWS_1252, Remark.BYTES_REPLACED}),
        (b"UNICODE UTF-8", "Zoë".encode(), "Zoë", set()),
        (b"8859/1", b"Zo\xeb", "Zoë", set()),
        (b"8859/15~UNICODE UTF-8", b"\xa4", "€", set()),
        (b"UNICODE UTF-8", b"Zo\xeb", "Zoë", {Remark.CHARSET_WRONG, Remark.ASSUMED_WINDOWS_1252}),
        (b"KLINGON", "Zoë".encode(), "Zoë", {Remark.CHARSET_UNKNOWN, Remark.ASSUMED_UTF_8}),
    ],
)
def test_character_sets(charset: bytes, name: bytes, text: str, remarks: set[Remark]) -> None:
    message = read(HEAD + b"||||||" + charset + b"\rPID|||||" + name + b"\r")
    assert message.segments("PID")[0].field(5) == text
    assert message.remarks == remarks


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", Reason.EMPTY),
        (b" \r\n", Reason.EMPTY),
        (b"PID|1", Reason.NO_HEADER),
        (b"MSH", Reason.BAD_SEPARATORS),
        (b"MSHA^~\\&A", Reason.BAD_SEPARATORS),
        (b"MSH|^^\\&|", Reason.BAD_SEPARATORS),
        (b"FHS|^~\\&|", Reason.BATCH),
        ("MSH|^~\\&|PAS".encode("utf-16"), Reason.UTF_16_UNDECLARED),
    ],
)
def test_what_cannot_be_read_says_why_and_nothing_else(raw: bytes, reason: Reason) -> None:
    with pytest.raises(Unreadable) as caught:
        read(raw)
    assert (caught.value.reason, str(caught.value)) == (reason, reason.value)


@pytest.mark.parametrize(
    ("raw", "family"),
    [
        (b"MSH$*%?!$PAS\rPID$$$$$Exam*ple", "Exam"),
        (b"MSH||PAS\rPID|||||Exam^ple", "Exam"),
        (b"MSH|^~\\&#|PAS\rPID|||||Exam^ple", "Exam"),
        (b"MSH|^~|PAS\rPID|||||Ex\\T\\am&x^ple", "Ex\\T\\am&x"),
        (b"\xef\xbb\xbfMSH|^~\\&|PAS\rPID|||||Exam", "Exam"),
        (b"\r\nMSH|^~\\&|PAS\rPID|||||Ex\x00am", "Exam"),
        (("\ufeffMSH|^~\\&" + "|" * 16 + "UNICODE\rPID|||||Exam").encode("utf-16-le"), "Exam"),
    ],
)
def test_declared_separators_and_wrappings(raw: bytes, family: str) -> None:
    assert read(raw).segments("PID")[0].component(5, 1) == family


def test_a_batch_gives_each_message_alone() -> None:
    batch = b"FHS|^~\\&|\rBHS|^~\\&|\n" + pid(b"One") + HEAD + b"\r\nPID|2\r\nBTS|2\rFTS|1\r"
    assert [read(raw).names for raw in split_batch(batch)] == [["MSH", "PID"], ["MSH", "PID"]]


@pytest.mark.parametrize(
    ("trailers", "counts"),
    [
        (b"BTS|2\rFTS|1\r", None),
        (b"BTS\rFTS\r", None),
        (b"BTS||two\r", None),
        (b"BTS|1\rBTS|1\r", None),
        (b"BTS#3#missing\r", (3, 2)),
        (b"BTS|1\nFTS|1\n", (1, 2)),
    ],
)
def test_a_batch_that_says_another_number_is_known(trailers: bytes, counts: tuple[int, int] | None) -> None:
    assert miscounted(b"BHS|^~\\&|\r" + pid(b"One") + b"\r" + pid(b"Two") + b"\r" + trailers) == counts


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        (b"FHS|\rBHS|\r%b\rBTS|1\rBHS|\r%b\rBTS|1\rFTS|2\r", None),
        (b"FHS|\nBHS|\n%b\nBTS|1\nBHS|\n%b\nBTS|1\nFTS|1\n", (1, 2)),
        (b"FHS|\rBHS|\r%b\r%b\rBTS|2\rFTS#3#two are missing\r", (3, 1)),
        (b"FHS|\r%b\rBTS\r%b\rBTS\rFTS|1\r", (1, 2)),
        (b"FHS|\r%b\r%b\rFTS|2\r", None),
        (b"FHS|\rBHS|\r%b\r%b\rBTS|2\rFTS||two\r", None),
    ],
)
def test_a_file_that_says_another_number_of_batches_is_known(file: bytes, counts: tuple[int, int] | None) -> None:
    assert batches_miscounted(file % (pid(b"One"), pid(b"Two"))) == counts


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda raw: b"MSH|^~\\&|" + raw))
def test_no_bytes_crash_the_reader(raw: bytes) -> None:
    read_header(raw)
    split_batch(raw)
    miscounted(raw)
    batches_miscounted(raw)
    try:
        message = read(raw)
    except Unreadable:
        return
    for segment in message.all_segments():
        for number in range(1, 30):
            segment.field(number)
            segment.component(number, 3)
            segment.subcomponent(number, 1, 2)
            segment.component_text(number, 2)


@given(st.text(max_size=80).filter(lambda text: text.isprintable() or "\r" in text))
def test_escaping_and_back_is_the_same_text(text: str) -> None:
    written = escape(text, MARKS)
    assert unescape(written, MARKS) == text
    assert not set("|^~&\r\n") & set(written)


@given(st.text(alphabet="\\XFSTREH.br0D^&|~ ", max_size=60))
def test_any_escape_text_is_decoded_without_a_crash(text: str) -> None:
    assert isinstance(unescape(text, MARKS), str)
