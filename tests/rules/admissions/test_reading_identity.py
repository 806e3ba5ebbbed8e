"""Identity, plans and whereabouts, read alike from HL7 and from JSON; what names too little is put aside."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from services.admissions.adt import fact_from_event, read_facts
from services.admissions.adt.messages import Kept
from services.admissions.model import (
    Fact,
    FactId,
    Feed,
    Flag,
    Location,
    PersonKey,
    Pins,
    Quarantined,
    Reading,
    StayKey,
    Trigger,
)
from services.admissions.rules.interpreting import interpret
from shared.contracts.api.admissions import AdtEvent
from shared.hl7.message import read

FEED = Feed("pas", "RZZ")
KEPT = Kept("m1", "0" * 64, datetime(2026, 1, 9, 12, tzinfo=UTC))
HERE = "PV1|1|I|B47^2^07|||||||||||||||||||||||||||||||||||||||||20260105100000"


def _read(trigger: str, *segments: str, feed: Feed = FEED) -> Reading:
    head = f"MSH|^~\\&|PAS|RZZ|||20260106090000||ADT^{trigger}|C1|P|2.4"
    return read_facts(read("\r".join([head, *segments]).encode()), feed, KEPT)


def _told(trigger: str, **said: Any) -> Reading:
    event = AdtEvent.model_validate(
        {
            "control_id": "C1",
            "sending_application": "PAS",
            "sending_facility": "RZZ",
            "trigger": trigger,
            "recorded_at": "2026-01-06T09:00:00Z",
            "person": {"mrn": "H1", "mrn_issuer": "RZZ"},
            **said,
        }
    )
    told = fact_from_event(event, FEED, KEPT)
    return (told,) if isinstance(told, Fact) else told


def number(value: str) -> dict[str, str]:
    return {"value": value}


@pytest.mark.parametrize(
    ("trigger", "segments", "said"),
    [
        ("A40", ["PID|1||H1", "MRG|H2"], {"previous_mrn": number("H2")}),
        ("A43", ["PID|1||H1", "MRG|H2"], {"previous_mrn": number("H2")}),
        ("A46", ["PID|1||H1", "MRG|H1"], {"previous_mrn": number("H1")}),
        ("A47", ["PID|1||H1", "MRG|H1"], {"previous_mrn": number("H1")}),
        ("A47", ["PID|1||H1", "MRG|H2"], {"previous_mrn": number("H2")}),
        ("A29", ["PID|1||H1"], {}),
        (
            "A36",
            ["PID|1||H1|||||||||||||||A1", "MRG|H2||A2"],
            {"previous_mrn": number("H2"), "account_number": number("A1"), "previous_account_number": number("A2")},
        ),
        (
            "A49",
            ["PID|1||H1|||||||||||||||A1", "MRG|H1||A2"],
            {"account_number": number("A1"), "previous_account_number": number("A2")},
        ),
        (
            "A44",
            ["PID|1||H1", "MRG|H2||A2"],
            {"previous_mrn": number("H2"), "previous_account_number": number("A2")},
        ),
        (
            "A50",
            ["PID|1||H1", "MRG|H1||||V2", "PV1|1|I|||||||||||||||||V1"],
            {"previous_visit_number": number("V2"), "visit_number": number("V1")},
        ),
        (
            "A45",
            ["PID|1||H1", "MRG|H2||||V2", "PV1|1|I"],
            {"previous_mrn": number("H2"), "previous_visit_number": number("V2")},
        ),
        (
            "A15",
            ["EVN|A15|20260106090000|20260106140000", "PID|1||H1", f"PV1|1|I{'|' * 40}C10^1^01"],
            {"other_location": {"ward_code": "C10", "bay": "1", "bed": "01"}, "planned_at": "2026-01-06T14:00:00Z"},
        ),
        (
            "A16",
            ["EVN|A16|20260106090000|20260110140000", "PID|1||H1", "PV1|1|I"],
            {"planned_at": "2026-01-10T14:00:00Z"},
        ),
    ],
)
def test_both_forms_say_the_same(trigger: str, segments: list[str], said: dict[str, Any]) -> None:
    (sent,), (told,) = facts(_read(trigger, *segments)), facts(_told(trigger, **said))
    for name in ("trigger", "patient", "retired", "visit", "prior_visit", "account", "prior_account", "person"):
        assert getattr(told, name) == getattr(sent, name), name
    assert (told.other_location, told.planned) == (sent.other_location, sent.planned)
    assert told.stay.expected_discharge_on == sent.stay.expected_discharge_on


def facts(reading: Reading) -> tuple[Fact, ...]:
    assert isinstance(reading, tuple), reading
    return reading


@pytest.mark.parametrize(
    ("trigger", "segments", "code"),
    [
        ("A40", ["PID|1||H1"], "no-retired-number"),
        ("A40", ["PID|1||H1", "MRG|9990000018^^^NHS^NH"], "no-retired-number"),
        ("A47", ["PID|1||H1"], "no-retired-number"),
        ("A47", ["PID|1||H1", "MRG|H2^^^RZZ^XX"], "no-retired-number"),
        ("A45", ["PID|1||H1", "MRG|||||V2", HERE], "no-retired-number"),
        ("A45", ["PID|1||H1", "MRG|H2", HERE], "no-prior-visit"),
        ("A42", ["PID|1||H1", "MRG|H1||||V2", HERE], "no-prior-visit"),
        ("A41", ["PID|1||H1", "MRG|H1||A2"], "no-prior-account"),
        ("A24", ["PID|1||H1", "PID|2||H1"], "no-second-patient"),
        ("A17", ["PID|1||H1", "PID|2||H2"], "no-visit"),
        ("A17", ["PID|1||", "PV1|1|I|F21", "PID|2||H2"], "no-hospital-number"),
        ("A23", ["PID|1||H1", "PV1|1|I|F21"], "no-visit-named"),
        ("A01", [f"PID|1||H1^^^RZZ^MR{'|' * 18}H1", HERE], "number-of-the-mother"),
        ("A08", [f"PID|1||H1{'|' * 18}H7^^^RYY^MR~H1^^^RZZ^MR|||Y|1"], "number-of-the-mother"),
        ("A40", [f"PID|1||H1{'|' * 18}H1", "MRG|H2"], "number-of-the-mother"),
    ],
)
def test_what_names_too_little_is_put_aside(trigger: str, segments: list[str], code: str) -> None:
    told = _read(trigger, *segments)
    assert isinstance(told, Quarantined)
    assert told.code == code


@pytest.mark.parametrize("code", ["A46", "A47", "A48"])
@pytest.mark.parametrize("prior", ["9990000026^^^NHS^NH", "9990000026^^^NHS^NH~H1", "H1^^^RZZ^MR~9990000026^^^NHS"])
def test_a_changed_nhs_number_is_of_the_person_alone(code: str, prior: str) -> None:
    (fact,) = facts(_read(code, "PID|1||H1^^^RZZ^MR~9990000018^^^NHS^NH", f"MRG|{prior}"))
    assert (fact.trigger, fact.patient, fact.retired) == (Trigger.UPDATE_PERSON, PersonKey("RZZ", "H1"), ())
    assert fact.person.nhs_number == "9990000018"


def test_a_newborn_with_a_number_of_its_own_may_name_its_mother() -> None:
    for mother in ("H2^^^RZZ^MR", "H1^^^RYY^MR", "H1^^^NHS^NH", '""', ""):
        (fact,) = facts(_read("A01", f"PID|1||H1^^^RZZ^MR{'|' * 18}{mother}", HERE))
        assert fact.patient == PersonKey("RZZ", "H1")


def test_json_that_names_too_little_is_put_aside() -> None:
    codes = [
        told.code for told in map(_told, ("A40", "A45", "A42", "A41", "A24", "A23")) if isinstance(told, Quarantined)
    ]
    assert codes == [
        *("no-retired-number", "no-retired-number", "no-prior-visit"),
        *("no-prior-account", "no-second-patient", "no-visit-named"),
    ]


def test_a_swap_is_two_moves_each_with_its_own_bed() -> None:
    one, other = facts(_read("A17", "PID|1||H1", "PV1|1|I|F21^1^1", "PID|2||H2", "PV1|2|I|B47^1^1"))
    assert (one.trigger, other.trigger) == (Trigger.TRANSFER, Trigger.TRANSFER)
    assert [(fact.patient.value, fact.location and fact.location.ward) for fact in (one, other)] == [
        ("H1", "F21"),
        ("H2", "B47"),
    ]
    assert one.fact_id != other.fact_id
    assert one.sha256 != other.sha256


def test_each_visit_that_moves_is_a_fact_of_its_own() -> None:
    told = facts(_read("A45", "PID|1||H1", "MRG|H2||||V2", "PV1|1|I|||||||||||||||||V3", "MRG|H4||||V4", "PV1|2|I"))
    assert [(fact.retired, fact.prior_visit, fact.visit) for fact in told] == [
        ((PersonKey("RZZ", "H2"),), StayKey("RZZ", "V2"), StayKey("RZZ", "V3")),
        ((PersonKey("RZZ", "H4"),), StayKey("RZZ", "V4"), StayKey("RZZ", "V4")),
    ]


def test_a_visit_numbered_within_a_person_is_looked_for_under_whoever_had_it() -> None:
    feed = Feed("pas", "RZZ", visits_within_person=True)
    (fact,) = facts(_read("A45", "PID|1||H1", "MRG|H2||||1", "PV1|1|I", feed=feed))
    assert fact.prior_visit == StayKey("RZZ", "1", PersonKey("RZZ", "H2"))
    assert fact.visit == StayKey("RZZ", "1", PersonKey("RZZ", "H1"))


@pytest.mark.parametrize(
    "other",
    [[], ["PID|2||H2"], ["PID|2||", "PV1|2|I|B47^1^1"], ["PID|2||H2", "PV1|2|I"], ["PID|2||H2", "PV1|2|I|^^^S"]],
)
def test_a_swap_of_which_one_bed_is_known_moves_whoever_is_there_and_says_so(other: list[str]) -> None:
    known = ["PID|1||H1", "PV1|1|I|F21^1^1"]
    for told in (facts(_read("A17", *known, *other)), facts(_read("A17", *other, *known))):
        assert {fact.flags for fact in told} == {(Flag.SWAP_OF_ONE,)}
        (moved,) = (fact for fact in told if fact.location is not None)
        assert (moved.patient.value, moved.location) == ("H1", Location("F21", "1", "1"))
        assert len({fact.sha256 for fact in told}) == len(told)


def test_a_swap_of_two_beds_is_not_odd() -> None:
    both = facts(_read("A17", "PID|1||H1", "PV1|1|I|F21^1^1", "PID|2||H2", "PV1|2|I|B47^1^1"))
    assert [fact.flags for fact in both] == [(), ()]


def test_a_number_that_is_none_is_said_of_the_message_that_told_it_and_two_are_two_valid_ones() -> None:
    wrong = facts(_read("A01", "PID|1||H1^^^RZZ^MR~9999990151^^^NHS^NH", HERE))
    (said,) = facts(_read("A08", "PID|1||H1^^^RZZ^MR~9990000018^^^NHS^NH", HERE))
    right = [replace(said, fact_id=FactId("m2"), message_id="m2", sha256="1" * 64)]
    told = interpret([*wrong, *right], Pins(), at=datetime(2026, 1, 9, 12, tzinfo=UTC), mint=iter("abcd").__next__)
    assert told.fact_flags[wrong[0].fact_id] == (Flag.NHS_NUMBER_FOR_TESTS, Flag.NHS_NUMBER_INVALID)
    assert Flag.NHS_NUMBER_INVALID not in told.fact_flags.get(right[0].fact_id, ())
    (stay,) = told.encounters
    assert {Flag.NHS_NUMBERS_DIFFER, Flag.NHS_NUMBER_INVALID}.isdisjoint({*stay.flags, *stay.person.flags})
