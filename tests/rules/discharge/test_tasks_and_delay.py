"""The catalogue, its due times, and what holds a person who is delayed."""

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from services.discharge.model.cases import CancelledBy, Task
from services.discharge.rules import checklist, delay, sheet
from services.discharge.rules.due import Anchors, due_at
from services.discharge.rules.summaries import task_view
from services.discharge.rules.task_templates import CATALOGUE, PATHWAY_TASKS
from shared.contracts.api.discharge import Profession, TaskStatus
from shared.contracts.cases import Pathway

FRIDAY = datetime(2026, 5, 8, 14, tzinfo=UTC)  # 3pm in London
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALL = Anchors(FRIDAY, date(2026, 5, 12), FRIDAY + DAY, FRIDAY + 4 * DAY, 2 * DAY)
NONE = Anchors(None, None, None, None, 2 * DAY)


SPOKEN_ABOUT = (
    *("T01", "T02", "T03", "T04", "T05", "T06", "T08", "T09", "T10", "T11", "T13", "T14", "T15", "T16", "T17", "T19"),
    *("T20", "T21", "T22", "T36", "T37", "T38", "T39", "T40", "T43", "T44", "T46", "T47", "T48", "T49", "T50", "T51"),
    "T52",
)
"""What is not on the person's sheet: it is done with them or for them, or spoken about."""


def tasks(*codes: str) -> tuple[Task, ...]:
    return checklist.with_templates("case-1", (), codes, FRIDAY)


def test_the_catalogue_is_whole_and_knows_what_it_names():
    assert list(CATALOGUE) == [f"T{number:02d}" for number in range(1, len(CATALOGUE) + 1)]
    assert {need for one in CATALOGUE.values() for need in one.needs} <= CATALOGUE.keys()


def test_of_each_task_it_is_decided_whether_the_persons_sheet_says_it():
    assert sorted([*sheet.AWAITED, *SPOKEN_ABOUT]) == sorted(CATALOGUE)


@pytest.mark.parametrize(
    ("pathway", "count", "has", "lacks"),
    [
        (Pathway.P0, 14, {"T43", "T51"}, {"T07", "T48"}),
        (Pathway.P1, 26, {"T24", "T25", "T33"}, {"T27", "T28"}),
        (Pathway.P2, 24, {"T27", "T46"}, {"T24", "T33"}),
        (Pathway.P3, 24, {"T28", "T46"}, {"T27"}),
    ],
)
def test_the_templates_of_the_pathways(pathway, count, has, lacks):
    codes = PATHWAY_TASKS[pathway]
    assert len(codes) == len(set(codes)) == count
    assert has <= set(codes)
    assert not lacks & set(codes)


@pytest.mark.parametrize(
    ("code", "due"),
    [
        ("T01", FRIDAY + DAY),
        ("T02", datetime(2026, 5, 9, 9, tzinfo=UTC)),  # 10am in London, the next day
        ("T40", datetime(2026, 5, 11, 15, tzinfo=UTC)),  # 4pm in London, the day before
        ("T42", FRIDAY + 2 * DAY),
        ("T51", FRIDAY + 6 * DAY),
        ("T10", datetime(2026, 5, 11, 10, tzinfo=UTC)),  # four working hours from Friday 3pm end on Monday 11am
    ],
)
def test_when_a_task_is_due(code, due):
    assert due_at(CATALOGUE[code].target, FRIDAY, ALL) == due


def test_without_what_it_counts_from_a_task_has_no_due_time():
    assert [due_at(one.target, None, NONE) for one in CATALOGUE.values()] == [None] * len(CATALOGUE)


def test_a_due_time_moves_with_the_expected_date_unless_a_person_set_it():
    free, fixed = tasks("T02", "T40")[1], replace(tasks("T40")[0], due_at=FRIDAY, due_by_person=True)
    later = dataclasses.replace(ALL, expected_on=date(2026, 5, 20))
    moved, kept = checklist.timed((free, fixed), later, FRIDAY)
    assert (moved.due_at, kept.due_at) == (datetime(2026, 5, 19, 15, tzinfo=UTC), FRIDAY)


