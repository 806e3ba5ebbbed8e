"""However much is in a message, what it says of the patient is what it says in a small one."""

from dataclasses import replace
from datetime import UTC, datetime
from time import process_time

import pytest

from services.admissions.adt import read_facts
from services.admissions.adt.messages import Kept
from services.admissions.model import Fact, Feed, Location, PersonKey, Pins, Quarantined
from services.admissions.rules.interpreting import interpret
from shared.hl7.message import read

FEED = Feed("pas", "RZZ")
KEPT = Kept("m1", "0" * 64, datetime(2026, 2, 1, tzinfo=UTC))
MSH, EVN = "MSH|^~\\&|PAS|RZZ|||20260105100500||ADT^A01|C1|P|2.4", "EVN|A01|20260105100500"
NUMBERS = "H1^^^RZZ^MR~9990000018^^^NHS^NH"
PID = f"PID|1||{NUMBERS}||Example^Doris^^^Mrs||19400214|2"
PV1 = f"PV1|1|I|B47^2^07^S||||C1^Consultant{'|' * 12}V1{'|' * 25}20260105100000"
SMALL = (MSH, EVN, PID, PV1)
SEGMENTS, REPEATS, COMPONENTS = 5_000, 10_000, 100_000


def _fact(*segments: str, feed: Feed = FEED) -> Fact:
    told = read_facts(read("\r".join(segments).encode()), feed, KEPT)
    assert isinstance(told, tuple), told
    (fact,) = told
    return fact


def _pid(was: str, now: str) -> tuple[str, ...]:
    assert was in PID
    return MSH, EVN, PID.replace(was, now), PV1


def _pv1(was: str, now: str) -> tuple[str, ...]:
    assert was in PV1
    return MSH, EVN, PID, PV1.replace(was, now)


@pytest.mark.parametrize(
    "segments",
    [
        pytest.param((*SMALL[:3], *["ZPD|1|x"] * SEGMENTS, PV1), id="local segments before PV1"),
        pytest.param((MSH, *["ZPD|1|x"] * SEGMENTS, *SMALL[1:]), id="local segments before EVN"),
        pytest.param((*SMALL, *[f"OBX|{n}|TX|||PV1" for n in range(SEGMENTS)]), id="observations"),
        pytest.param((*SMALL, *[PV1.replace("B47", "F21")] * SEGMENTS), id="more PV1s"),
        pytest.param(_pid(NUMBERS, "X^^^RZZ^DL~" * REPEATS + NUMBERS), id="other numbers"),
        pytest.param(_pid(NUMBERS, "~" * REPEATS + NUMBERS), id="empty numbers"),
        pytest.param(_pid(NUMBERS, "H1^^^RZZ^MR~" * REPEATS + NUMBERS), id="the same number"),
        pytest.param(_pid("^Mrs|", "^Mrs" + "~Other^Name" * REPEATS + "|"), id="names"),
        pytest.param(_pv1("^S|", "^S" + "~F21^1^01" * REPEATS + "|"), id="places"),
        pytest.param(_pid("^Mrs|", "^Mrs" + "^x" * COMPONENTS + "|"), id="components of the name"),
        pytest.param(_pid(NUMBERS, f"{NUMBERS}~H1^^^RZZ^MR{'^x' * COMPONENTS}"), id="components of a number"),
        pytest.param(_pv1("^S|", "^S" + "^" * COMPONENTS + "|"), id="components of the place"),
        pytest.param(_pv1("^Consultant", "^x" * COMPONENTS), id="components of the consultant"),
        pytest.param((*SMALL, "|".join(["ZZZ", *["x"] * COMPONENTS])), id="fields"),
    ],
)
def test_what_a_large_message_says(segments: tuple[str, ...]) -> None:
    small = _fact(*SMALL)
    assert _fact(*segments) == small
    assert (small.patient, small.person.family, small.person.nhs_number, small.location) == (
        PersonKey("RZZ", "H1"),
        "Example",
        "9990000018",
        Location("B47", "2", "07", "S"),
    )


@pytest.mark.parametrize("place", [0, 24, 49])
@pytest.mark.parametrize("kind", ["MR", "PI", ""])
def test_of_fifty_numbers_that_of_the_configured_authority_is_used(place: int, kind: str) -> None:
    numbers = [f"N{one}^^^R{one:02}^{kind}" for one in range(49)]
    numbers.insert(place, f"H1^^^OURS^{kind}")
    many = (MSH, EVN, PID.replace(NUMBERS, "~".join(numbers)), PV1)
    preferring = replace(FEED, preferred_issuer="OURS")
    assert _fact(*many, feed=preferring).patient == PersonKey("OURS", "H1")
    assert _fact(*many, feed=replace(FEED, default_issuer="OURS")).patient == PersonKey("OURS", "H1")
    assert _fact(*many, feed=replace(FEED, default_issuer="R07")).patient == PersonKey("R07", "N7")
    assert _fact(*many, feed=replace(preferring, default_issuer="R07")).patient == PersonKey("OURS", "H1")


@pytest.mark.parametrize("code", ["A24", "A37"])
@pytest.mark.parametrize("patients", [2, 50, 51, SEGMENTS])
def test_a_link_of_more_patients_than_anybody_links_is_put_aside(code: str, patients: int) -> None:
    head = (MSH.replace("A01", code), EVN.replace("A01", code))
    told = read_facts(read("\r".join((*head, *(f"PID|1||H{n}" for n in range(patients)))).encode()), FEED, KEPT)
    if patients <= 50:
        assert isinstance(told, tuple)
        assert [len(fact.linked) for fact in told] == [patients - 1] * patients
    else:
        assert isinstance(told, Quarantined)
        assert told.code == "too-many-at-once"


@pytest.mark.parametrize(
    ("code", "before", "each"),
    [
        ("A40", "", "PID|1||H{0}\rMRG|M1"),
        ("A45", "PID|1||H1\r", "MRG|H2||||V{0}\rPV1|1|I"),
        ("A17", "", "PID|1||H{0}\rPV1|1|I|B47"),
    ],
)
def test_what_tells_of_more_at_once_than_anybody_moves_is_put_aside(code: str, before: str, each: str) -> None:
    head = f"{MSH.replace('A01', code)}\r{EVN.replace('A01', code)}\r{before}"
    for number, is_read in ((500, True), (501, False)):
        told = read_facts(read((head + "\r".join(each.format(n) for n in range(number))).encode()), FEED, KEPT)
        assert isinstance(told, tuple) is is_read
        assert is_read or (isinstance(told, Quarantined) and told.code == "too-many-at-once")


def test_a_merge_of_many_numbers_takes_no_longer_for_each_than_one_of_few() -> None:
    taken: list[float] = []
    for number in (2_000, 16_000):
        merges = "\r".join(f"MRG|M{n}^^^RZZ^MR" for n in range(number))
        facts = [_fact(MSH.replace("A01", "A40"), EVN.replace("A01", "A40"), PID, merges)]
        began = process_time()
        (person,) = interpret(facts, Pins(), at=KEPT.received, mint=iter("ab").__next__).persons
        taken.append((process_time() - began) / number)
        assert len(person.keys) == number + 1
    assert taken[1] < 4 * taken[0]
