"""Who issued a number: named, known by a universal id, or not said at all."""

from datetime import UTC, datetime

import pytest

from services.admissions.adt import fact_from_event, read_facts
from services.admissions.adt.messages import Kept
from services.admissions.model import Fact, Feed, PersonKey, Quarantined, Reading, StayKey
from shared.contracts.api.admissions import AdtEvent
from shared.hl7.message import read

FEED = Feed("pas", "RZZ")
KEPT = Kept("m1", "0" * 64, datetime(2026, 1, 9, 12, tzinfo=UTC))
OID = "&2.999.1&ISO"
NHS = "&2.16.840.1.113883.2.1.4.1&ISO"


def _read(trigger: str, *segments: str) -> Reading:
    head = f"MSH|^~\\&|PAS|RZZ|||20260106090000||ADT^{trigger}|C1|P|2.4"
    return read_facts(read("\r".join([head, *segments]).encode()), FEED, KEPT)


def _fact(trigger: str, *segments: str) -> Fact:
    told = _read(trigger, *segments)
    assert isinstance(told, tuple), told
    return told[0]


def test_a_universal_id_is_the_issuer_of_every_number_that_names_none() -> None:
    person = f"PID|1||H1^^^{OID}^MR{'|' * 15}A1^^^{OID}"
    stay = f"PV1|1|I|F21||P1^^^{OID}{'|' * 14}V1^^^{OID}"
    told = _fact("A02", person, stay, f"MRG|||||V2^^^{OID}")
    assert told.patient == PersonKey("2.999.1", "H1")
    assert [told.account, told.preadmit, told.visit, told.prior_visit] == [
        StayKey("2.999.1", number) for number in ("A1", "P1", "V1", "V2")
    ]
    moved = _fact("A44", person, f"MRG|H2^^^{OID}^MR||A2^^^{OID}")
    assert moved.retired == (PersonKey("2.999.1", "H2"),)
    assert [moved.account, moved.prior_account] == [StayKey("2.999.1", "A1"), StayKey("2.999.1", "A2")]


def test_a_name_goes_before_a_universal_id() -> None:
    told = _fact("A01", f"PID|1||H1^^^RYY{OID}^MR", f"PV1|1|I|F21{'|' * 16}V1^^^RYY{OID}")
    assert (told.patient, told.visit) == (PersonKey("RYY", "H1"), StayKey("RYY", "V1"))


@pytest.mark.parametrize(
    "issuer",
    [
        *(NHS, f"NHS{NHS}", f'""{NHS}', f"NHSNUMBER{NHS}", f"RZZ{NHS}", f" Patient number {NHS}", "NHSnumber"),
        *("PDS&urn:oid:2.16.840.1.113883.2.1.4.1&ISO", "PDS&https://fhir.nhs.uk/Id/nhs-number&URI"),
    ],
)
def test_a_number_of_the_nhs_by_its_oid_is_nobodys_hospital_number(issuer: str) -> None:
    number = f"9990000018^^^{issuer}"
    told = _fact("A01", f"PID|1||{number}~H1", "PV1|1|I|F21")
    assert (told.patient, told.person.nhs_number) == (PersonKey("RZZ", "H1"), "9990000018")
    alone = _read("A01", f"PID|1||{number}", "PV1|1|I|F21")
    assert isinstance(alone, Quarantined)
    assert alone.code == "no-hospital-number"
    merged = _read("A40", "PID|1||H1", f"MRG|{number}")
    assert isinstance(merged, Quarantined)
    assert merged.code == "no-retired-number"


@pytest.mark.parametrize("code", ["A40", "A43", "A47"])
def test_a_retired_number_without_an_issuer_is_of_the_series_of_the_one_that_survives(code: str) -> None:
    told = _fact(code, "PID|1||9990000018^^^NHS^NH~H2^^^OLD^MR", "MRG|H1~9990000018^^^NHS^NH")
    assert told.retired == (PersonKey("OLD", "H1"),)
    assert _fact(code, "PID|1||H2^^^OLD^MR", "MRG|H1^^^RZZ").retired == (PersonKey("RZZ", "H1"),)
    assert _fact(code, "PID|1||H2", "MRG|H1").retired == (PersonKey("RZZ", "H1"),)


def test_of_a_visit_moved_the_person_before_has_the_issuer_of_the_person_now() -> None:
    told = _fact("A45", "PID|1||H2^^^OLD^MR", "MRG|H1||||V1", "PV1|1|I")
    assert (told.retired, told.prior_visit) == ((PersonKey("OLD", "H1"),), StayKey("RZZ", "V1"))


@pytest.mark.parametrize(("named", "issuer"), [({}, "OLD"), ({"issuer": "RYY"}, "RYY")])
def test_a_json_event_says_it_likewise(named: dict[str, str], issuer: str) -> None:
    event = AdtEvent.model_validate(
        {
            "control_id": "C1",
            "sending_application": "PAS",
            "sending_facility": "RZZ",
            "trigger": "A40",
            "recorded_at": "2026-01-06T09:00:00Z",
            "person": {"mrn": "H2", "mrn_issuer": "OLD"},
            "previous_mrn": {"value": "H1", **named},
        }
    )
    told = fact_from_event(event, FEED, KEPT)
    assert isinstance(told, Fact)
    assert told.retired == (PersonKey(issuer, "H1"),)
