"""A setup file: right, it is a hospital; wrong, all of it is told, by line."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.discharge.model.hospital import Bay, Setup, WardKind
from services.discharge.rules.setup_changes import changes
from services.discharge.rules.setup_file import read_setup
from shared.contracts.api.discharge.offers import NeedKind
from shared.contracts.roles import Role
from shared.yaml_parts import Wrong

EXAMPLE = Path(__file__).parents[3] / "deploy" / "examples" / "fictional-hospital.yaml"

SMALL = """\
trust: {code: RZZ, name: Small}
duty_desk: {name: Desk}
sites:
  - {id: main, name: Main}
wards:
  - id: oak
    name: Oak
    site: main
    kind: inpatient
    codes: [OAK, NO]
    bays: {A: 2, SR: 1}
clusters:
  - {id: west, name: West, wards: [oak], lead: ann}
staff:
  - {id: ann, name: Ann, profession: HSW, roles: [social_worker], clusters: [west]}
rota:
  - {staff: ann, cluster: west, hours: mon-fri 09:00-17:00}
"""


def _wrong(text: str) -> list[Wrong]:
    found = read_setup(text)
    assert isinstance(found, list)
    return found


def _right(text: str) -> Setup:
    found = read_setup(text)
    assert isinstance(found, Setup), found
    return found


def test_a_small_hospital() -> None:
    setup = _right(SMALL)
    (ward,) = setup.wards
    assert (ward.kind, ward.codes, ward.counts) == (WardKind.INPATIENT, ("OAK", "NO"), True)
    assert ward.bays == (Bay("A", ("A1", "A2")), Bay("SR", ("SR1",)))
    assert setup.policy.delay_after == timedelta(hours=24)
    assert setup.staff[0].roles == {Role.SOCIAL_WORKER}


def test_the_bed_of_the_message_sent_by_hand_is_one_of_the_example() -> None:
    """And the README says which it is: somebody in a bed of no list stands last on the ward's page."""
    root = EXAMPLE.parents[2]
    location = (EXAMPLE.parent / "admission.hl7").read_text(encoding="utf-8").partition("PV1|")[2].split("|")[2]
    code, room, bed, _ = location.split("^")
    (ward,) = [one for one in _right(EXAMPLE.read_text()).wards if code in one.codes]
    assert bed in {one.name: one.beds for one in ward.bays}[room]
    assert f"in bed {bed} of {ward.name.partition(' (')[0]} " in (root / "README.md").read_text(encoding="utf-8")


def test_the_example_is_right_and_whole() -> None:
    setup = _right(EXAMPLE.read_text())
    assert len(setup.clusters) == 4
    workers = {one.id for one in setup.staff if Role.SOCIAL_WORKER in one.roles and Role.LEAD not in one.roles}
    assert len(workers) == 12
    assert workers <= {one.staff for one in setup.rota}
    assert {role for one in setup.staff for role in one.roles} == set(Role) - {Role.INTAKE, Role.MONITOR, Role.SERVICE}
    assert all(len(one.clusters) + len(one.wards) > 0 for one in setup.staff if one.profession == "HSW")
    assert changes(setup, setup) == ()


CASES = [
    ("code: RZZ", "code: rzz", 1, "rzz"),
    ("duty_desk: {name: Desk}", "desk: {name: Desk}", 2, "desk"),
    ("{id: main, name: Main}", "{id: main}", 4, "name"),
    ("id: oak", "id: Oak Ward", 6, "Oak Ward"),
    ("site: main", "site: other", 8, "other"),
    ("kind: inpatient", "kind: ward", 9, "ward"),
    ("codes: [OAK, NO]", "codes: []", 6, "codes"),
    ("A: 2", "A: two", 11, "two"),
    ("A: 2", "A: 2, A: 3", 11, "A"),
    ("wards: [oak]", "wards: [oak, ash]", 13, "ash"),
    ("wards: [oak]", "wards: [oak, oak]", 13, "oak"),
    ("lead: ann", "lead: ben", 13, "ben"),
    ("roles: [social_worker]", "roles: [social_worker, root]", 15, "root"),
    ("roles: [social_worker]", "roles: [service]", 15, "service"),
    ("profession: HSW", "profession: wizard", 15, "wizard"),
    ("clusters: [west]", "clusters: [east]", 15, "east"),
    ("staff: ann, cluster", "staff: ben, cluster", 17, "ben"),
    ("cluster: west, hours", "hours", 17, "rota"),
    ("cluster: west, hours", "cluster: west, duty_desk: true, hours", 17, "rota"),
    ("mon-fri 09:00-17:00", "mon-fri 9-5", 17, "mon-fri 9-5"),
    ("name: Ann", "name: Ann, capacity: 3", 15, "3"),
    ("name: Ann", "name: Ann, name: Anna", 15, "name"),
    ("name: Ann", "name: Ann, email: ann@hospital.example", 15, "email"),  # nothing is sent there
    ("name: Ann", "name: [Ann]", 15, "name"),
    ("name: Ann", "name: ''", 15, "name"),
]


