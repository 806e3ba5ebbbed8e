"""Wards that are no ward to be cared for on: to which ward a person belongs there, and whether their delay counts."""

from dataclasses import replace

import pytest

from services.discharge.model.cover import CoveredWard
from services.discharge.model.hospital import Ward, WardId, WardKind
from services.discharge.rules.casework import base_ward
from services.discharge.rules.covering import hospital_at
from shared.contracts.encounters import EncounterState, Location, Movement
from tests.rules.discharge.stays import HOUR, MONDAY, stay
from tests.services.discharge.riverside import riverside


def _moved_to(kind: WardKind, *more: str) -> EncounterState:
    """Somebody of Ward 1 who is now on a ward of this kind, then at each of `more`."""
    codes = ("W1", kind.value.upper(), *more)
    moves = [Movement(location=Location(ward_code=code), since=MONDAY + n * HOUR) for n, code in enumerate(codes)]
    return stay(location=moves[-1].location, movements=moves)


def _belongs_to(one: EncounterState) -> CoveredWard | None:
    """Where, at a hospital that has a ward of each kind beside its own."""
    own = riverside()
    more = tuple(Ward(WardId(kind.value), kind.value, "main", kind, (kind.value.upper(),)) for kind in WardKind)
    return base_ward(one, hospital_at(replace(own, wards=(*own.wards, *more)), MONDAY))


@pytest.mark.parametrize("kind", [WardKind.THEATRE, WardKind.LOUNGE])
def test_theatre_and_lounge_leave_a_person_with_the_ward_they_came_from(kind: WardKind) -> None:
    ward = _belongs_to(_moved_to(kind))
    assert ward is not None
    assert (ward.ward_id, ward.cluster_id, ward.counts_in_delays) == ("w1", "north", True)
    onwards = _belongs_to(_moved_to(kind, "W2"))
    assert onwards is not None
    assert (onwards.ward_id, onwards.cluster_id) == ("w2", "south")


def test_at_home_on_a_virtual_ward_no_delay_is_counted() -> None:
    ward = _belongs_to(_moved_to(WardKind.VIRTUAL))
    assert ward is not None
    assert (ward.ward_id, ward.counts_in_delays) == ("virtual", False)
    back = _belongs_to(_moved_to(WardKind.VIRTUAL, "W1"))
    assert back is not None
    assert (back.ward_id, back.counts_in_delays) == ("w1", True)


@pytest.mark.parametrize("kind", [kind for kind in WardKind if kind not in (WardKind.THEATRE, WardKind.LOUNGE)])
def test_any_other_ward_is_where_a_person_belongs_and_but_at_home_their_delay_counts(kind: WardKind) -> None:
    ward = _belongs_to(_moved_to(kind))
    assert ward is not None
    assert (ward.ward_id, ward.counts_in_delays) == (kind.value, kind is not WardKind.VIRTUAL)