def test_a_clock_from_the_start_of_a_task_begins_when_what_it_needs_is_done():
    prescribed, dispensed = tasks("T40", "T41")
    assert checklist.timed((prescribed, dispensed), ALL, FRIDAY)[1].due_at is None
    done = replace(prescribed, status=TaskStatus.DONE)
    assert checklist.timed((done, dispensed), ALL, FRIDAY + HOUR)[1].due_at == FRIDAY + 5 * HOUR


def test_discharge_cancels_what_comes_before_leaving_and_undoing_it_brings_it_back_as_it_was():
    open_, started = tasks("T01", "T03")
    done, call = replace(tasks("T02")[0], status=TaskStatus.DONE), tasks("T51")[0]
    before = (open_, replace(started, status=TaskStatus.STARTED), done, call)
    gone = checklist.cancelled(before, CancelledBy.DISCHARGE, FRIDAY)
    assert [one.status.value for one in gone] == ["cancelled", "cancelled", "done", "open"]
    back = checklist.resumed(gone, FRIDAY)
    assert [one.status for one in back] == [one.status for one in before]
    assert [one.number for one in back] == [3, 3, 1, 1]


LADDER = (DAY, 3 * DAY)


@pytest.mark.parametrize(
    ("hours", "level", "next_after"), [(24, 1, 48), (47, 1, 48), (48, 2, 96), (96, 3, None), (500, 3, None)]
)
def test_the_level_of_a_delay(hours, level, next_after):
    found = delay.assess(FRIDAY, DAY, LADDER, FRIDAY + hours * HOUR)
    next_at = FRIDAY + next_after * HOUR if next_after else None
    assert found == delay.Delayed(FRIDAY, FRIDAY + DAY, level, next_at)


def test_before_the_threshold_there_is_no_delay():
    assert delay.assess(FRIDAY, DAY, LADDER, FRIDAY + DAY - HOUR) is None
    assert delay.assess(None, DAY, LADDER, FRIDAY) is None


def test_what_waits_on_an_outside_body_is_that_bodys_delay():
    care = replace(
        tasks("T25")[0],
        status=TaskStatus.WAITING_EXTERNAL,
        waiting_on="County home care",
        waiting_since=FRIDAY,
        owner_name="Asha Patel",
    )
    late = replace(tasks("T03")[0], due_at=FRIDAY - DAY)
    found = delay.waiting_for((late, care), "Ben Cole", FRIDAY)
    assert (found.held_by, found.reason_code) == ("County home care", "DR16")
    assert task_view(care, FRIDAY).held_by == found.held_by
    found = delay.waiting_for((late,), "Ben Cole", FRIDAY)
    assert found.held_by == task_view(late, FRIDAY).held_by == "Ward nurse"
    assert delay.waiting_for((), "Ben Cole", FRIDAY).held_by == "Ben Cole"


def test_a_co_ordinators_task_that_nobody_is_named_for_is_the_named_co_ordinators():
    welcome = replace(tasks("T01")[0], owner_profession=Profession.HSW)
    assert delay.holder(welcome, "Asha Patel") == "Asha Patel"
    assert task_view(welcome, FRIDAY, coordinator="Asha Patel").held_by == "Asha Patel"
    assert delay.told_of_waiting((welcome,), "Asha Patel", FRIDAY).held_by == "Asha Patel"
    assert delay.holder(welcome, None) == "Hospital social worker"
    assert delay.holder(replace(welcome, owner_profession=Profession.DCO), "Asha Patel") == "Asha Patel"
    assert delay.holder(replace(welcome, owner_name="Ben Cole"), "Asha Patel") == "Ben Cole"
    assert delay.holder(replace(welcome, owner_profession=Profession.PHA), "Asha Patel") == "Pharmacist"
    outside = replace(welcome, status=TaskStatus.WAITING_EXTERNAL, waiting_on="The locksmith")
    assert delay.holder(outside, "Asha Patel") == "The locksmith"


def test_a_delay_across_the_clock_change_lasts_hours_not_wall_clock():
    ready = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert isinstance(delay.assess(ready, DAY, LADDER, ready + DAY), delay.Delayed)
