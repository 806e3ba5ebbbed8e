"""What single ADT messages say: identifiers, times, nulls, classes, and what cannot be read safely."""

from dataclasses import replace
from datetime import UTC, date, datetime

from services.admissions.adt import fact_from_event, read_facts
from services.admissions.adt.codes import valid_nhs_number
from services.admissions.adt.messages import Kept
from services.admissions.model import Fact, Feed, Flag, NoEffect, PersonKey, Quarantined
from shared.contracts.api.admissions import AdtEvent, AdtLocation, AdtPerson, Identifier
from shared.contracts.encounters import PatientClass
from shared.hl7.message import read

FEED = Feed("pas", "RZZ")
KEPT = Kept("m1", "digest", datetime(2026, 7, 1, tzinfo=UTC))
PID = "PID|1||9990000018^^^NHS^NH~~00123^^^RZZ^MR~77^^^OLD^MR||Example^Doris"
EVN = "EVN|A01|20260605100500"
PV1 = "PV1|1|I|A&E^1^2^S||||||||||||||||V1|||||||||||||||||||||||||20260605100000"


def _read(*segments: str, trigger: str = "A01", feed: Feed = FEED, processing: str = "P"):
    header = f"MSH|^~\\&|PAS|RZZ|H|RZZ|20260605100500||ADT^{trigger}|C1|{processing}|2.4"
    return read_facts(read("\r".join((header, *segments)).encode()), feed, KEPT)


def _fact(*segments: str, trigger: str = "A01", feed: Feed = FEED) -> Fact:
    told = _read(*segments, trigger=trigger, feed=feed)
    assert isinstance(told, tuple), told
    return told[0]


def test_identifiers_are_chosen_by_type_and_issuer_never_by_position() -> None:
    fact = _fact(EVN, PID, PV1)
    assert fact.patient == PersonKey("RZZ", "00123")
    assert fact.person.nhs_number == "9990000018"
    assert _fact(EVN, PID, PV1, feed=replace(FEED, preferred_issuer="OLD")).patient == PersonKey("OLD", "77")


def test_nobody_is_found_by_nhs_number_alone() -> None:
    told = _read(EVN, "PID|1||9990000018^^^NHS^NH", PV1)
    assert isinstance(told, Quarantined)
    assert told.code == "no-hospital-number"


def test_where_pid_3_is_empty_pid_2_names_the_person() -> None:
    old = _fact(EVN, "PID|1|00123|||Example^Doris||||||||||||||999 000 0018", PV1)
    assert (old.patient, old.person.nhs_number) == (PersonKey("RZZ", "00123"), "9990000018")
    assert _fact(EVN, "PID|1|00123^^^OLD|00124", PV1).patient == PersonKey("RZZ", "00124")
    assert _fact(EVN, "PID|1|9990000018^^^OLD", PV1).patient == PersonKey("OLD", "9990000018")
    merged = _fact(EVN, "PID|1|00123", "MRG||||00124", trigger="A34")
    assert (merged.patient, merged.retired) == (PersonKey("RZZ", "00123"), (PersonKey("RZZ", "00124"),))
    newer = _fact(EVN, "PID|1|7^^^OLD|00123", "MRG|00124|||8", trigger="A34")
    assert newer.retired == (PersonKey("RZZ", "00124"),)


def test_an_nhs_number_in_pid_2_or_pid_4_is_one_by_its_type_or_issuer_and_never_a_hospitals() -> None:
    for pid in ("9990000018^^^NHS|H1", "|H1|9990000018^^^^NH", "9990000018^^^NHS~H1"):
        fact = _fact(EVN, f"PID|1|{pid}", PV1)
        assert (fact.patient, fact.person.nhs_number) == (PersonKey("RZZ", "H1"), "9990000018")
    assert _fact(EVN, "PID|1|9990000018|H1|9990000018", PV1).person.nhs_number is None
    for number in ("9990000018", "999 000 0018", "9990000018^^^NHS"):
        told = _read(EVN, f"PID|1|{number}", PV1)
        assert isinstance(told, Quarantined)
        assert told.code == "no-hospital-number"


