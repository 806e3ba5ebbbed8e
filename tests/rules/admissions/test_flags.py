"""What is odd beside other messages is said of every message concerned; and no oddity is without a test."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.admissions.adt import read_facts
from services.admissions.adt.messages import Kept
from services.admissions.model import Fact, Feed, Flag, Pins
from services.admissions.rules.interpreting import interpret
from shared.hl7.message import read
from tests.rules.admissions.ward_language import stories

AT = datetime(2026, 2, 1, tzinfo=UTC)
ONE, OTHER = "PID|1||H1^^^RZZ^MR", "PID|1||H2^^^RZZ^MR"


def _visit(ward: str, visit: str = "V1", admitted: str = "20260105100000") -> str:
    return f"PV1|1|I|{ward}{'|' * 16}{visit}{'|' * 25}{admitted}"


@pytest.mark.parametrize(
    ("sent", "flags"),
    [
        (
            [("A01", "1000", ONE, _visit("B47")), ("A01", "1000", ONE, _visit("F21"))],
            [[Flag.TOLD_AT_ONCE_OF_TWO_WARDS], [Flag.TOLD_AT_ONCE_OF_TWO_WARDS]],
        ),
        (
            [("A01", "1000", ONE, _visit("B47")), ("A01", "1000", ONE, _visit('""'))],
            [[], []],
        ),
        (
            [
                ("A01", "1000", ONE, _visit("B47")),
                ("A01", "1100", OTHER, _visit("F21", "V2", "20260105110000")),
                ("A40", "1200", ONE, "MRG|H2^^^RZZ^MR"),
                ("A08", "1300", OTHER, _visit("F21", "V2", "20260105110000")),
            ],
            [[], [], [Flag.MERGE_OF_OPEN_STAYS], [Flag.NUMBER_RETIRED]],
        ),
        *(
            (
                [
                    ("A01", "1000", ONE, _visit("B47")),
                    ("A01", "1100", ONE, _visit("F21", "V2", "20260105110000")),
                    *before,
                    ("A11", "1300", ONE, f"PV1|1|{cancel}"),
                ],
                [[], [], *([[]] * len(before)), flags],
            )
            for before, cancel, flags in (
                ([], "I", [Flag.CANCEL_OF_SEVERAL_STAYS]),
                ([], "I|C10", [Flag.CANCEL_OF_SEVERAL_STAYS]),
                ([], "I|F21", []),
                ([("A03", "1200", ONE, _visit("F21", "V2", ""))], "I", []),
                ([("A04", "1200", ONE, "PV1|1|O|X1")], "O", []),
            )
        ),
        ([("A31", "1000", f"{ONE}||||20260103{'|' * 22}20260101")], [[Flag.DEATH_BEFORE_BIRTH]]),
        ([("A11", "1000", ONE, _visit("B47"))], [[Flag.CANCEL_WITHOUT_TARGET]]),
        *(
            ([("A01", "1000", ONE, _visit("B47")), ("A11", "1100", ONE, cancel)], [[], flags])
            for cancel, flags in (
                (_visit("C10", admitted="20260104080000"), [Flag.CANCEL_AT_ODDS]),
                (_visit("C10"), []),
                (_visit("C10", admitted=""), []),
                (_visit("", admitted="20260104080000"), []),
                (_visit("B47", admitted="20260104080000"), []),
            )
        ),
        (
            [
                ("A01", "1000", ONE, _visit("B47")),
                ("A08", "1030", ONE, _visit("B47", admitted="20260104080000")),
                ("A11", "1100", ONE, _visit("C10", admitted="20260104080000")),
            ],
            [[], [], []],
        ),
        ([("A08", "1000", ONE, "PV1|1|I")], [[Flag.INPATIENT_WITHOUT_STAY]]),
        ([("A08", "1000", ONE, "PV1|1|O|B47")], [[]]),
        ([("A08", "1000", ONE, "PV1|1|I|B47")], [[]]),
        ([("A08", "1000", ONE, "PV1|1|I"), ("A01", "1100", ONE, _visit("B47"))], [[], []]),
        ([("A31", "1000", f"{ONE}||||20990101")], [[Flag.BIRTH_IMPLAUSIBLE]]),
        ([("A01", "1000", ONE, _visit("B47", admitted="202601"))], [[Flag.TIME_TOO_COARSE]]),
        (
            [("A31", "1000", f"{ONE}~9990000018^^^NHS^NH"), ("A31", "1100", f"{OTHER}~9990000018^^^NHS^NH")],
            [[Flag.NHS_NUMBER_FOR_TESTS, Flag.NHS_NUMBER_OF_SEVERAL_PERSONS]] * 2,
        ),
        (
            [("A31", "1000", f"{ONE}~9990000018^^^NHS^NH"), ("A31", "1100", f"{ONE}~9990000026^^^NHS^NH")],
            [[Flag.NHS_NUMBER_FOR_TESTS, Flag.NHS_NUMBERS_DIFFER]] * 2,
        ),
        ([("A31", "1000", f"{ONE}~9434765919^^^NHS^NH")], [[]]),
        ([("A31", "1000", f"{ONE}~999000001^^^NHS^NH")], [[Flag.NHS_NUMBER_INVALID]]),
        ([("A31", "1000", f"{ONE}~0000000000^^^NHS^NH")], [[Flag.NHS_NUMBER_INVALID]]),
        ([("A31", "1000", f"{ONE}||Unknown^Male 3")], [[Flag.IDENTITY_PROVISIONAL]]),
    ],
)
def test_what_is_odd_is_said_of_the_messages_that_tell_it(sent: list[tuple[str, ...]], flags: list[list[Flag]]) -> None:
    facts: list[Fact] = []
    for number, (trigger, at, *segments) in enumerate(sent):
        head = f"MSH|^~\\&|PAS|RZZ|||20260106{at}||ADT^{trigger}|C{number}|P|2.4"
        raw = "\r".join([head, f"EVN|{trigger}|20260106{at}", *segments]).encode()
        told = read_facts(read(raw), Feed("pas", "RZZ"), Kept(f"m{number}", f"s{number}", AT))
        assert isinstance(told, tuple), told
        facts.extend(told)
    for order in (facts, facts[::-1]):
        said = interpret(order, Pins(), at=AT, mint=iter("abcdefgh").__next__).fact_flags
        assert [list(said.get(fact.fact_id, ())) for fact in facts] == flags


def test_no_flag_is_without_a_story_or_a_test_that_expects_it() -> None:
    told = {flag for story in stories() for stay in story.expected["encounters"] for flag in stay["flags"]}
    for story in stories():
        for person in story.expected["persons"]:
            told |= {*person.partition("[")[2].rstrip("]").split(", ")}
    for path in Path(__file__).parent.glob("test_*.py"):
        told |= {Flag[name].value for name in _expected_in(ast.parse(path.read_text(encoding="utf-8")))}
    assert {flag.value for flag in Flag} - told == set()


def _expected_in(tree: ast.AST) -> set[str]:
    """The members of Flag that a test file names where it compares, or gives rows to a test."""
    where = [node for node in ast.walk(tree) if isinstance(node, ast.Assert | ast.Call)]
    return {
        node.attr
        for one in where
        for node in ast.walk(one)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Flag"
    }
