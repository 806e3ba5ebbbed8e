"""Where somebody lives: the code of a council in PID-11.9 of a home address, and nothing that only looks like one."""

from datetime import UTC, datetime

import pytest

from services.admissions.adt import fact_from_event
from services.admissions.model import Fact, Pins
from services.admissions.rules.interpreting import interpret
from services.admissions.rules.published import state_of
from shared.contracts.api.admissions import AdtEvent, AdtLocation, AdtPerson
from tests.rules.admissions.test_reading import EVN, FEED, KEPT, PV1, _fact

AT = datetime(2026, 7, 1, tzinfo=UTC)


def _pid(address: str) -> str:
    return f"PID|1||00123^^^RZZ^MR||Example^Doris||19400214|2|||{address}"


def _told(address: str) -> str | None:
    """The council as it is announced."""
    fact = _fact(EVN, _pid(address), PV1)
    (stay,) = interpret([fact], Pins(), at=AT, mint=iter("abcd").__next__).encounters
    return state_of(stay, "RZZ", version=1, learned_at=AT).person.council


@pytest.mark.parametrize(
    ("address", "council"),
    [
        ("1 High St^^Nottingham^^NG1 1AA^^H^^E06000018", "E06000018"),
        ("^^^^NG1 1AA^^^^00fy", None),
        ("^^^^NG1 1AA^^^^512", "512"),
        ("^^^^NG1 1AA^^H^^e10000024", "E10000024"),
        ("^^^^NG1 1AA^^C^^E06000018", None),
        ("^^^^NG1 1AA^^H^^Nottinghamshire", None),
        ("^^^Nottinghamshire^NG1 1AA^^H", None),
        ("", None),
        ('""', None),
    ],
)
def test_a_council_is_known_by_its_code_at_a_home_address(address: str, council: str | None) -> None:
    assert _told(address) == council


def test_a_json_event_says_it_too() -> None:
    person = AdtPerson(mrn="1", mrn_issuer="RZZ", council="E06000018")
    event = AdtEvent(
        trigger="A01",
        control_id="1",
        sending_application="PAS",
        sending_facility="RZZ",
        recorded_at=AT,
        person=person,
        location=AdtLocation(ward_code="B47"),
    )
    fact = fact_from_event(event, FEED, KEPT)
    assert isinstance(fact, Fact)
    assert fact.person.council == "E06000018"