def test_that_a_name_is_an_alias_may_be_said_second() -> None:
    said = [_fact(EVN, f"{PID}{'|' * 27}{codes}", PV1).person.identity_unknown for codes in ("US~AL", "AL", "US", "")]
    assert said == ["Y", "Y", None, None]


def test_of_two_numbers_of_one_issuer_nobody_says_whose_the_message_is() -> None:
    told = _read(EVN, "PID|1||00200^^^RZZ^MR~00100^^^RZZ^MR", PV1)
    assert isinstance(told, Quarantined)
    assert told.code == "several-hospital-numbers"
    merged = _read(EVN, "PID|1||00200^^^RZZ^MR~00100^^^RZZ^MR", "MRG|1^^^RZZ^MR", trigger="A40")
    assert isinstance(merged, Quarantined)
    for one in ("00200^^^RZZ^MR~00200^^^RZZ^MR", "00200^^^RZZ^MR~77^^^RYY^MR", "00200^^^RZZ^MR~77^^^RZZ^PI"):
        assert _fact(EVN, f"PID|1||{one}", PV1).patient.value == "00200"


def test_times_are_local_and_a_ward_may_hold_an_ampersand() -> None:
    fact = _fact(EVN, PID, PV1)
    assert fact.occurred.at == datetime(2026, 6, 5, 9, 0, tzinfo=UTC)
    assert fact.recorded == datetime(2026, 6, 5, 9, 5, tzinfo=UTC)
    assert fact.location is not None
    assert fact.location.ward == "A&E"


def test_a_sender_of_wrong_offsets_is_read_by_the_hospitals_clocks() -> None:
    told = PV1.replace("20260605100000", "20260605100000+0000")
    assert _fact(EVN, PID, told).occurred.at == datetime(2026, 6, 5, 10, 0, tzinfo=UTC)
    local = _fact(EVN, PID, told, feed=replace(FEED, times_are_local=True))
    assert local.occurred.at == datetime(2026, 6, 5, 9, 0, tzinfo=UTC)


def test_null_erases_and_empty_says_nothing() -> None:
    fact = _fact(EVN, 'PID|1||00123^^^RZZ^MR||""^Doris||""|', PV1)
    assert (fact.person.family, fact.person.given, fact.person.born, fact.person.sex) == ("", "Doris", "", None)


def test_an_unknown_class_is_flagged_and_never_guessed() -> None:
    fact = _fact(EVN, PID, PV1.replace("|I|", "|SURG ADMIT|"))
    assert fact.patient_class is PatientClass.UNKNOWN
    assert Flag.CLASS_UNKNOWN in fact.flags
    named = replace(FEED, classes={"SURG ADMIT": PatientClass.INPATIENT})
    assert _fact(EVN, PID, PV1.replace("|I|", "|SURG ADMIT|"), feed=named).patient_class is PatientClass.INPATIENT


def test_what_is_not_interpreted_has_no_effect_and_what_is_unsafe_is_quarantined() -> None:
    assert isinstance(_read(EVN, PID, PV1, trigger="A20"), NoEffect)
    assert isinstance(_read(EVN, PID, PV1, processing="T"), NoEffect)
    assert isinstance(_read(EVN, PV1), Quarantined)
    assert isinstance(_read(EVN, PID), Quarantined)
    assert isinstance(_read(EVN, PID, trigger="A40"), Quarantined)


def test_a_merge_of_two_persons_is_two_facts() -> None:
    other = "PID|1||00200^^^RZZ^MR"
    told = _read(EVN, PID, "MRG|1^^^RZZ^MR", other, "MRG|2^^^RZZ^MR", trigger="A40")
    assert isinstance(told, tuple)
    assert [(fact.patient.value, fact.retired[0].value) for fact in told] == [("00123", "1"), ("00200", "2")]
    assert len({fact.fact_id for fact in told}) == len({fact.sha256 for fact in told}) == 2


