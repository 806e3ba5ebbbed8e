"""What a sender means in its own way: null, silence, where codes stand, whose clocks; and on what terms it is heard."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.admissions.adt import fact_from_event, read_facts
from services.admissions.adt.messages import Kept
from services.admissions.arrivals import ER7, Rejection
from services.admissions.incoming import Origin
from services.admissions.model import NOWHERE, Fact, Feed, Flag, Location, NoEffect, NullPolicy, Spot
from services.admissions.model.messages import KeptMessage
from services.admissions.rules.reading import read_kept
from services.admissions.rules.terms import has_terms, refusal
from shared.contracts.api.admissions import AdtEvent
from shared.contracts.encounters import PatientClass
from shared.hl7.message import read

FEED = Feed("pas", "RZZ")
NULLS = replace(FEED, null_policy=NullPolicy.IGNORED)
AT = datetime(2026, 7, 1, tzinfo=UTC)
PID = "PID|1||H1^^^RZZ^MR||Example^Doris||19400214|2"
PV1 = "PV1|1|I|B47^2^07|21|||C1|||430|||||||||V1"


def _facts(
    *segments: str, feed: Feed = FEED, trigger: str = "A08", marks: str = "|^~\\&", sent: str = "20260605100500"
) -> tuple[Fact, ...]:
    head = f"MSH|^~\\&|PAS|RZZ|H|RZZ|{sent}||ADT^{trigger}|C1|P|2.4"
    text = "\r".join((head, "EVN||20260605100500", *segments))
    swapped = text.translate(str.maketrans("|^~\\&", marks))
    told = read_facts(read(swapped.encode()), feed, Kept("m1", "digest", AT))
    assert isinstance(told, tuple), told
    return told


@pytest.mark.parametrize("marks", ["|^~\\&", "$%*!?"])
def test_a_null_that_means_nothing_leaves_everything(marks: str) -> None:
    pid = 'PID|1||H1^^^RZZ^MR~""||""^Doris||""|2'
    pv1 = 'PV1|1|""|B47^2^""|""|||""~""|||""|||||||||V1'
    (erased,) = _facts(pid, pv1, marks=marks)
    (left,) = _facts(pid, pv1, feed=NULLS, marks=marks)
    assert (erased.person.family, erased.person.born, erased.stay.specialty) == ("", "", "")
    assert erased.location == Location("B47", "2", "")
    assert (left.person.family, left.person.given, left.person.born) == (None, "Doris", None)
    assert (left.stay.admission_method, left.stay.consultant, left.stay.specialty) == (None, None, None)
    assert left.location == Location("B47", "2")


def test_a_null_that_means_nothing_erases_no_ward_and_hides_no_text() -> None:
    (fact,) = _facts('PID|1||H1^^^RZZ^MR||O""Hara^Doris', 'PV1|1|I|""', feed=NULLS)
    assert (fact.person.family, fact.location) == ('O""Hara', None)
    (usual,) = _facts(PID, 'PV1|1|I|""')
    assert usual.location == NOWHERE


def test_a_null_that_means_nothing_means_nothing_where_two_people_swap_beds() -> None:
    other = PID.replace("H1", "H2").replace("Example", '""')
    facts = _facts(PID, PV1, other, 'PV1|1|I|F21^1^""', feed=NULLS, trigger="A17")
    assert [fact.location for fact in facts] == [Location("B47", "2", "07"), Location("F21", "1")]
    assert [fact.person.family for fact in facts] == ["Example", None]


def test_in_a_segment_that_is_always_full_an_empty_field_says_none() -> None:
    feed = replace(FEED, empty_erases=("PID", "PV1", "PV2"))
    (fact,) = _facts("PID|1||H1^^^RZZ^MR||^Doris", "PV1|1||B47", "PV2|1", feed=feed)
    assert (fact.person.family, fact.person.given, fact.person.title, fact.person.sex) == ("", "Doris", "", "")
    assert fact.location == Location("B47", "", "")
    assert (fact.stay.consultant, fact.stay.specialty, fact.stay.expected_discharge_on) == ("", "", "")
    assert (fact.patient_class, fact.visit, fact.admit_time) == (None, None, None)
    assert (fact.person.deceased, fact.person.nhs_number) == (None, None)


def test_what_is_not_there_is_not_empty_and_silence_takes_nobody_off_a_ward() -> None:
    (fact,) = _facts(PID, "PV1|1|I||21", feed=replace(FEED, empty_erases=("PV1", "PV2")))
    assert fact.location is None
    assert (fact.stay.specialty, fact.stay.expected_discharge_on) == ("", None)
    assert fact.person.title is None
    (of_pid,) = _facts(PID, PV1, feed=replace(FEED, empty_erases=("PID",)))
    assert (of_pid.person.title, of_pid.stay.discharge_method) == ("", None)


def test_what_says_who_is_who_erases_nothing_by_silence() -> None:
    feed = replace(FEED, empty_erases=("PID", "PV1"))
    (merged,) = _facts("PID|1||H1^^^RZZ^MR", "MRG|H2^^^RZZ^MR", feed=feed, trigger="A40")
    assert (merged.person.family, merged.person.born) == (None, None)
    (updated,) = _facts("PID|1||H1^^^RZZ^MR", feed=feed, trigger="A31")
    assert (updated.person.family, updated.person.born) == ("", "")
    swapped = _facts(PID, "PV1|1|I|B47", PID.replace("H1", "H2"), PV1, feed=feed, trigger="A17")
    assert [one.location for one in swapped] == [Location("B47", "", ""), Location("B47", "2", "07")]


@pytest.mark.parametrize(("said", "taken"), [("P", True), (" p ", True), ("P^T", True), ("", False), ("T", False)])
def test_what_was_kept_before_its_mark_was_asked_for_changes_nothing(said: str, *, taken: bool) -> None:
    raw = f"MSH|^~\\&|PAS|RZZ|H|RZZ|20260605100500||ADT^A08|C1|{said}|2.4\r{PID}\r{PV1}\r".encode()
    told = read_facts(read(raw), replace(FEED, processing_id="P", accepts_training=True), Kept("m1", "digest", AT))
    assert isinstance(told, tuple) == taken
    assert taken or told == NoEffect("its mark (MSH-11) is not the one its sender is to bear")


def test_codes_are_read_where_the_sender_writes_them() -> None:
    fields = {"patient_class": Spot(18), "specialty": Spot(39), "admission_method": Spot(14), "consultant": Spot(17, 2)}
    feed = replace(FEED, fields=fields, classes={"X9": PatientClass.DAY_CASE})
    (fact,) = _facts(PID, 'PV1|1|I|B47|99|||C9|||999||||22|||A^C1|X9|V1||||||||||||||||||||""', feed=feed)
    assert (fact.patient_class, fact.stay.consultant) == (PatientClass.DAY_CASE, "C1")
    assert (fact.stay.admission_method, fact.stay.specialty) == ("22", "")
    swapped = _facts(PID, "PV1|1||B47|||||||||||||||X9", PID.replace("H1", "H2"), PV1, feed=feed, trigger="A17")
    assert [one.patient_class for one in swapped] == [PatientClass.DAY_CASE, None]
    (silent,) = _facts(PID, "PV1|1|I|B47|99", feed=feed)
    assert (silent.patient_class, silent.stay.admission_method) == (None, None)


def test_times_are_those_of_the_clocks_of_the_sender() -> None:
    pid = f"{PID}{'|' * 21}20260605120000"
    (home,) = _facts(pid, PV1)
    (utc,) = _facts(pid, PV1, feed=replace(FEED, zone="Etc/UTC"))
    assert home.recorded == datetime(2026, 6, 5, 9, 5, tzinfo=UTC)
    assert utc.recorded == utc.message_time == datetime(2026, 6, 5, 10, 5, tzinfo=UTC)
    assert (home.person.deceased_at, utc.person.deceased_at) == (
        "2026-06-05T11:00:00+00:00",
        "2026-06-05T12:00:00+00:00",
    )


@pytest.mark.parametrize(
    ("sent", "feed", "hour", "flagged"),
    [
        ("20260605100500+0100", FEED, 9, False),
        ("20260605090500Z", FEED, 10, True),
        ("20260605110500+0200", FEED, 8, True),
        ("20260105100500+0000", FEED, 9, False),
        ("20260105100500+0100", FEED, 9, True),
        ("20260605100500", FEED, 9, False),
        ("18260605100500+0200", FEED, 9, False),
        ("20260605090500Z", replace(FEED, zone="Europe/London"), 9, False),
        ("20260605090500Z", replace(FEED, times_are_local=True), 9, False),
    ],
)
def test_the_offset_of_the_sending_time_is_that_of_the_message_where_it_is_not_londons(
    sent: str, feed: Feed, hour: int, *, flagged: bool
) -> None:
    (fact,) = _facts(PID, f"PV1|1|I|B47{'|' * 16}V1{'|' * 25}20250601100000", feed=feed, sent=sent)
    assert fact.admit_time is not None
    assert fact.admit_time.at == datetime(2025, 6, 1, hour, tzinfo=UTC)
    assert (Flag.ZONE_OF_SENDING_TIME in fact.flags) is flagged


def test_an_offset_that_is_wrong_is_wrong_in_the_time_of_a_death_too() -> None:
    pid = f"{PID}{'|' * 21}20260605120000+0000"
    (believed,), (not_believed,) = (
        _facts(pid, PV1, feed=replace(FEED, times_are_local=local)) for local in (False, True)
    )
    assert believed.person.deceased_at == "2026-06-05T12:00:00+00:00"
    assert not_believed.person.deceased_at == "2026-06-05T11:00:00+00:00"


def test_the_hours_of_the_nights_that_change_are_those_of_that_zone() -> None:
    twice = "PV1|1|I|B47||||||||||||||||V1" + "|" * 25 + "20251102013000"
    (fact,) = _facts(PID, twice, feed=replace(FEED, zone="America/New_York"))
    assert fact.admit_time is not None
    assert fact.admit_time.at == datetime(2025, 11, 2, 5, 30, tzinfo=UTC)
    assert Flag.LOCAL_TIME_TWICE in fact.flags
    (home,) = _facts(PID, twice)
    assert Flag.LOCAL_TIME_TWICE not in home.flags


@pytest.mark.parametrize(
    ("said", "odd"), [("2.4", False), ("2.4^GBR", False), ("", False), ("2.3", True), ("2.4 UK", True), ("2.5.1", True)]
)
def test_another_version_is_flagged_and_read(said: str, *, odd: bool) -> None:
    raw = f"MSH|^~\\&|PAS|RZZ|H|RZZ|20260605100500||ADT^A08|C1|P|{said}\r{PID}\r{PV1}\r".encode()
    kept = KeptMessage("m1", "mllp", "PAS", "RZZ", "C1", "0" * 64, ER7, raw, AT)
    told = read_kept(kept, replace(FEED, version="2.4"))
    assert isinstance(told.read, tuple)
    assert told.remarks == (("version-differs",) if odd else ())
    assert read_kept(kept, FEED).remarks == ()


@pytest.mark.parametrize(
    ("peer", "heard"),
    [
        ("192.0.2.7", True),
        ("192.0.2.8", False),
        ("198.51.100.200", True),
        ("198.51.101.1", False),
        ("::ffff:192.0.2.7", True),
        ("2001:db8::1", True),
        ("2001:db8::1%eth0", True),
        ("2001:db8:0:1::1%eth0", False),
        ("local", False),
        ("", False),
    ],
)
def test_a_sender_is_heard_from_its_own_addresses_alone(peer: str, *, heard: bool) -> None:
    feed = replace(FEED, peers=("192.0.2.7/32", "198.51.100.0/24", "2001:db8::/64"))
    assert refusal(feed, Origin(peer), "P") is (None if heard else Rejection.ADDRESS)
    assert refusal(feed, None, "P") is None
    assert refusal(FEED, Origin(peer), "P") is None
    assert (has_terms(feed), has_terms(FEED)) == (True, False)


def test_a_sender_is_heard_with_its_own_certificate_alone() -> None:
    feed = replace(FEED, certificates=("tie.example", "tie-2.example"))
    assert refusal(feed, Origin("192.0.2.7", ("other", "tie.example")), None) is None
    assert refusal(feed, Origin("192.0.2.7", ("TIE.Example",)), None) is None
    assert refusal(replace(FEED, certificates=("Tie.EXAMPLE",)), Origin("192.0.2.7", ("tie.example",)), None) is None
    for names in ((), ("tie",), ("TIE.example.evil",)):
        assert refusal(feed, Origin("192.0.2.7", names), None) is Rejection.CERTIFICATE
    assert has_terms(feed)


@pytest.mark.parametrize(("said", "heard"), [("T", True), ("P", False), ("", False), (None, True)])
def test_a_sender_is_heard_as_it_is_to_be_marked(said: str | None, *, heard: bool) -> None:
    feed = replace(FEED, processing_id="T")
    assert refusal(feed, None, said) is (None if heard else Rejection.PROCESSING_ID)
    assert has_terms(feed)


@pytest.mark.parametrize("trigger", ["A01", "A02", "A03", "A07", "A08", "A11", "A13", "A23", "A29"])
def test_who_may_end_no_stays_is_not_believed_that_one_is_over(trigger: str) -> None:
    kept, visit = Kept("m1", "digest", AT), {"value": "V1"}
    head = f"MSH|^~\\&|LAB|RZZ|H|RZZ|20260605100500||ADT^{trigger}|C1|P|2.4"
    message = read("\r".join((head, "EVN||20260605100500", PID, PV1)).encode())
    sender = {"control_id": "C1", "sending_application": "LAB", "sending_facility": "RZZ", "trigger": trigger}
    said = {"recorded_at": AT, "person": {"mrn": "H1", "mrn_issuer": "RZZ"}, "visit_number": visit}
    event = AdtEvent.model_validate(sender | said)
    ends = trigger in ("A03", "A07", "A11", "A23", "A29")
    lab = replace(FEED, may_end_stays=False)
    for told in (read_facts(message, lab, kept), fact_from_event(event, lab, kept)):
        assert isinstance(told, NoEffect) is ends
    for told in (read_facts(message, FEED, kept), fact_from_event(event, FEED, kept)):
        assert not isinstance(told, NoEffect)
