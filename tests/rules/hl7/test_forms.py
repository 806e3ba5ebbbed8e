"""Reading many values at once: the same values as one by one, whatever was sent."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.admissions.adt.admission import FORM as ADMISSION
from shared.hl7.forms import IDENTIFIERS, PRESENT, Designator, Form, Last, Whole
from shared.hl7.message import NULL, read

FILES = sorted((Path(__file__).parents[2] / "messages").glob("*/*.hl7"))
FORM = Form(
    {
        "MSH": ((3, 1), (9, 1), (9, 2), (10, 1)),
        "EVN": ((2, 1), (6, 1)),
        "PID": ((3, IDENTIFIERS), (5, 1), (5, 2), (7, 1)),
        "PV1": (PRESENT, (2, 1), (3, Whole(1)), (3, 2), (3, 4), (19, 1), (19, Designator(4)), (44, 1), (45, Last(1))),
        "PV2": ((3, 2), (9, 1)),
    }
)
HEAD = "MSH|^~\\&|PAS|RZZ|HOMEWARD|RZZ|20260329003000||ADT^A01|C1|P|2.4"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_form_agrees_with_reading_one_by_one_on_every_story(path: Path) -> None:
    message = read(path.read_bytes())
    assert FORM.read(message) == FORM.one_by_one(message)
    assert ADMISSION.read(message) == ADMISSION.one_by_one(message)


_pieces = st.sampled_from(
    [
        "",
        "A",
        "B7",
        '""',
        "~",
        "^",
        "&",
        "\\T\\",
        "\\X0D\\",
        "\\",
        "é",
        " ",
        "H1^^^RZZ^MR",
        "9990000018^^^NHS^NH",
        "V1^^^&2.999.1&ISO",
        "x y",
    ]
)
_fields = st.lists(_pieces, max_size=4).map("".join)
_segments = st.tuples(st.sampled_from(["EVN", "PID", "PV1", "PV2", "ZZZ", "PV1X"]), st.lists(_fields, max_size=48)).map(
    lambda pair: "|".join([pair[0], *pair[1]])
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_segments, max_size=7), st.sampled_from(["|^~\\&", "|^~\\", "|~^\\&", "$#*!@"]))
def test_a_form_agrees_with_reading_one_by_one_whatever_was_sent(segments: list[str], marks: str) -> None:
    head = f"MSH{marks}{marks[0]}" + HEAD[9:].replace("|", marks[0]).replace("^", marks[1])
    message = read("\r".join([head, *segments]).encode())
    assert FORM.read(message) == FORM.one_by_one(message)
    assert ADMISSION.read(message) == ADMISSION.one_by_one(message)


def test_a_form_reads_what_stands_there() -> None:
    raw = (
        f"{HEAD}\rEVN|A01|20260329\rPID|1||H1^^^RZZ^MR~9990000018^^^&2.999.1&ISO^NH||~Late^Doris|"
        '\rPV1|1|I|A&E^Bay &A^^X||||""||||||||||||V1^^^&2.999.2&ISO\rPV2|||^Fall \\T\\ faint'
    )
    assert FORM.read(read(raw.encode())) == (
        *("PAS", "ADT", "A01", "C1"),
        *("20260329", ""),
        *([("H1", "RZZ", "MR", ""), ("9990000018", "2.999.1", "NH", "2.999.1")], "Late", "Doris", ""),
        *("PV1", "I", "A&E", "Bay ", "X", "V1", "2.999.2", "", ""),
        *("Fall & faint", ""),
    )
    erased = f'{HEAD}\rPV1|1|""|""\r'
    assert FORM.read(read(erased.encode()))[11:15] == (NULL, NULL, NULL, NULL)


def test_each_segment_is_the_first_after_the_one_before_it() -> None:
    twice = f"{HEAD}\rPV2|||^early\rPID|1||H1\rPV1|1|I\rPID|2||H2\rPV1|1|O\rPV2|||^late\r"
    form = Form({"PID": ((3, 1),), "PV1": ((2, 1),), "PV2": ((3, 2),)})
    assert form.read(read(twice.encode())) == ("H1", "I", "late")
    before = f"{HEAD}\rPV2|||^early\rPID|1||H1\rPV1|1|I\r"
    assert form.read(read(before.encode())) == ("H1", "I", "early")


def test_the_last_repetition_is_the_last_that_says_anything() -> None:
    form = Form({"PV1": ((44, 1), (45, Last(1)))})
    raw = "|".join(["PV1", *[""] * 43, "1~2", "~3^x~4~"])
    assert form.read(read(f"{HEAD}\r{raw}\r".encode())) == ("1", "4")


def test_a_segment_that_is_not_there_is_not_present() -> None:
    form = Form({"PID": (PRESENT,), "PV1": (PRESENT,)})
    assert form.read(read(f"{HEAD}\rPID|1\r".encode())) == ("PID", "")


@pytest.mark.parametrize(
    ("sent", "who"),
    [
        ("RZZ", "RZZ"),
        ("RZZ&2.999.1&ISO", "RZZ"),
        ("&2.999.1&ISO", "2.999.1"),
        (" &2.999.1", "2.999.1"),
        ('""&2.999.1&ISO', "2.999.1"),
        ('""', NULL),
        ('""&""', NULL),
        ("&&ISO", ""),
        ("", ""),
        ("&a\\T\\b", "a&b"),
    ],
)
def test_who_issued_a_number_is_named_or_else_known_by_the_universal_id(sent: str, who: str) -> None:
    message = read(f"{HEAD}\rPID|1||H1^^^{sent}^MR\rPV1|1|I|||||||||||||||||V1^^^{sent}^VN\r".encode())
    (number,) = FORM.read(message)[6]
    assert number[:3] == ("H1", who or "", "MR")
    assert number[3] in ("", who or "", "2.999.1")
    assert FORM.read(message)[16] == FORM.one_by_one(message)[16] == who
