"""What is said of a ward code that was just mapped, and of one that is mapped from a later day."""

from datetime import date, timedelta

import pytest

from services.screens.presenters import ward_codes, ward_map
from shared.contracts.api.hospital import MappingStands, UnmappedCodes, WardMapping, WardMappings, WardSetup
from tests.screens import feeds
from tests.screens.hospital import NOW

DAY = date(2026, 12, 1)
NAMED = "who had nobody is named, and their alert ends"
NOT_COVERED = "No cluster covers Ash ward"


def _mapping(stands: MappingStands = MappingStands.IN_FORCE, **changes: object) -> WardMapping:
    given = {
        "mapping_id": "m-1",
        "version": 1,
        "code": "SDEC2",
        "ward_id": "ash",
        "valid_from": DAY,
        "stands": stands,
        "at": NOW,
        "by": "Kim Doyle",
    }
    return WardMapping.model_validate({**given, **changes})


def _ward(cluster: str | None) -> WardSetup:
    return WardSetup(
        ward_id="ash",
        name="Ash ward",
        site="main",
        site_name="Fellside Infirmary",
        kind="maternity",
        counts=True,
        codes=(),
        cluster_id=cluster,
    )


def _said(*mappings: WardMapping, cluster: str | None = "north") -> str:
    return ward_map.mapped(WardMappings(items=mappings), [_ward(cluster)], "Kim Doyle").text


def test_that_somebody_is_named_is_said_only_where_a_cluster_covers_the_ward_from_today():
    assert NAMED in _said(_mapping())
    uncovered = _said(_mapping(), cluster=None)
    assert (NAMED in uncovered, uncovered.startswith(NOT_COVERED)) == (False, True)
    later = _said(_mapping(MappingStands.TO_COME))
    assert (NAMED in later, "from 1 December 2026 on" in later, NOT_COVERED in later) == (False, True, False)
    both = _said(_mapping(MappingStands.TO_COME), cluster=None)
    assert (NAMED in both, "from 1 December 2026 on" in both, NOT_COVERED in both) == (False, True, True)


@pytest.mark.parametrize("stands", [MappingStands.OVER, MappingStands.OVERRULED, MappingStands.WARD_CLOSED])
def test_of_a_mapping_that_does_not_count_nothing_is_promised(stands: MappingStands):
    assert _said(_mapping(stands)) == "What it does now is said in the list of ward codes that people mapped."


def test_what_is_not_known_is_not_promised():
    known = WardMappings(items=(_mapping(),))
    for found, wards in ((None, [_ward("north")]), (known, None), (known, []), (WardMappings(items=()), [])):
        assert NAMED not in ward_map.mapped(found, wards, "Kim Doyle").text


def test_it_is_said_of_the_newest_mapping_of_the_readers_own():
    earlier = _mapping(MappingStands.TO_COME, at=NOW - timedelta(minutes=1), mapping_id="m-0")
    back = _mapping(MappingStands.TAKEN_BACK, at=NOW + timedelta(minutes=1), mapping_id="m-2")
    others = _mapping(MappingStands.TO_COME, at=NOW + timedelta(minutes=2), by="Sam Reed", mapping_id="m-3")
    assert NAMED in _said(earlier, _mapping(), back, others)


def test_a_code_that_is_mapped_from_a_later_day_says_from_which():
    mapped = WardMappings(
        items=(
            _mapping(MappingStands.TO_COME, valid_from=date(2026, 12, 9), mapping_id="m-9"),
            _mapping(MappingStands.TO_COME),
            _mapping(MappingStands.TO_COME, valid_from=date(2026, 12, 5), mapping_id="m-5"),
            _mapping(MappingStands.TAKEN_BACK, code="OLD-ASH", mapping_id="m-6"),
        )
    )
    found = UnmappedCodes(items=feeds.UNMAPPED)
    page = ward_codes.present(found, None, NOW, may_map=True, mapped=mapped)
    assert page is not None
    assert [(line.to_come, line.href) for line in page.lines] == [
        ("Mapped from 1 December 2026", "/messages/ward-codes/m-1"),
        ("", "/messages/ward-codes/new?code=OLD-ASH"),
    ]
