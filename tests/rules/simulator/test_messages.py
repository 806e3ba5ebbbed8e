"""What the fictional PAS writes, as other libraries and our own reader read it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import hl7
import pytest
from nhs_number.constants import REGION_SYNTHETIC
from nhs_number.details import NhsNumber

from services.simulator.model import Adt, Person, Place, Quirk
from services.simulator.rules.er7 import write
from services.simulator.rules.people import nhs_number as numbered
from services.simulator.store import hospital
from tests.processes.programs import EXAMPLE as HOSPITAL

DORIS = Person("S1000001", numbered(1), "Núñez", "Zoë", "Mrs", date(1940, 2, 14), "2", "01154960000")
EXAMPLE = Path(__file__).parents[3] / "deploy" / "examples" / "admission.hl7"
SUMMER = datetime(2026, 7, 1, 9, 30, 15, tzinfo=UTC)
ADMITTED = Adt(
    control_id="P0000001001",
    trigger="A01",
    person=DORIS,
    recorded=SUMMER,
    occurred=SUMMER,
    visit="V0000001",
    patient_class="I",
    place=Place("OAK", "A", "A1"),
    admitted=SUMMER,
    admission_method="21",
    specialty="430",
)


def read(message: bytes, charset: str = "utf-8") -> hl7.Message:
    parsed = hl7.parse(message.decode(charset))
    assert isinstance(parsed, hl7.Message)
    return parsed


def test_an_admission_reads_as_meant_in_local_time() -> None:
    message = read(write(ADMITTED, "RZZ", "RZZ01"))
    assert str(message.segment("MSH")[9]) == "ADT^A01^ADT_A01"
    assert message["PID.F3.R1.C1"] == "S1000001"
    assert message["PID.F5.R1.C1"] == "Núñez"
    assert [message[f"PV1.F3.R1.C{number}"] for number in (1, 2, 3, 4)] == ["OAK", "A", "A1", "RZZ01"]
    assert message["PV1.F19.R1.C1"] == "V0000001"
    assert str(message.segment("PV1")[44]) == "20260701103015"


def test_nobody_who_is_played_lies_in_the_bed_of_the_message_sent_by_hand() -> None:
    ward, bay, bed, _ = EXAMPLE.read_text(encoding="utf-8").partition("PV1|")[2].split("|")[2].split("^")
    played = [place for one in hospital.read(HOSPITAL).wards if one.code == ward for place in one.places]
    assert len(played) > 20
    assert Place(ward, bay, bed) not in played


def test_a_cancelled_discharge_erases_what_the_discharge_said() -> None:
    message = read(write(replace(ADMITTED, trigger="A13"), "RZZ", "RZZ01"))
    assert [str(message.segment("PV1")[number]) for number in (36, 37, 45)] == ['""', '""', '""']


def test_a_merge_names_the_number_that_goes() -> None:
    message = read(write(replace(ADMITTED, trigger="A40", visit=None, retired_mrn="S5000001"), "RZZ", "RZZ01"))
    assert message["MRG.F1.R1.C1"] == "S5000001"


@pytest.mark.parametrize(
    ("quirk", "mark"),
    [
        (Quirk.LF_ENDINGS, b"\nPID|"),
        (Quirk.LATIN_1, b"|8859/1\r"),
        (Quirk.LATIN_1, "Núñez".encode("latin-1")),
        (Quirk.UNDECLARED_CHARSET, b"|2.4|||||GBR|\rEVN"),
        (Quirk.UNDECLARED_CHARSET, "Núñez".encode("windows-1252")),
        (Quirk.CR_LF_ENDINGS, b"\r\nPID|"),
        (Quirk.NULLS, b'|""|'),
        (Quirk.MINUTES_ONLY, b"|202607011030|"),
        (Quirk.TRAINING, b"|T|2.4|"),
        (Quirk.NOT_HL7, b"** link test"),
    ],
)
def test_each_quirk_is_in_the_bytes_and_nowhere_else(quirk: Quirk, mark: bytes) -> None:
    assert mark in write(replace(ADMITTED, quirks=frozenset({quirk})), "RZZ", "RZZ01")
    assert mark not in write(ADMITTED, "RZZ", "RZZ01")


def test_without_its_last_end_a_message_is_otherwise_the_same() -> None:
    whole = write(ADMITTED, "RZZ", "RZZ01")
    assert write(replace(ADMITTED, quirks=frozenset({Quirk.NO_LAST_CR})), "RZZ", "RZZ01") + b"\r" == whole


def test_without_an_evn_or_a_number_there_is_none() -> None:
    assert b"EVN|" not in write(replace(ADMITTED, quirks=frozenset({Quirk.NO_EVN})), "RZZ", "RZZ01")
    assert b"S1000001" not in write(replace(ADMITTED, quirks=frozenset({Quirk.NO_PATIENT})), "RZZ", "RZZ01")


def test_a_ward_with_an_ampersand_is_sent_as_such_systems_send_it() -> None:
    assert b"|A&E^^^RZZ01|" in write(replace(ADMITTED, place=Place("A&E")), "RZZ", "RZZ01")


def test_nhs_numbers_are_valid_of_the_test_range_and_each_somebodys_own() -> None:
    given = [numbered(number) for number in range(1, 6000)]
    assert len(set(given)) == len(given)
    assert all(NhsNumber(one).valid and NhsNumber(one).region is REGION_SYNTHETIC for one in given)


def test_the_message_that_is_sent_by_hand_is_about_nobody_the_simulator_plays() -> None:
    (by_hand,) = {str(one[0]) for one in read(EXAMPLE.read_bytes()).segment("PID")[3] if str(one[3]) == "NHS"}
    assert NhsNumber(by_hand).valid
    assert NhsNumber(by_hand).region is REGION_SYNTHETIC
    assert by_hand not in {numbered(number) for number in range(100_000)}
