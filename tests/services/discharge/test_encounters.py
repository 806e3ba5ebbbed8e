"""Stays become cases, on SQLite and on PostgreSQL."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.discharge.model.cases import CancelledBy
from services.discharge.store.task_lists import read
from services.discharge.tables.cases import cases, holdings
from shared.contracts.cases import CaseStatus
from shared.contracts.encounters import EncounterStatus, Location, PatientClass
from shared.database import Database
from tests.services.discharge.riverside import (
    DAY,
    HOUR,
    MONDAY,
    WITHOUT_A_PATHWAY,
    after,
    case_of,
    hear,
    left,
    riverside,
    set_up,
    stay,
    told,
)


async def test_an_admission_opens_a_case_and_names_somebody_on_duty(riverside_database: Database):
    await hear(riverside_database, stay())
    case = await case_of(riverside_database)
    assert (case.status, case.version, case.cluster_id) == (CaseStatus.OPEN, 1, "north")
    assert case.holding is not None
    assert case.holding.coordinator_id == "asha"
    assert case.holding.explanation[0] == "North cluster covers Ward 1."
    assert case.moments.named == MONDAY
    assert case.open_tasks == WITHOUT_A_PATHWAY


async def test_a_stay_first_heard_of_as_not_inpatient_has_a_case_and_a_name_once_it_is(riverside_database: Database):
    waiting = stay(patient_class=PatientClass.EMERGENCY, inpatient=False)
    await hear(riverside_database, waiting)
    assert await told(riverside_database) == []
    admitted = after(waiting, patient_class=PatientClass.INPATIENT, inpatient=True, admitted_at=MONDAY + HOUR)
    await hear(riverside_database, admitted, at=MONDAY + HOUR)
    case = (await told(riverside_database))[0]
    assert len(await told(riverside_database)) == 1
    assert (case.status, case.version, case.open_tasks) == (CaseStatus.OPEN, 1, WITHOUT_A_PATHWAY)
    assert case.holding is not None
    assert (case.holding.coordinator_id, case.moments.admitted, case.moments.named) == (
        "asha",
        MONDAY + HOUR,
        MONDAY + HOUR,
    )


async def test_at_night_the_next_on_duty_is_named_and_the_duty_desk_covers(riverside_database: Database):
    await hear(riverside_database, stay(), at=MONDAY + 14 * HOUR)
    held = (await case_of(riverside_database)).holding
    assert held is not None
    assert (held.coordinator_id, held.covered_by) == ("asha", "the duty desk")
    assert held.cover_until == MONDAY + 22 * HOUR  # Tuesday 8am in London, 7am UTC


@pytest.mark.parametrize(
    ("ward", "reason"),
    [
        ("W3", "No cluster covers Ward 3."),
        ("W4", "Nobody is on the rota of Empty cluster."),
        ("ZZ", "The ward is not known to Homeward."),
    ],
)
async def test_where_nobody_can_be_named_the_case_is_uncovered(riverside_database: Database, ward: str, reason: str):
    await hear(riverside_database, stay(ward=ward))
    held = (await case_of(riverside_database)).holding
    assert held is not None
    assert (held.coordinator_id, held.uncovered_since, held.reason) == (None, MONDAY, reason)


async def test_a_batch_is_shared_out_by_load(riverside_database: Database):
    await hear(riverside_database, *[stay(number) for number in range(1, 11)])
    given = [
        one.holding.coordinator_id
        for one in await told(riverside_database)
        if one.holding and one.holding.coordinator_id
    ]
    assert sorted(given) == ["asha"] * 5 + ["ben"] * 5


@pytest.mark.parametrize("batches", [[9], [1] * 9, [4, 5]], ids=["together", "one by one", "in two"])
async def test_who_works_half_the_time_is_given_half_as_many(riverside_database: Database, batches: list[int]):
    whole = riverside()
    staff = tuple(replace(one, capacity=0.5) if one.id == "asha" else one for one in whole.staff)
    await set_up(riverside_database, replace(whole, staff=staff))
    stays = iter([stay(number) for number in range(1, 10)])
    for size in batches:
        await hear(riverside_database, *itertools.islice(stays, size))
    given = [one.holding.coordinator_id for one in await told(riverside_database) if one.holding]
    assert sorted(given, key=str) == ["asha"] * 3 + ["ben"] * 6


async def test_a_person_who_comes_back_has_the_same_co_ordinator(riverside_database: Database):
    first = stay(1)
    await hear(riverside_database, first)
    await hear(riverside_database, left(first, MONDAY + DAY), stay(2), at=MONDAY + DAY)
    again = stay(3, person=first.person)
    await hear(riverside_database, again, at=MONDAY + 2 * DAY)
    held = (await case_of(riverside_database, 3)).holding
    assert held is not None
    assert (held.coordinator_id, held.reason) == ("asha", "Asha Patel has co-ordinated this person before.")


async def test_a_move_to_another_cluster_keeps_the_person_and_raises_a_hand_over(riverside_database: Database):
    here = stay()
    await hear(riverside_database, here)
    there = after(here, location=Location(ward_code="W2", bed="1"))
    await hear(riverside_database, there, at=MONDAY + HOUR)
    case = await case_of(riverside_database)
    assert case.holding is not None
    assert (case.holding.coordinator_id, case.cluster_id) == ("asha", "south")
    assert case.hand_over is not None
    assert case.hand_over.to_cluster == "south"
    await hear(riverside_database, after(there, location=here.location), at=MONDAY + 2 * HOUR)
    assert (await case_of(riverside_database)).hand_over is None


async def test_theatre_leaves_a_person_with_the_ward_they_came_from(riverside_database: Database):
    here = stay(movements=[{"location": {"ward_code": "W1"}, "since": MONDAY}])
    await hear(riverside_database, here)
    await hear(riverside_database, after(here, location=Location(ward_code="TH")), at=MONDAY + HOUR)
    assert (await case_of(riverside_database)).ward_id == "w1"


async def test_a_discharge_ends_the_stay_not_the_case_and_taking_it_back_reopens_the_tasks(
    riverside_database: Database,
):
    here = stay()
    await hear(riverside_database, here)
    gone = left(here, MONDAY + DAY)
    await hear(riverside_database, gone, at=MONDAY + DAY)
    case = await case_of(riverside_database)
    assert (case.status, case.open_tasks) == (CaseStatus.FOLLOWING, 1)
    assert case.holding is not None
    assert case.moments.left_hospital == MONDAY + DAY
    async with riverside_database.reading() as reading:
        kept = read(str(await reading.value(select(cases.c.tasks))))
    assert sum(task.cancelled_by is CancelledBy.DISCHARGE for task in kept) == WITHOUT_A_PATHWAY - 1
    back = after(gone, status=EncounterStatus.ADMITTED, discharged_at=None)
    await hear(riverside_database, back, at=MONDAY + 25 * HOUR)
    case = await case_of(riverside_database)
    assert (case.status, case.open_tasks, case.moments.left_hospital) == (CaseStatus.OPEN, WITHOUT_A_PATHWAY, None)
    assert case.holding is not None
    assert case.holding.coordinator_id == "asha"


async def test_an_admission_taken_back_withdraws_the_case_and_a_new_one_opens_it_again(riverside_database: Database):
    here = stay()
    await hear(riverside_database, here)
    undone = after(here, status=EncounterStatus.CANCELLED, inpatient=False)
    await hear(riverside_database, undone, at=MONDAY + HOUR)
    case = await case_of(riverside_database)
    assert (case.status, case.holding, case.open_tasks) == (CaseStatus.WITHDRAWN, None, 0)
    again = after(undone, status=EncounterStatus.ADMITTED, inpatient=True)
    await hear(riverside_database, again, at=MONDAY + 2 * HOUR)
    case = await case_of(riverside_database)
    assert (case.status, case.version, case.open_tasks) == (CaseStatus.OPEN, 3, WITHOUT_A_PATHWAY)
    assert case.holding is not None
    assert case.holding.coordinator_id == "asha"


async def test_death_ends_the_case_at_once(riverside_database: Database):
    here = stay()
    await hear(riverside_database, here)
    died = after(here, person=here.person.model_copy(update={"deceased": True}))
    await hear(riverside_database, died, at=MONDAY + HOUR)
    case = await case_of(riverside_database)
    assert (case.status, case.holding, case.open_tasks, case.deceased) == (CaseStatus.CLOSED, None, 0, True)


async def test_first_heard_of_as_discharged_the_case_is_followed(riverside_database: Database):
    await hear(riverside_database, left(stay(), MONDAY + HOUR), at=MONDAY + 2 * HOUR)
    case = await case_of(riverside_database)
    assert (case.status, case.open_tasks) == (CaseStatus.FOLLOWING, 1)
    assert case.holding is not None


async def test_a_child_has_no_case(riverside_database: Database):
    child = stay().person.model_copy(update={"born": (MONDAY - timedelta(days=3000)).date()})
    await hear(riverside_database, stay(person=child))
    assert await told(riverside_database) == []


async def test_one_event_a_changed_case_and_none_for_the_same_news_again(riverside_database: Database):
    here = [stay(1), stay(2)]
    await hear(riverside_database, *here)
    await hear(riverside_database, *here, at=MONDAY + HOUR)
    assert [(one.encounter_id, one.version) for one in await told(riverside_database)] == [("stay-1", 1), ("stay-2", 1)]
    moved = after(here[0], location=Location(ward_code="W1", bed="9"))
    await hear(riverside_database, moved, here[1], at=MONDAY + HOUR)
    assert [(one.encounter_id, one.version) for one in await told(riverside_database)][2:] == [("stay-1", 2)]


async def test_every_held_case_has_one_current_holding(riverside_database: Database):
    here = stay()
    await hear(riverside_database, here, stay(2), stay(3, ward="W3"))
    await hear(riverside_database, left(here, MONDAY + HOUR), at=MONDAY + HOUR)
    async with riverside_database.reading() as reading:
        current = await reading.rows(select(holdings.c.case_id).where(holdings.c.is_current))
        held = await reading.rows(select(cases.c.case_id).where(cases.c.status.in_(["open", "following"])))
    assert sorted(row.case_id for row in current) == sorted(row.case_id for row in held)
