"""Which ward a code means on a day: the setup file first, then what people said, each for its days."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.discharge.model.hospital import WardId
from services.discharge.model.ward_map import WardMapping
from services.discharge.rules.covering import hospital_at
from services.discharge.rules.ward_map import affected, mapped, next_change, overlapping, said, says_the_same, stands
from shared.contracts.api.hospital import MappingAct, MappingStands
from tests.services.discharge.riverside import MONDAY, riverside

FIRST, LAST = date(2026, 5, 4), date(2026, 5, 10)
SETUP = riverside()
ONE = WardMapping("m-1", 1, MappingAct.MAPPED, "W9", WardId("w1"), FIRST, LAST, MONDAY, "kim", "Kim")
FROM_W9 = replace(
    SETUP, wards=tuple(replace(one, codes=("W2", "W9")) if one.id == "w2" else one for one in SETUP.wards)
)
WITHOUT_W1 = replace(SETUP, wards=tuple(one for one in SETUP.wards if one.id != "w1"))


def _day(number: int) -> date:
    return date(2026, 5, number)


@pytest.mark.parametrize(
    ("mapping", "setup", "on", "expected"),
    [
        (ONE, SETUP, 3, MappingStands.TO_COME),
        (ONE, SETUP, 4, MappingStands.IN_FORCE),
        (ONE, SETUP, 10, MappingStands.IN_FORCE),
        (ONE, SETUP, 11, MappingStands.OVER),
        (replace(ONE, valid_until=None), SETUP, 31, MappingStands.IN_FORCE),
        (ONE, FROM_W9, 4, MappingStands.OVERRULED),
        (ONE, FROM_W9, 11, MappingStands.OVER),
        (ONE, WITHOUT_W1, 4, MappingStands.WARD_CLOSED),
        (replace(ONE, act=MappingAct.TAKEN_BACK), FROM_W9, 4, MappingStands.TAKEN_BACK),
    ],
)
def test_what_a_mapping_does_on_a_day(mapping: WardMapping, setup: object, on: int, expected: MappingStands):
    assert stands(mapping, setup, _day(on)) is expected  # type: ignore[arg-type]


def test_only_what_is_in_force_means_a_ward_and_the_setup_file_wins():
    later = replace(ONE, mapping_id="m-2", valid_from=_day(11), valid_until=None, ward=WardId("w3"))
    assert mapped([ONE, later], SETUP, _day(10)) == {"W9": "w1"}
    assert mapped([ONE, later], SETUP, _day(11)) == {"W9": "w3"}
    assert mapped([ONE, later], FROM_W9, _day(10)) == {}


def test_the_hospital_changes_at_midnight_in_london():
    midnight = datetime(2026, 5, 10, 23, tzinfo=UTC)
    before, after = (hospital_at(SETUP, at, [ONE]) for at in (midnight.replace(hour=22, minute=59), midnight))
    assert (before.wards_by_code["W9"], "W9" in after.wards_by_code) == (before.wards_by_code["W1"], False)
    assert hospital_at(FROM_W9, MONDAY, [ONE]).wards_by_code["W9"].ward_id == "w2"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (1, 3, False),
        (1, 4, True),
        (10, None, True),
        (11, None, False),
        (5, 6, True),
        (1, None, True),
    ],
)
def test_two_mappings_of_a_code_share_no_day(first: int, last: int | None, *, expected: bool):
    asked = replace(ONE, mapping_id="m-2", valid_from=_day(first), valid_until=_day(last) if last else None)
    assert (overlapping(asked, [ONE]) is ONE) == expected
    assert (overlapping(ONE, [asked]) is asked) == expected
    for other in (replace(ONE, code="X9"), replace(ONE, act=MappingAct.TAKEN_BACK), replace(ONE, mapping_id="m-2")):
        assert overlapping(asked, [other]) is None


def test_the_next_change_is_the_next_first_day_or_the_day_after_a_last():
    winter = replace(ONE, mapping_id="m-2", valid_from=date(2026, 12, 1), valid_until=None)
    back = replace(ONE, mapping_id="m-3", act=MappingAct.TAKEN_BACK, valid_from=_day(5))
    known = [ONE, winter, back]
    assert next_change(known, datetime(2026, 5, 3, 12, tzinfo=UTC)) == datetime(2026, 5, 3, 23, tzinfo=UTC)
    assert next_change(known, MONDAY) == datetime(2026, 5, 10, 23, tzinfo=UTC)
    assert next_change(known, datetime(2026, 5, 10, 23, tzinfo=UTC)) == datetime(2026, 12, 1, tzinfo=UTC)
    assert next_change(known, datetime(2026, 12, 1, tzinfo=UTC)) is None


def test_a_change_is_said_in_words_from_what_to_what():
    new = replace(ONE, number=2, act=MappingAct.CHANGED, ward=WardId("w2"), valid_until=None)
    assert said(None, ONE) == "ward code W9 mapped to ward w1 from 2026-05-04 until 2026-05-10"
    assert said(ONE, new) == (
        "ward code W9 mapped to ward w2 from 2026-05-04, was ward w1 from 2026-05-04 until 2026-05-10"
    )
    gone = replace(new, act=MappingAct.TAKEN_BACK)
    assert said(new, gone) == "mapping of ward code W9 to ward w2 from 2026-05-04 taken back"
    assert [says_the_same(ONE, other) for other in (replace(ONE, by="Lee", number=4), new, gone)] == [
        True,
        False,
        False,
    ]


def test_a_new_setup_says_which_mappings_count_no_more_and_which_again():
    about = "mapping of ward code W9 to ward w1"
    assert affected(SETUP, SETUP, [ONE], FIRST) == ()
    assert affected(SETUP, FROM_W9, [ONE], FIRST) == (
        f"{about} counts no more: the file says that the code is ward w2",
    )
    assert affected(SETUP, WITHOUT_W1, [ONE], FIRST) == (f"{about} counts no more: the file has no such ward",)
    assert affected(FROM_W9, SETUP, [ONE], FIRST) == (f"{about} counts again",)
    assert affected(FROM_W9, SETUP, [ONE], _day(1)) == (f"{about} will count again",)
    assert affected(SETUP, FROM_W9, [ONE], _day(20)) == ()
