"""How senders speak, from the setup file: right, it is profiles; wrong, all of it is told, by line."""

import pytest

from services.admissions.model import Feed, NullPolicy, Spot
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
  - {sending_application: ED, sending_facility: RZZ, default_issuer: CITY, accepts_training: true, may_end_stays: false}
  - {sending_application: LAB, sending_facility: RZZ, charset: iso8859-15, times_are_local: true, class_by_update: true}
  - door: mllp
    sending_application: MAT
    sending_facility: RZZ
    zone: Etc/UTC
    null_policy: ignored
    empty_erases: [PV1, PV2]
    fields: {patient_class: PV1-18, discharge_destination: PV1-37.2}
    version: "2.4"
    processing_id: P
    peers: [192.0.2.7, 198.51.100.0/24]
    certificates: tie.example
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
ED = Feed(name="ED", default_issuer="CITY", accepts_training=True, may_end_stays=False)
LAB = Feed(name="LAB", default_issuer="RZZ", charset="iso8859-15", times_are_local=True, class_by_update=True)
MAT = Feed(
    name="mllp",
    default_issuer="RZZ",
    zone="Etc/UTC",
    null_policy=NullPolicy.IGNORED,
    empty_erases=("PV1", "PV2"),
    fields={"patient_class": Spot(18), "discharge_destination": Spot(37, 2)},
    version="2.4",
    processing_id="P",
    peers=("192.0.2.7/32", "198.51.100.0/24"),
    certificates=("tie.example",),
)


def test_senders_are_read_beside_everything_else_of_the_file() -> None:
    _right(SMALL + FEEDS)
    named = {("mllp", "PAS", "RZZ"): PAS, ("", "ED", "RZZ"): ED, ("", "LAB", "RZZ"): LAB, ("mllp", "MAT", "RZZ"): MAT}
    assert read_feeds(SMALL + FEEDS) == named
    assert read_feeds(SMALL) == {}


def test_the_example_names_its_sender() -> None:
    found = read_feeds(EXAMPLE.read_text())
    assert isinstance(found, dict)
    assert found


def test_what_the_page_for_integration_engineers_shows_can_be_loaded() -> None:
    shown = (EXAMPLE.parents[2] / "docs" / "connecting.md").read_text().partition("```yaml\n")[2].partition("```")[0]
    found = read_feeds(shown)
    assert isinstance(found, dict), found
    (feed,) = found.values()
    assert (feed.peers, feed.version, feed.zone) == (("192.0.2.7/32", "198.51.100.0/24"), "2.4", "Europe/London")


@pytest.mark.parametrize(
    ("was", "becomes", "line", "word"),
    [
        ("door: mllp", "door: post", 2, "post"),
        ("    sending_facility: RZZ\n", "", 2, "sending_facility"),
        ("    sending_facility: RZZ\n", "    sending_facility:\n", 4, "sending_facility"),
        ("    sending_facility: RZZ\n", '    sending_facility: ""\n', 2, "default_issuer"),
        ("count_up: true", "count_up: yes", 7, "yes"),
        ("IP: inpatient", "IP: in", 9, "in"),
        ("IP: inpatient", "IP: inpatient, IP: emergency", 9, "IP"),
        ("default_issuer", "issuer", 10, "issuer"),
        ("iso8859-15", "ebcdic", 11, "ebcdic"),
        ("{sending_application: ED", "{door: mllp, sending_application: PAS", 10, "PAS"),
        ("  - door: mllp", "  - mllp\n  - door: mllp", 2, "an entry of feeds"),
        ("Etc/UTC", "Europe/Nottingham", 15, "Europe/Nottingham"),
        ("null_policy: ignored", "null_policy: ignore", 16, "ignore"),
        ("[PV1, PV2]", "[PV1, MSH]", 17, "MSH"),
        ("[PV1, PV2]", "[PV1, PV1]", 17, "PV1"),
        ("[PV1, PV2]", "[]", 17, "empty_erases"),
        ("PV1-18", "PV1-53", 18, "PV1-53"),
        ("PV1-18", "PV2-3", 18, "PV2-3"),
        ("PV1-37.2", "PV1-37.0", 18, "PV1-37.0"),
        ("patient_class: PV1", "ward: PV1", 18, "ward"),
        ('"2.4"', "v2.4", 19, "v2.4"),
        ("processing_id: P", "processing_id: X", 20, "X"),
        ("192.0.2.7", "192.0.2.700", 21, "192.0.2.700"),
        ("198.51.100.0/24", "198.51.100.1/24", 21, "198.51.100.1/24"),
        ("[192.0.2.7, 198.51.100.0/24]", "[]", 21, "peers"),
        ("certificates: tie.example", "certificates: {a: b}", 22, "certificates"),
        ("door: mllp\n    sending_application: MAT", "door: http\n    sending_application: MAT", 21, "peers"),
        ("door: mllp\n    sending_application: MAT", "door: kafka\n    sending_application: MAT", 22, "certificates"),
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


@pytest.mark.parametrize(
    ("said", "network"),
    [
        ("::ffff:127.0.0.1", "127.0.0.1/32"),
        ("::FFFF:192.0.2.0/120", "192.0.2.0/24"),
        ("::ffff:0:0/96", "0.0.0.0/0"),
        ("2001:db8::/64", "2001:db8::/64"),
        ("::/0", "::/0"),
    ],
)
def test_an_address_of_version_4_in_one_of_version_6_is_the_one_it_is(said: str, network: str) -> None:
    found = read_feeds(f'feeds:\n  - {{sending_application: PAS, sending_facility: RZZ, peers: ["{said}"]}}\n')
    assert isinstance(found, dict), found
    assert found["", "PAS", "RZZ"].peers == (network,)


def test_one_address_written_in_two_ways_stands_twice() -> None:
    peers = '["127.0.0.1", "::ffff:127.0.0.1"]'
    found = read_feeds(f"feeds:\n  - sending_application: PAS\n    sending_facility: RZZ\n    peers: {peers}\n")
    assert isinstance(found, list)
    assert [(one.line, one.word) for one in found] == [(4, "::ffff:127.0.0.1")]
