"""What a movement's id (ZBE-1) is compared within: its sender, or the authority it names."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from services.admissions.adt import read_facts
from services.admissions.adt.messages import Kept
from services.admissions.model import Fact, FactId, Feed
from services.admissions.rules.cancelling import cancel_first
from shared.hl7.message import read

AT = datetime(2026, 7, 1, tzinfo=UTC)
MOVED, CANCELLED = "A02", "A12"


def _told(number: int, trigger: str, movement: str, *, by: str = "PAS|RZZ", door: str = "mllp") -> Fact:
    lines = (
        f"MSH|^~\\&|{by}|H|RZZ|2026060510{number:02}00||ADT^{trigger}|C{number}|P|2.5",
        f"EVN||2026060510{number:02}00",
        "PID|1||H1^^^RZZ^MR",
        f"PV1|1|I|W{number}||||||||||||||||V1",
        f"ZBE|{movement}|20260605100000||{'CANCEL' if trigger == CANCELLED else 'INSERT'}|N",
    )
    told = read_facts(read("\r".join(lines).encode()), Feed(door, "RZZ"), Kept(f"m{number}", f"s{number}", AT))
    assert isinstance(told, tuple), told
    return told[0]


def _undone(*facts: Fact) -> frozenset[FactId]:
    return cancel_first(facts, {one.fact_id: frozenset({one.patient}) for one in facts}).undone


@pytest.mark.parametrize("by", ["EDIS|RZZ", "PAS|RYY", "|RZZ", "PAS2|RZZ"])
def test_another_sender_means_another_movement_by_the_same_id(by: str) -> None:
    assert _undone(_told(1, MOVED, "7"), _told(2, MOVED, "7", by=by)) == frozenset()


@pytest.mark.parametrize("by", ["PAS|RZZ", " PAS |RZZ", "PAS^1.2.3^ISO|RZZ ", "PAS|RZZ^9^ISO"])
@pytest.mark.parametrize("door", ["mllp", "http"])
def test_one_sender_means_one_movement_by_whatever_door(by: str, door: str) -> None:
    assert _undone(_told(1, MOVED, "7"), _told(2, MOVED, "7", by=by, door=door)) == {"m1"}
    assert _undone(_told(1, MOVED, "7"), _told(2, CANCELLED, "7", by=by, door=door)) == {"m1"}


def test_an_id_that_names_its_authority_is_one_whoever_tells_it() -> None:
    by_authority = _told(1, MOVED, "7^MOVES")
    assert _undone(by_authority, _told(2, MOVED, "7^MOVES", by="EDIS|RZZ")) == {"m1"}
    assert _undone(_told(1, MOVED, "7^^1.2.3^ISO"), _told(2, MOVED, "7^^1.2.3^ISO", by="EDIS|RZZ")) == {"m1"}
    for another in ("7", "7^OTHER", "7^MOVES^1.2.3^ISO", "7^^1.2.4^ISO"):
        assert _undone(by_authority, _told(2, MOVED, another)) == frozenset(), another
    assert _undone(_told(1, MOVED, "7^^1.2.3^ISO"), _told(2, MOVED, "7^^1.2.4^ISO")) == frozenset()


def test_what_was_kept_without_its_sender_is_known_by_its_feed() -> None:
    first, again, elsewhere = (
        replace(_told(number, MOVED, "7", door=door), movements=("7",))
        for number, door in ((1, "mllp"), (2, "mllp"), (3, "http"))
    )
    assert _undone(first, again) == {"m1"}
    assert _undone(first, elsewhere) == frozenset()
