"""How senders speak, from the setup file: right, it is profiles; wrong, all of it is told, by line."""

import pytest

from services.admissions.model import Feed
from services.admissions.rules.feed_lines import feed_changes, read_feeds
from shared.contracts.encounters import PatientClass
from shared.yaml_parts import Wrong
from tests.rules.setup.test_setup_file import EXAMPLE, SMALL, _right

FEEDS = """\
feeds:
  - door: mllp
    sending_application: PAS
    sending_facility: RZZ
    preferred_issuer: CITY
    visits_within_person: true
    control_ids_count_up: true
    moves_by_update: true
    classes: {IP: inpatient, "10": day_case}
  - {sending_application: ED, sending_facility: RZZ, default_issuer: CITY, accepts_training: true}
  - {sending_application: LAB, sending_facility: RZZ, charset: iso8859-15, times_are_local: true}
"""
PAS = Feed(
    name="mllp",
    default_issuer="RZZ",
    visits_within_person=True,
    control_ids_count_up=True,
    moves_by_update=True,
    preferred_issuer="CITY",
    classes={"IP": PatientClass.INPATIENT, "10": PatientClass.DAY_CASE},
)
ED = Feed(name="ED", default_issuer="CITY", accepts_training=True)
LAB = Feed(name="LAB", default_issuer="RZZ", charset="iso8859-15", times_are_local=True)


def test_senders_are_read_beside_everything_else_of_the_file() -> None:
    _right(SMALL + FEEDS)
    assert read_feeds(SMALL + FEEDS) == {("mllp", "PAS", "RZZ"): PAS, ("", "ED", "RZZ"): ED, ("", "LAB", "RZZ"): LAB}
    assert read_feeds(SMALL) == {}


def test_the_example_names_its_sender() -> None:
    found = read_feeds(EXAMPLE.read_text())
    assert isinstance(found, dict)
    assert found


@pytest.mark.parametrize(
    ("was", "becomes", "line", "word"),
    [
        ("door: mllp", "door: post", 2, "post"),
        ("    sending_facility: RZZ\n", "", 2, "sending_facility"),
        ("count_up: true", "count_up: yes", 7, "yes"),
        ("IP: inpatient", "IP: in", 9, "in"),
        ("IP: inpatient", "IP: inpatient, IP: emergency", 9, "IP"),
        ("default_issuer", "issuer", 10, "issuer"),
        ("iso8859-15", "ebcdic", 11, "ebcdic"),
        ("{sending_application: ED", "{door: mllp, sending_application: PAS", 10, "PAS"),
        ("  - door: mllp", "  - mllp\n  - door: mllp", 2, "an entry of feeds"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(was: str, becomes: str, line: int, word: str) -> None:
    assert was in FEEDS
    found = read_feeds(FEEDS.replace(was, becomes, 1))
    assert isinstance(found, list)
    assert (line, word) in [(one.line, one.word) for one in found]


def test_what_is_no_file_at_all_is_told() -> None:
    assert read_feeds("a: [") == [Wrong(1, "file", "is not YAML: expected the node content, but found '<stream end>'")]


def test_changes_are_told_in_words() -> None:
    sender, other = ("mllp", "PAS", "RZZ"), ("", "ED", "RZZ")
    assert feed_changes({}, {}) == feed_changes({sender: PAS}, {sender: PAS}) == ()
    assert feed_changes({}, {sender: PAS}) == ("feed PAS at RZZ by mllp is named",)
    assert feed_changes({sender: PAS, other: ED}, {sender: ED}) == (
        "feed PAS at RZZ by mllp speaks in another way",
        "feed ED at RZZ is no longer named",
        "`homeward replay` reads the messages already kept in the new way",
    )
