"""How a task came to be as it is says who had it: a person of a profession, or the profession."""

import pytest

from services.screens.presenters import case, forms
from shared.contracts.api.discharge import Profession, TaskHistoryEntry, TaskStatus
from tests.rules.screens.test_pages import MORGAN
from tests.screens import checklists, hospital
from tests.screens.checklists import ago
from tests.screens.hospital import NOW


@pytest.mark.parametrize(
    ("profession", "name", "told"),
    [
        (Profession.PHA, None, "Started, Pharmacist has it, no due time"),
        (Profession.EQP, "Asha Patel", "Started, Asha Patel (equipment store) has it, no due time"),
        (None, "Asha Patel", "Started, Asha Patel has it, no due time"),
        (None, None, "Started, no due time"),
    ],
)
def test_a_line_says_who_had_it(profession: Profession | None, name: str | None, told: str) -> None:
    entry = TaskHistoryEntry(
        at=NOW, by="Morgan Hale", status=TaskStatus.STARTED, owner_profession=profession, owner_name=name
    )
    page = forms.history(hospital.detail(hospital.case(6)), "task-0", [entry], NOW)
    assert page.lines == (f"7:52am: {told}. By Morgan Hale",)


def test_a_line_says_on_whom_it_waited() -> None:
    entry = TaskHistoryEntry(at=NOW, by="Morgan Hale", status=TaskStatus.WAITING_EXTERNAL, waiting_on="The council")
    page = forms.history(hospital.detail(hospital.case(6)), "task-0", [entry], NOW)
    assert page.lines == ("7:52am: Waiting on The council, no due time. By Morgan Hale",)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (TaskStatus.BLOCKED, ("Blocked", "yellow")),
        (TaskStatus.WAITING_EXTERNAL, ("Waiting", "yellow")),
        (TaskStatus.STARTED, ("Started", "blue")),
    ],
)
def test_a_task_past_its_time_still_says_how_it_stands(status: TaskStatus, told: tuple[str, str]) -> None:
    late = checklists.task(1, status=status, overdue=True, due_at=ago(hours=1))
    found = hospital.detail(hospital.case(6)).model_copy(update={"tasks": (late,)})
    ((row,),) = (group.tasks for group in case.present(found, MORGAN, NOW).groups)
    assert (row.status.text, row.status.colour) == told
    assert (row.due, row.overdue) == ("Overdue: was due today by 6:52am", True)