def test_a_merge_that_names_only_an_nhs_number_is_put_aside() -> None:
    assert isinstance(_read(EVN, PID, "MRG|9990000026^^^NHS^NH", trigger="A40"), Quarantined)
    assert isinstance(_read(EVN, "PID|1||9990000018^^^NHS^NH", "MRG|00200^^^RZZ^MR", trigger="A40"), Quarantined)
    told = _read(EVN, PID, "MRG|9990000026^^^NHS^NH~00200^^^RZZ^MR", trigger="A40")
    assert isinstance(told, tuple)
    assert [one.value for one in told[0].retired] == ["00200"]


def test_the_header_names_the_event_and_a_difference_is_flagged() -> None:
    assert Flag.TRIGGER_DIFFERS in _fact("EVN|A08|20260605100500", PID, PV1).flags


def test_impossible_times_are_flagged_and_never_raise() -> None:
    fact = _fact("EVN|A01|20261345|||", PID, PV1.replace("20260605100000", "18000101"))
    assert {Flag.TIME_UNREADABLE, Flag.TIME_IMPLAUSIBLE} <= set(fact.flags)
    assert fact.admit_time is None
    assert fact.recorded == datetime(2026, 6, 5, 9, 5, tzinfo=UTC)


def test_a_json_event_says_what_its_message_would() -> None:
    event = AdtEvent(
        control_id="C1",
        sending_application="PAS",
        sending_facility="RZZ",
        trigger="A01",
        recorded_at=datetime(2026, 6, 5, 9, 5, tzinfo=UTC),
        person=AdtPerson(
            mrn="00123", mrn_issuer="RZZ", nhs_number="999 000 0018", family="Example", born=date(1940, 2, 14)
        ),
        visit_number=Identifier(value="V1", issuer="RZZ"),
        patient_class="I",
        location=AdtLocation(ward_code="A&E", bay="1", bed="2", site="S"),
        admitted_at=datetime(2026, 6, 5, 9, 0, tzinfo=UTC),
    )
    told, sent = fact_from_event(event, FEED, KEPT), _fact(EVN, PID, PV1)
    assert isinstance(told, Fact)
    for name in ("trigger", "patient", "visit", "occurred", "recorded", "admit_time", "location", "patient_class"):
        assert getattr(told, name) == getattr(sent, name), name
    assert told.person.nhs_number == sent.person.nhs_number


def test_nhs_number_check_digit() -> None:
    assert all(map(valid_nhs_number, ("9990000018", "9990000026", "9990000034")))
    assert not any(map(valid_nhs_number, ("9990000019", "0000000000", "999000001", "9991234560", "999000001x")))


def test_a_json_event_that_tells_of_tomorrow_is_flagged_unless_it_plans() -> None:
    def flags(**changed: object) -> tuple[Flag, ...]:
        person = AdtPerson(mrn="H1", mrn_issuer="RZZ", born=date(1870, 1, 1))
        said: dict[str, object] = {"control_id": "1", "sending_application": "PAS", "sending_facility": "RZZ"}
        said |= {"trigger": "A01", "recorded_at": KEPT.received, "person": person} | changed
        fact = fact_from_event(AdtEvent.model_validate(said), FEED, KEPT)
        assert isinstance(fact, Fact)
        return fact.flags

    tomorrow = datetime(2026, 7, 2, 1, tzinfo=UTC)
    assert flags() == (Flag.BIRTH_IMPLAUSIBLE,)
    assert flags(recorded_at=tomorrow) == flags(admitted_at=tomorrow) == (Flag.BIRTH_IMPLAUSIBLE, Flag.TIME_AHEAD)
    assert flags(trigger="A05", admitted_at=tomorrow) == (Flag.BIRTH_IMPLAUSIBLE,)
