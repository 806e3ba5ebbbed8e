"""HL7's null (`""`) erases what is known, and an empty field leaves it: for every field that is read."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import pytest

from services.admissions.adt import read_facts
from services.admissions.adt.admission import FIELDS, Sent
from services.admissions.adt.messages import Kept
from services.admissions.model import Encounter, Fact, Feed, Flag, Location, Pins
from services.admissions.rules.interpreting import interpret
from shared.hl7.forms import PRESENT
from shared.hl7.message import read

NULL: Final = '""'
AT = datetime(2026, 2, 1, tzinfo=UTC)
KEPT = Kept("m1", "0" * 64, AT)
PLACES = [(name, *spot) for name, wanted in FIELDS.items() for spot in wanted]
KNOWN: Final[Mapping[str, str]] = {
    "identifiers": "H1^^^RZZ^MR~9990000018^^^NHS^NH",
    "family": "Example",
    "given": "Doris",
    "title": "Mrs",
    "born": "19400214",
    "sex": "2",
    "council": "E06000018",
    "account": "A1",
    "account_issuer": "RZZ",
    "patient_class": "I",
    "ward": "B47",
    "bay": "2",
    "bed": "07",
    "site": "RZZ01",
    "admission_method": "21",
    "consultant": "C1",
    "specialty": "430",
    "visit": "V1",
    "visit_issuer": "RZZ",
    "admitted": "20260105100000",
    "expected": "20260112",
}
OF_A_DISCHARGE: Final = {"discharged": "20260107100000", "discharge_method": "1", "discharge_destination": "19"}
ERASED: Final[Mapping[str, Callable[[Encounter], object]]] = {
    "family": lambda stay: stay.person.family,
    "given": lambda stay: stay.person.given,
    "title": lambda stay: stay.person.title,
    "born": lambda stay: stay.person.born,
    "sex": lambda stay: stay.person.sex,
    "council": lambda stay: stay.person.council,
    "died": lambda stay: stay.person.deceased or None,
    "died_at": lambda stay: stay.person.deceased_at,
    "identity_unknown": lambda stay: Flag.IDENTITY_PROVISIONAL in stay.person.flags or None,
    "ward": lambda stay: stay.location and stay.location.ward,
    "bay": lambda stay: stay.location and stay.location.bay,
    "bed": lambda stay: stay.location and stay.location.bed,
    "site": lambda stay: stay.location and stay.location.site,
    "admission_method": lambda stay: stay.admission_method,
    "consultant": lambda stay: stay.consultant,
    "specialty": lambda stay: stay.specialty,
    "discharge_method": lambda stay: stay.discharge_method,
    "discharge_destination": lambda stay: stay.discharge_destination,
    "expected": lambda stay: stay.expected_discharge_on,
}
"""What is known of a stay and of a person, and where it is seen."""

NOT_ERASED: Final = {
    "identifiers": "numbers are taken back by A40, A43 and A29, never by silence",
    **dict.fromkeys(("external", "alternate", "old_nhs_number"), "as identifiers"),
    "patient_class": "a stay has one always",
    "admitted": "a stay has begun always",
    "discharged": "a discharge is taken back by A13",
    **dict.fromkeys(("visit", "account", "preadmit"), "which stay is meant, not what is known of it"),
    **dict.fromkeys(("visit_issuer", "account_issuer", "preadmit_issuer"), "part of a number"),
    **dict.fromkeys(("prior_ward", "prior_bay", "prior_bed", "prior_site"), "where somebody was, said of one move"),
    "mothers": "somebody else",
    "address_kind": "said of the address that it comes with",
    "reliability": "said of the name that it comes with",
    **dict.fromkeys(("sent_at", "recorded", "happened"), "the message’s own times"),
    **dict.fromkeys(("message_type", "trigger", "control_id", "processing_id", "event"), "the message itself"),
    **dict.fromkeys(("pid", "pv1"), "whether a segment is there"),
}


def _er7(trigger: str, at: str, said: Mapping[str, str]) -> bytes:
    """A message that says each of `said` at its place, by the name in `Sent`."""
    said = {"sent_at": at, "trigger": trigger, "message_type": "ADT", "processing_id": "P", "recorded": at, **said}
    segments: dict[str, list[list[str]]] = {name: [[name], *([""] for _ in range(47))] for name in FIELDS}
    for name, (segment, field, part) in zip(Sent._fields, PLACES, strict=True):
        if name not in said or (field, part) == PRESENT:
            continue
        parts = segments[segment][field]
        parts += [""] * (max(part, 1) - len(parts))
        parts[max(part, 1) - 1] = said[name]
    segments["MSH"][1:3] = [["^~\\&"]]
    lines = ["|".join("^".join(parts) for parts in fields).rstrip("|") for fields in segments.values()]
    return "\r".join(lines).encode()


def _stay(*sent: bytes) -> Encounter:
    facts: list[Fact] = []
    for number, raw in enumerate(sent):
        told = read_facts(read(raw), Feed("pas", "RZZ"), Kept(f"m{number}", f"s{number}", AT))
        assert isinstance(told, tuple), told
        facts.extend(told)
    (stay,) = interpret(facts, Pins(), at=AT, mint=iter("abcd").__next__).encounters
    return stay


def _told(name: str) -> tuple[str, dict[str, str]]:
    """The event that tells of a field when something is known already, and all that is known."""
    if name in OF_A_DISCHARGE:
        return "A03", {**KNOWN, **OF_A_DISCHARGE}
    more = {"died": "Y", "died_at": "20260106", "identity_unknown": "Y"}
    return "A08", {**KNOWN, **({name: more[name]} if name in more else {})}


def _then(name: str, event: str | None = None, **now: str) -> tuple[Encounter, Encounter]:
    """The stay with everything known, and the stay after one more message (`event`) that says `now` instead."""
    trigger, known = _told(name)
    first = [_er7("A01", "20260105100500", KNOWN), _er7(trigger, "20260107110000", known)]
    return _stay(*first), _stay(*first, _er7(event or trigger, "20260107120000", known | now))


def test_every_field_that_is_read_is_spoken_of_here() -> None:
    assert ERASED.keys() | NOT_ERASED.keys() == set(Sent._fields)
    assert ERASED.keys().isdisjoint(NOT_ERASED)


@pytest.mark.parametrize("name", ERASED)
def test_null_erases_a_field_and_nothing_else(name: str) -> None:
    known, after = _then(name, **{name: NULL})
    assert ERASED[name](known) is not None
    assert ERASED[name](after) is None
    lost = {"ward": {"ward", "bay", "bed", "site"}, "died_at": {"died", "died_at"}}.get(name, {name})
    for other in ERASED.keys() - lost:
        assert ERASED[other](after) == ERASED[other](known), other


@pytest.mark.parametrize("name", ERASED)
def test_empty_leaves_a_field(name: str) -> None:
    known, after = _then(name, "A08", **{name: ""})
    assert ERASED[name](known) is not None
    for other, shown in ERASED.items():
        assert shown(after) == shown(known), other


@pytest.mark.parametrize("name", sorted(NOT_ERASED.keys() & {*KNOWN, *OF_A_DISCHARGE} - {"identifiers"}))
def test_null_says_no_more_than_nothing_of_what_is_not_erased(name: str) -> None:
    (known, null), (_, empty) = _then(name, **{name: NULL}), _then(name, **{name: ""})
    assert null == empty
    for other, shown in ERASED.items():
        assert shown(null) == shown(known), other
    assert (null.patient_class, null.admitted_at, null.visit) == (known.patient_class, known.admitted_at, known.visit)


@pytest.mark.parametrize("said", ['H1^^^RZZ^MR~""^^^NHS^NH', "H1^^^RZZ^MR", 'H1^^^RZZ^MR~""'])
def test_an_nhs_number_is_taken_back_by_no_null(said: str) -> None:
    known, after = _then("identifiers", identifiers=said, old_nhs_number=NULL)
    assert (known.person.nhs_number, after.person.nhs_number) == ("9990000018", "9990000018")


def test_a_hospital_number_is_never_null() -> None:
    told = read_facts(read(_er7("A01", "20260105100500", KNOWN | {"identifiers": NULL})), Feed("pas", "RZZ"), KEPT)
    assert not isinstance(told, tuple)


def test_a_name_that_is_null_as_a_whole_is_no_name() -> None:
    named = _er7("A01", "20260105100500", KNOWN)
    null = _er7("A08", "20260107120000", KNOWN | {"family": NULL, "given": "", "title": ""})
    assert b'|""^^^^|' in null
    after = _stay(named, null.replace(b'|""^^^^|', b'|""|'))
    assert (after.person.family, after.person.given, after.person.title) == (None, None, None)


def _place(*sent: tuple[str, str], updates: bool = False) -> list[str]:
    """Where the person was, one after another, by (event, PV1-3)."""
    facts: list[Fact] = []
    for number, (trigger, place) in enumerate(sent):
        at = f"202601{5 + number:02}100000"
        ended = f"{'|' * 42}{at}" if trigger == "A03" else ""
        head = f"MSH|^~\\&|PAS|RZZ|||{at}||ADT^{trigger}|C{number}|P|2.4\rEVN|{trigger}|{at}"
        raw = f"{head}\rPID|1||H1\rPV1|1|I|{place}{ended}"
        feed = Feed("pas", "RZZ", moves_by_update=updates)
        told = read_facts(read(raw.encode()), feed, Kept(f"m{number}", f"s{number}", AT))
        assert isinstance(told, tuple), told
        facts.extend(told)
    (stay,) = interpret(facts, Pins(), at=AT, mint=iter("abcd").__next__).encounters
    last = stay.movements[-1].location
    assert stay.location == (None if last == Location() else last)
    return [
        "/".join(part or "-" for part in (move.location.ward, move.location.bay, move.location.bed))
        for move in stay.movements
    ]


FIRST = ("A01", "B47^2^07")


@pytest.mark.parametrize(
    ("place", "corrected"),
    [
        (NULL, "-/-/-"),
        ('""^2^07', "-/-/-"),
        ('B47^""^""', "B47/-/-"),
        ('B47^2^""', "B47/2/-"),
        ('B47^^""', "B47/2/-"),
        ('^^""', "B47/2/-"),
        ('B47^""', "B47/-/07"),
        ("^^08", "B47/2/08"),
        ("B47^^08", "B47/2/08"),
        ("^3", "B47/3/-"),
        ("F21", "F21/-/-"),
        ('F21^""^""', "F21/-/-"),
        ("", "B47/2/07"),
        ("^^^RZZ01", "B47/2/07"),
    ],
)
def test_what_a_correction_says_of_a_place(place: str, corrected: str) -> None:
    assert _place(FIRST, ("A08", place)) == [corrected]


@pytest.mark.parametrize("event", ["A02", "A08"])
@pytest.mark.parametrize(
    ("place", "moved"),
    [
        (NULL, ["B47/2/07", "-/-/-"]),
        ('B47^2^""', ["B47/2/07", "B47/2/-"]),
        ('^^""', ["B47/2/07", "B47/2/-"]),
        ("^3^01", ["B47/2/07", "B47/3/01"]),
        ("B47", ["B47/2/07"]),
    ],
)
def test_what_a_move_says_of_a_place(place: str, moved: list[str], event: str) -> None:
    assert _place(FIRST, (event, place), updates=event == "A08") == moved


def test_a_bed_that_was_erased_is_given_again_and_a_discharge_that_frees_it_is_no_move() -> None:
    erased = ("A08", 'B47^2^""')
    assert _place(FIRST, erased, ("A08", "B47^2^")) == ["B47/2/-"]
    assert _place(FIRST, erased, ("A08", "B47^2^07")) == ["B47/2/07"]
    assert _place(FIRST, ("A08", NULL), ("A02", "F21^1^1")) == ["-/-/-", "F21/1/1"]
    assert _place(FIRST, ("A03", NULL)) == ["B47/2/07"]
    for updates in (False, True):
        assert _place(FIRST, ("A03", "B47^2^07"), ("A08", NULL), updates=updates) == ["B47/2/07"]
        assert _place(FIRST, ("A03", "B47^2^07"), ("A08", 'B47^2^""'), updates=updates) == ["B47/2/07"]
    assert _place(("A01", NULL), ("A02", "F21^1^1")) == ["-/-/-", "F21/1/1"]


@pytest.mark.parametrize("name", ["discharge_method", "discharge_destination"])
def test_a_discharge_told_again_leaves_what_it_leaves_out(name: str) -> None:
    known, after = _then(name, **{name: "", "discharged": "20260107103000"})
    assert ERASED[name](known) is not None
    assert after.discharged_at != known.discharged_at
    for other, shown in ERASED.items():
        assert shown(after) == shown(known), other


def test_a_discharge_that_was_cancelled_says_nothing_of_the_next() -> None:
    ended = {**KNOWN, **OF_A_DISCHARGE}
    said = [("A01", KNOWN), ("A03", ended), ("A13", KNOWN), ("A03", {**KNOWN, "discharged": "20260107160000"})]
    sent = [_er7(trigger, f"202601071{hour}0000", told) for hour, (trigger, told) in enumerate(said)]
    stay = _stay(*sent)
    assert stay.discharged_at is not None
    assert (stay.discharge_method, stay.discharge_destination) == (None, None)


def test_the_end_of_an_attendance_says_nothing_of_the_end_of_the_stay_it_became() -> None:
    attended = {**KNOWN, **OF_A_DISCHARGE, "patient_class": "E"}
    said = [("A04", KNOWN | {"patient_class": "E"}), ("A03", attended), ("A06", KNOWN), ("A03", KNOWN)]
    sent = [_er7(trigger, f"202601071{hour}0000", told) for hour, (trigger, told) in enumerate(said)]
    stay = _stay(*sent)
    assert stay.discharged_at is not None
    assert (stay.discharge_method, stay.discharge_destination) == (None, None)