@pytest.mark.parametrize(("was", "becomes", "line", "word"), CASES)
def test_what_is_wrong_is_told_with_its_line(was: str, becomes: str, line: int, word: str) -> None:
    assert was in SMALL
    told = _wrong(SMALL.replace(was, becomes, 1))
    assert (line, word) in [(one.line, one.word) for one in told]


def test_everything_wrong_is_told_at_once_in_order() -> None:
    text = SMALL.replace("kind: inpatient", "kind: x").replace("lead: ann", "lead: ben").replace("HSW", "QQQ")
    assert [(one.line, one.word) for one in _wrong(text)] == [(9, "x"), (13, "ben"), (15, "QQQ")]


@pytest.mark.parametrize(
    "text", ["", "- a", "a: [", "x", "\t", "a: &a [*a]", "[" * 5000, "trust: !!python/object:os.x {}"]
)
def test_what_is_no_setup_at_all(text: str) -> None:
    assert _wrong(text)


def test_names_are_never_taken_for_something_else() -> None:
    setup = _right(SMALL.replace("name: Oak", "name: no").replace("NO]", "1e3]"))
    assert (setup.wards[0].name, setup.wards[0].codes) == ("no", ("OAK", "1e3"))


def test_changes_are_told_in_words() -> None:
    held = _right(SMALL)
    wanted = _right(SMALL.replace("name: Ann", "name: Anne").replace("mon-fri", "mon-thu"))
    assert changes(held, wanted) == ("member of staff ann changed", "rota changed: 1 weekly lines, were 1")
    assert changes(None, held)[0] == "trust RZZ is set up"


def test_when_a_follow_up_lapses_is_the_trusts_to_say() -> None:
    assert _right(SMALL).policy.follow_up_lapses_after == timedelta(days=14)
    assert _right(SMALL + "policy: {follow_up_lapses_after: 7d}\n").policy.follow_up_lapses_after == timedelta(days=7)


def test_which_profession_fits_a_need_is_the_trusts_to_say() -> None:
    assert _right(SMALL).policy.specialists == {
        NeedKind.DEMENTIA: "MHL",
        NeedKind.MENTAL_ILLNESS: "MHL",
        NeedKind.PHYSICAL_DISABILITY: "OT",
    }
    said = SMALL + "specialists: {end_of_life: PAL, dementia: NUR}\npolicy: {answer_offer_within: 8h}\n"
    policy = _right(said).policy
    assert policy.specialists == {NeedKind.END_OF_LIFE: "PAL", NeedKind.DEMENTIA: "NUR"}
    assert policy.answer_offer_within == timedelta(hours=8)
    assert changes(_right(SMALL), _right(SMALL + "specialists: {dementia: NUR}\n")) == ("specialists changed",)


@pytest.mark.parametrize(
    ("line", "word", "wrong"),
    [
        ("{dementia: ABC}", "ABC", "must be one of"),
        ("{dementia: HSW}", "HSW", "co-ordinates already"),
        ("{worry: MHL}", "worry", "is not"),
        ("[dementia]", "specialists", "must be"),
    ],
)
def test_a_table_of_specialists_that_cannot_be(line: str, word: str, wrong: str) -> None:
    last = SMALL.count("\n") + 1
    found = _wrong(SMALL + f"specialists: {line}\n")
    assert [(one.line, one.word) for one in found] == [(last, word)]
    assert wrong in found[0].wrong
