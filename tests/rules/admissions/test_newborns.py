"""Two dates of birth under one number: which are two people, and which are one person, corrected."""

from datetime import UTC, datetime

import pytest

from services.admissions.model import Fact, FactId, PersonKey, PersonSaid, StayKey, Trigger, When
from services.admissions.rules.newborns import of_newborns

NOW = datetime(2026, 1, 6, 9, tzinfo=UTC)


def _fact(name: str, born: str | None, visit: str | None = None) -> Fact:
    return Fact(
        fact_id=FactId(name),
        message_id=name,
        trigger=Trigger.ADMIT,
        feed="pas",
        control_id=name,
        sha256=name,
        received=NOW,
        recorded=NOW,
        occurred=When(NOW),
        patient=PersonKey("RZZ", "H1"),
        visit=None if visit is None else StayKey("RZZ", visit),
        person=PersonSaid(born=born),
    )


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("20260106", "19900214", True),
        ("2025-12-31", "1990", True),
        ("20260106", "20160101", True),
        ("20260106", "20170101", False),
        ("20240106", "19900214", False),
        ("20260106", "19060101", True),
        ("20260106", "19000101", False),
        ("19860101", "19650304", False),
        ("20270106", "19900214", False),
        ("20260106", "20250106", False),
        ("20260106", "", False),
        ("20260106", None, False),
        ("20260106", "born?", False),
        ("20260106", "199", False),
    ],
)
def test_a_newborn_and_a_grown_person_are_two(one: str, other: str | None, apart: bool) -> None:  # noqa: FBT001  # a row
    facts = [_fact("one", one), _fact("other", other)]
    told = frozenset({"one"}) if apart else frozenset[str]()
    assert of_newborns(facts) == of_newborns(facts[::-1]) == told


def test_what_names_the_newborns_visit_is_the_newborns_unless_the_grown_person_has_it_too() -> None:
    grown, newborn = _fact("grown", "19900214", "V1"), _fact("newborn", "20260106", "V2")
    thin = [_fact("hers", None, "V1"), _fact("theirs", None, "V2"), _fact("nobodys", None), _fact("null", "", "V2")]
    assert of_newborns([grown, newborn, *thin]) == {"newborn", "theirs", "null"}
    assert of_newborns([grown, newborn, _fact("also hers", "19900214", "V2"), *thin]) == {"newborn"}
