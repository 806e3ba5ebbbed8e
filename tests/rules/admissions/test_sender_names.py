"""A sender is who MSH-3 and MSH-4 name, however they write it: component 1, without the blanks around it."""

import pytest

from services.admissions.arrivals import ER7, claimant, of_er7
from services.admissions.model import Feed
from services.admissions.model.messages import KeptMessage
from services.admissions.rules.feed_lines import read_feeds, taken_by_others
from services.admissions.store.feeds import assumed_of, named_as, profile_of
from tests.rules.admissions.test_arrivals import AT, ONE

PAS = Feed("pas", "RZZ", control_ids_count_up=True)
KNOWN = {("mllp", "PAS", "RZZ"): PAS}
ALIKE = [
    ("PAS", "RZZ"),
    ("PAS ", "RZZ"),
    (" PAS", " RZZ "),
    ("PAS^1.2.3^ISO", "RZZ"),
    ("PAS ^1.2.3^ISO", "RZZ^9^ISO"),
    ("PAS^", "RZZ^^"),
    ("^PAS^DNS", "RZZ"),
]
OTHERS = [("pas", "RZZ"), ("PAS2", "RZZ"), ("P AS", "RZZ"), ("", "RZZ"), ("1.2.3", "RZZ"), ("PAS", "RYY")]


@pytest.mark.parametrize(("application", "facility"), ALIKE)
def test_who_is_named_is_known_however_the_name_is_written(application: str, facility: str) -> None:
    assert named_as(KNOWN, ("mllp", application, facility)) is PAS
    assert named_as({("", "PAS", "RZZ"): PAS}, ("http", application, facility)) is PAS
    named = {("mllp", "PAS", "RZZ"): "RZZ", ("mllp", "LAB", "RYY"): "RYY"}
    assert claimant(named, "mllp", application, facility) == "RZZ"
    kept = KeptMessage("m1", "mllp", application, facility, "C1", "0" * 64, ER7, ONE, AT)
    assert profile_of(KNOWN, kept, "RZZ") is PAS


@pytest.mark.parametrize(("application", "facility"), OTHERS)
def test_another_name_is_another_sender(application: str, facility: str) -> None:
    assert named_as(KNOWN, ("mllp", application, facility)) is None
    named = {("mllp", "PAS", "RZZ"): "RZZ", ("mllp", "LAB", "RYY"): "RYY"}
    assert claimant(named, "mllp", application, facility) is None


@pytest.mark.parametrize("said", ["RZZ", " RZZ ", "RZZ^9^ISO", "^RZZ^DNS"])
def test_numbers_without_issuer_are_of_the_facility_by_its_name(said: str) -> None:
    assert assumed_of(("mllp", "PAS", said), "RYY").default_issuer == "RZZ"
    assert assumed_of(("mllp", "PAS", " "), "RYY").default_issuer == "RYY"


def test_a_setup_file_names_a_sender_by_its_name_and_no_sender_twice() -> None:
    whole = "feeds:\n  - {sending_application: PAS^1.2.3^ISO, sending_facility: RZZ^9^ISO}\n"
    found = read_feeds(whole)
    assert isinstance(found, dict), found
    assert [(sender, feed.default_issuer) for sender, feed in found.items()] == [(("", "PAS", "RZZ"), "RZZ")]
    twice = read_feeds(whole + "  - {sending_application: PAS, sending_facility: RZZ}\n")
    assert isinstance(twice, list)
    assert [(one.line, one.word) for one in twice] == [(3, "PAS")]
    assert [one.line for one in taken_by_others(whole, {("mllp", "PAS", "RZZ"): "RYY"})] == [2]


def test_what_was_sent_is_kept_as_it_was() -> None:
    sent = ONE.replace(b"|PAS|RZZ|", b"| PAS^1.2.3^ISO|RZZ^9^ISO|")
    arrival = of_er7(sent, trust="RZZ", feed="mllp", received_at=AT, processing_id="P")
    told = (arrival.sending_application, arrival.sending_facility, arrival.raw)
    assert told == (" PAS^1.2.3^ISO", "RZZ^9^ISO", sent)
