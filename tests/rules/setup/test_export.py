"""A hospital is written as the file, or as tables, that say it: read again, it is the same hospital."""

import pytest
from hypothesis import HealthCheck, given, settings

from services.admissions.rules.feed_entries import feed_entries
from services.admissions.rules.feed_lines import read_feeds
from services.discharge.model.hospital import Setup
from services.discharge.rules.setup_file import Table, TableOf, read_setup, read_tables, write_setup, write_table
from tests.rules.setup.hospitals import hospitals
from tests.rules.setup.test_feeds import FEEDS
from tests.rules.setup.test_setup_file import EXAMPLE, SMALL

SLOWLY = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def _small() -> Setup:
    found = read_setup(SMALL)
    assert isinstance(found, Setup)
    return found


@SLOWLY
@given(hospitals())
def test_any_hospital_is_written_as_the_file_that_says_it(setup: Setup) -> None:
    assert read_setup(write_setup(setup)) == setup


@SLOWLY
@given(hospitals())
def test_any_hospital_keeps_to_its_tables(setup: Setup) -> None:
    tables = {of: Table(f"{of}.csv", write_table(setup, of)) for of in TableOf}
    assert read_tables(setup, tables) == setup


def test_how_senders_speak_is_written_too() -> None:
    feeds = read_feeds(SMALL + FEEDS)
    assert isinstance(feeds, dict)
    text = write_setup(_small(), {"feeds": feed_entries(feeds)})
    assert (read_feeds(text), read_setup(text)) == (feeds, _small())
    example = read_feeds(EXAMPLE.read_text())
    assert isinstance(example, dict)
    assert read_feeds(write_setup(_small(), {"feeds": feed_entries(example)})) == example


def _table(of: TableOf, text: str) -> Setup | list[str]:
    return read_tables(_small(), {of: Table(f"{of.name.lower()}.csv", text)})


def test_a_table_as_a_spreadsheet_saves_it_takes_the_place_of_its_part() -> None:
    head, ann = "\ufeffID,Name,Profession,Roles,Clusters\r\n", "ann,Ann,HSW,social_worker,west\r\n"
    text = f'{head}{ann}bo,"Bo, of ""Elm""",OT,"ward_staff; lead",\r\n\r\n'
    found = _table(TableOf.STAFF, text)
    assert isinstance(found, Setup), found
    assert [(one.id, one.name, len(one.roles)) for one in found.staff] == [("ann", "Ann", 1), ("bo", 'Bo, of "Elm"', 2)]
    assert (found.wards, found.rota) == (_small().wards, _small().rota)
    shared = _table(TableOf.CLUSTERS, "id,name,ward,specialty\nwest,West,oak,\neast,East,oak,430 340\n")
    assert isinstance(shared, Setup), shared
    assert [(one.id, one.wards, [share.codes for share in one.shares]) for one in shared.clusters] == [
        ("west", ("oak",), []),
        ("east", (), [("430", "340")]),
    ]


HEAD = "id,name,profession,roles,clusters\n"
FIRST, BEFORE, HELD = "on staff.csv line 2", "on clusters.csv line 2", "the hospital as it is held"
WEST = "id,name,ward\nwest,West,oak\n"
ANN = "ann,Ann,HSW,social_worker,west\n"


@pytest.mark.parametrize(
    ("of", "text", "says"),
    [
        (TableOf.STAFF, HEAD + ANN + "bo,Bo,HSW,surgeon,\n", "staff.csv line 3: surgeon: is not a role"),
        (
            TableOf.STAFF,
            HEAD + '"ann","A\nnn",HSW,lead,\n' + ANN,
            f"staff.csv line 4: ann: is a member of staff already, {FIRST}",
        ),
        (TableOf.STAFF, HEAD + ANN + "bo,Bo\n", "staff.csv line 3: staff: has 2 cells, the header has 5"),
        (TableOf.STAFF, HEAD + ANN + 'bo,"Bo"x,HSW,,\n', "staff.csv line 3: staff: is not CSV"),
        (TableOf.STAFF, "id,nickname\nann,An\n", "staff.csv line 1: nickname: is no column; columns are id, name"),
        (TableOf.STAFF, "name,name\n", "staff.csv line 1: name: stands twice"),
        (TableOf.STAFF, "name\nAnn\n", "staff.csv line 1: id: is missing from the header"),
        (TableOf.STAFF, "", "staff.csv line 1: staff: is empty: the first line names the columns id, name"),
        (TableOf.STAFF, HEAD + "bo,Bo,HSW,lead,\n", f"{HELD}, line 24 of its export: ann: is not a"),
        (TableOf.ROTA, "staff,cluster,hours\nann,west,mon 9-5\n", "rota.csv line 2: mon 9-5: must be days and hours"),
        (TableOf.ROTA, "staff,hours\nann,mon 09:00-17:00\n", "rota.csv line 2: rota: must name either a cluster"),
        (TableOf.ABSENCES, "staff,from\nann,2026-02-30\n", "absences.csv line 2: 2026-02-30: is not a day"),
        (
            TableOf.CLUSTERS,
            WEST + "west,East,oak\n",
            f"clusters.csv line 3: East: is another name of the cluster than {BEFORE}",
        ),
        (TableOf.CLUSTERS, WEST + "west,West,oak\n", f"clusters.csv line 3: oak: is in a cluster already, {BEFORE}"),
        (TableOf.CLUSTERS, "id,name,ward,specialty\nwest,West,oak,430\n", "clusters.csv line 2: oak: has no cluster"),
        (TableOf.CLUSTERS, "id,name,ward\nwest,West,\n", "clusters.csv line 2: wards: is missing"),
    ],
)
def test_what_is_wrong_in_a_table_is_told_by_its_own_line(of: TableOf, text: str, says: str) -> None:
    found = _table(of, text)
    assert isinstance(found, list)
    assert any(line.startswith(says) for line in found), found
