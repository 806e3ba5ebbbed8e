"""A ward that clusters share: by specialty or by council of residence, each code once, and nobody left over."""

import pytest

from services.discharge.model.hospital import Setup, SharedBy, WardId, WardShare
from services.discharge.rules.setup_file import read_setup, write_setup
from tests.rules.setup.test_setup_file import SMALL

TWO = SMALL.replace("lead: ann}", "lead: ann}\n  - {id: east, name: East, wards: [{ward: oak, specialty: [430, 340]}]}")
LINE = TWO.splitlines().index("  - {id: east, name: East, wards: [{ward: oak, specialty: [430, 340]}]}") + 1


def _more(entry: str) -> str:
    """A third cluster, on the line after East's."""
    return TWO.replace("340]}]}", f"340]}}]}}\n  - {{id: north, name: North, wards: [{entry}]}}")


def test_some_of_a_ward_are_another_clusters() -> None:
    setup = read_setup(TWO)
    assert isinstance(setup, Setup), setup
    west, east = setup.clusters
    assert (west.wards, west.shares) == ((WardId("oak"),), ())
    assert (east.wards, east.shares) == ((), (WardShare(WardId("oak"), SharedBy.SPECIALTY, ("430", "340")),))
    assert read_setup(write_setup(setup)) == setup


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (_more("oak"), LINE + 1, "oak: is in a cluster already, on line 13"),
        (_more("{ward: oak, specialty: 430}"), LINE + 1, f"430: has a cluster on oak already, on line {LINE}"),
        (_more("{ward: oak, residence: 00A}"), LINE + 1, f"oak: is shared by specialty already, on line {LINE}"),
        (_more("{ward: elm, specialty: 110}"), LINE + 1, "elm: is not a ward of this file"),
        (_more("{ward: oak, residence: E0600001}"), LINE + 1, "E0600001: must be the code of a council"),
        (_more("{ward: oak, specialty: 4 3}"), LINE + 1, "4 3: must be the code of a specialty"),
        (_more("{ward: oak}"), LINE + 1, "oak: must say specialty or residence, one of the two"),
        (_more("{ward: oak, specialty: 1, residence: 00A}"), LINE + 1, "oak: must say specialty or residence"),
        (_more("{ward: oak, sex: F}"), LINE + 1, "sex: is not known here"),
        (_more("[oak]"), LINE + 1, "an entry of wards: must be a mapping"),
        (TWO.replace("wards: [oak]", "wards: []"), LINE, "oak: has no cluster without a condition"),
        (TWO.replace("[430, 340]", "[]"), LINE, "specialty: names nothing"),
        (TWO.replace("[430, 340]", "[430, 430]"), LINE, "430: stands twice"),
    ],
)
def test_what_could_not_tell_who_covers_somebody_is_wrong_by_its_line(text: str, line: int, says: str) -> None:
    found = read_setup(text)
    assert isinstance(found, list)
    assert any(str(one).startswith(f"line {line}: {says}") for one in found), [str(one) for one in found]
