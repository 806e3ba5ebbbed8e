"""One stay as each version of HL7 v2 tells it: the facts are the same."""

import pytest

from services.admissions.model import Fact
from shared.hl7.message import read
from tests.rules.admissions.ward_language import Story, heard, stories

VERSIONS = ("2.1", "2.2", "2.3", "2.3.1", "2.5", "2.5.1", "2.6", "2.7", "2.8")
STORIES = {story.name: story for story in stories()}


def _told_in(version: str) -> Story:
    return STORIES[f"told-in-version-{version.replace('.', '-')}"]


def _said(fact: Fact) -> tuple[object, ...]:
    """What a fact says, but for who sent it, how finely times are told, and what only some versions can say."""
    times = (fact.occurred, fact.admit_time, fact.discharge_time)
    assert fact.visit is not None
    assert fact.location is not None
    return (
        fact.trigger,
        fact.recorded,
        *(when.at if when else None for when in times),
        (fact.patient.value, fact.visit.value, fact.patient_class),
        (fact.location.ward, fact.location.bay, fact.location.bed),
        fact.prior_location and (fact.prior_location.ward, fact.prior_location.bed),
        fact.person,
        fact.stay,
        fact.flags,
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_each_version_tells_the_same_facts(version: str) -> None:
    story, usual = _told_in(version), _told_in("2.3")
    assert {read(raw).header.text(12) for raw in story.messages} == {version}
    facts, others = (heard(one, range(len(one.messages))) for one in (story, usual))
    assert [_said(fact) for fact in facts] == [_said(fact) for fact in others]
    assert {fact.person.nhs_number for fact in facts} == {"9990000018"}
