"""Whoever left at a time nobody knows has left all the same."""

from datetime import date

import pytest
from msgspec.structs import replace

from services.discharge.model.cases import By, CaseFile, ClosedBecause, TaskClock
from services.discharge.rules.leaving import has_left, left_by
from services.discharge.rules.settle import settle
from services.discharge.rules.stop_first import has_died
from services.discharge.rules.task_changes import Owner, with_own
from shared.contracts.api.discharge import Profession, TaskStatus
from shared.contracts.cases import CaseStatus
from shared.contracts.encounters import EncounterState, EncounterStatus
from tests.rules.discharge.stays import DAY, MONDAY, POLICY, received, reviewed, stay

HERE = stay(admitted_at=None)
WORKER = Owner(Profession.HSW)
LEARNED = MONDAY + 2 * DAY


def _gone(**changes: object) -> EncounterState:
    return stay(admitted_at=None, status=EncounterStatus.DISCHARGED, learned_at=LEARNED, **changes)


def _left(*, of: CaseFile | None = None) -> CaseFile:
    """The case once it is learned, on Wednesday, that the person left."""
    return settle(received(_gone(), of or received(HERE), at=LEARNED), POLICY, LEARNED)


def test_a_task_added_at_home_keeps_the_follow_up_open_until_it_is_done():
    case = _left()
    assert (case.status, case.encounter.discharged_at) == (CaseStatus.FOLLOWING, None)
    case = with_own(case, "Ring the daughter", WORKER, None, By("asha", "Asha", LEARNED))
    assert case.tasks[-1].clock is TaskClock.AFTER_LEAVING
    *others, own = case.tasks
    done = tuple(replace(task, status=TaskStatus.DONE) for task in others)
    assert settle(replace(case, tasks=(*done, own)), POLICY, LEARNED).status is CaseStatus.FOLLOWING
    finished = replace(case, tasks=(*done, replace(own, status=TaskStatus.DONE)))
    assert settle(finished, POLICY, LEARNED).closed_because is ClosedBecause.FOLLOWED_UP


def test_a_task_added_in_hospital_is_for_before_leaving():
    case = with_own(received(HERE), "Ring the daughter", WORKER, None, By("asha", "Asha", MONDAY))
    assert case.tasks[-1].clock is TaskClock.BEFORE_LEAVING


@pytest.mark.parametrize("meets", [True, False])
def test_the_ready_date_is_neither_lost_nor_another_by_what_was_so_after_leaving(meets: bool):  # noqa: FBT001
    ready = (reviewed(1, MONDAY, meets=True), reviewed(2, MONDAY + DAY, meets=False))
    case = _left(of=settle(replace(received(HERE), reviews=ready), POLICY, LEARNED))
    assert (case.ready_since, case.discharge_ready_date) == (None, date(2026, 5, 5))
    after = (*ready, reviewed(3, LEARNED + DAY, meets=True), reviewed(4, LEARNED + 2 * DAY, meets=meets))
    assert settle(replace(case, reviews=after), POLICY, LEARNED + 3 * DAY).discharge_ready_date == date(2026, 5, 5)


def test_a_period_that_ended_before_leaving_keeps_its_ready_date():
    said = (reviewed(1, MONDAY, meets=False), reviewed(2, MONDAY + DAY, meets=True))
    case = settle(replace(received(HERE), reviews=said), POLICY, LEARNED)
    assert case.discharge_ready_date is None
    assert _left(of=case).discharge_ready_date == date(2026, 5, 4)


def test_by_when_somebody_left():
    here, gone, told = received(HERE), _left(), received(_gone(discharged_at=MONDAY + DAY), received(HERE))
    assert [has_left(one) for one in (here, gone, told)] == [False, True, True]
    assert [left_by(one) for one in (here, gone, told)] == [None, LEARNED, MONDAY + DAY]


def test_a_stay_that_ended_by_death_at_no_known_time_ended_by_death():
    assert has_died(_gone(discharge_method="4"))
    assert not has_died(stay(admitted_at=None, discharge_method="4"))
    assert not has_died(_gone(discharge_method="1"))
