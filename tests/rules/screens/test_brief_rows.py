"""A row of the list says each thing once, and as briefly as it can be said."""

import pytest

from services.screens.presenters import people
from services.screens.presenters.people import PersonRow
from shared.contracts.api.discharge import CaseSummary, Profession, TaskStatus
from shared.contracts.cases import CaseStatus
from tests.rules.screens.test_pages import MORGAN, listed
from tests.screens import checklists, hospital
from tests.screens.checklists import NOW, ago

OWN = "Left on their own decision. Check that they are safe before anything that was arranged goes on."


def row(case: CaseSummary, **changed: object) -> PersonRow:
    """The row of somebody in Morgan's list."""
    found = listed(case.model_copy(update=changed))
    return people.present(found, MORGAN, scope="mine", chosen="", now=NOW).people[0]


@pytest.mark.parametrize(
    ("why", "marks", "left", "said"),
    [
        ("Went home, Moved", ("Went home", "Moved"), ("Went home", "Moved"), ""),
        (OWN, ("Left on own decision",), (), OWN),
        (OWN, ("Left on own decision", "Moved"), ("Moved",), OWN),
        ("Nothing due today", ("Moved",), ("Moved",), "Nothing due today"),
    ],
)
def test_a_mark_and_the_reason_do_not_say_the_same(
    why: str, marks: tuple[str, ...], left: tuple[str, ...], said: str
) -> None:
    one = row(hospital.case(3), why=why, changed=marks, status=CaseStatus.FOLLOWING)
    assert (one.changed, one.why) == (left, said)


def test_since_when_somebody_can_go_is_said_in_its_own_column_alone() -> None:
    one = row(hospital.case(6), changed=("Can go",))
    assert (one.standing.text, one.since) == ("Delayed", "2 days 4 hours")
    assert (one.changed, one.why.partition(":")[0]) == (("Can go",), "Waiting for council home care team")


@pytest.mark.parametrize(
    ("owner", "profession", "coordinator", "told"),
    [
        ("Morgan Hale", Profession.OT, "staff-sam", "Overdue: key safe fitted, you, since yesterday"),
        (None, Profession.HSW, "staff-morgan", "Overdue: key safe fitted, you, since yesterday"),
        (None, Profession.HSW, "staff-sam", "Overdue: key safe fitted, hospital social worker, since yesterday"),
        (None, Profession.OT, "staff-morgan", "Overdue: key safe fitted, occupational therapist, since yesterday"),
        ("Asha Patel", Profession.HSW, "staff-morgan", "Overdue: key safe fitted, Asha Patel, since yesterday"),
    ],
)
def test_the_reader_is_you(owner: str | None, profession: Profession, coordinator: str, told: str) -> None:
    held = {"Morgan Hale": "staff-morgan", "Asha Patel": "staff-asha", None: None}[owner]
    holder = owner or {Profession.HSW: "Hospital social worker", Profession.OT: "Occupational therapist"}[profession]
    given = {"owner_name": owner, "owner_id": held, "owner_profession": profession, "held_by": holder}
    task = checklists.task(1, status=TaskStatus.STARTED, **given)
    small = owner or holder[:1].lower() + holder[1:]
    case = hospital.case(3, holding=hospital.HOLDING.model_copy(update={"coordinator_id": coordinator}))
    assert row(case, next_task=task, why=f"Overdue: key safe fitted, {small}, since yesterday").why == told
    waits = row(case, next_task=task, why=f"Waiting for {small}: key safe fitted, since yesterday").why
    assert waits == f"Waiting for {told.split(', ')[1]}: key safe fitted, since yesterday"


def test_whom_an_outside_body_keeps_waiting_is_not_you() -> None:
    given = {"owner_id": "staff-morgan", "owner_name": "Morgan Hale", "held_by": "Morgan Hale"}
    task = checklists.task(1, status=TaskStatus.WAITING_EXTERNAL, waiting_on="Morgan Hale", **given)
    why = "Due today: key safe fitted, Morgan Hale, by 4pm"
    assert row(hospital.case(3), next_task=task, why=why).why == why


def test_ages_and_places_are_brief() -> None:
    one = row(hospital.case(3), ward_name="Maple ward (rehabilitation)", bed="A6", admitted_at=ago(days=1, hours=16))
    assert one.place == "A6, Maple ward (rehabilitation)"
    assert one.step_age == "4 days"
    moments = hospital.case(3).moments.model_copy(update={"admitted": ago(days=1, hours=16), "named": ago(hours=2)})
    assert row(hospital.case(3), moments=moments).step_age == "1 day"
    assert row(hospital.case(3), bed=None).place == "Ash ward, no bed yet"
    assert row(hospital.HOME).place == "At home"
