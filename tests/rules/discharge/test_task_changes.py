"""What a change of a task leaves as it was, and whose wait is called the longest."""

from datetime import datetime

from msgspec.structs import replace

from services.discharge.model.cases import By, CaseFile, Task
from services.discharge.rules import delay
from services.discharge.rules.task_changes import Wanted, changed
from shared.contracts.api.discharge import TaskStatus
from tests.rules.discharge.stays import DAY, HOUR, MONDAY, received, stay

DUE = MONDAY + 3 * DAY
WAITS = Wanted(status=TaskStatus.WAITING_EXTERNAL, waiting_on="Social care")


def _done(file: CaseFile, wanted: Wanted, at: datetime) -> tuple[CaseFile, Task]:
    """`file` with its first task changed, and that task."""
    after = changed(file, file.tasks[0], wanted, By("asha", "Asha Patel", at))
    return after, after.tasks[0]


def test_a_due_time_that_a_person_set_stays_theirs_at_every_later_change():
    file, task = _done(received(stay()), Wanted(due_at=DUE), MONDAY)
    assert (task.due_at, task.due_by_person) == (DUE, True)
    for wanted in (Wanted(note="Rang them"), WAITS, Wanted(status=TaskStatus.STARTED)):
        file, task = _done(file, wanted, MONDAY + HOUR)
        assert (task.due_at, task.due_by_person) == (DUE, True)


def test_a_task_waits_since_it_began_to_wait_whatever_is_noted_meanwhile():
    file, task = _done(received(stay()), WAITS, MONDAY)
    for number, wanted in enumerate((Wanted(note="Rang them"), WAITS, Wanted(waiting_on="Housing")), 1):
        file, task = _done(file, wanted, MONDAY + number * HOUR)
        assert task.waiting_since == MONDAY
    file, task = _done(file, Wanted(status=TaskStatus.STARTED), MONDAY + DAY)
    assert task.waiting_since is None
    assert _done(file, WAITS, MONDAY + 2 * DAY)[1].waiting_since == MONDAY + 2 * DAY


def test_of_several_outside_bodies_the_one_waited_for_longest_holds_the_person():
    short, long, *others = received(stay()).tasks
    status = TaskStatus.WAITING_EXTERNAL
    tasks = (
        replace(short, status=status, waiting_on="Equipment store", waiting_since=MONDAY + DAY),
        replace(long, status=status, waiting_on="Social care", waiting_since=MONDAY),
        *others,
    )
    for order in (tasks, tasks[::-1]):
        assert delay.waiting_for(order, "Asha Patel", MONDAY + 2 * DAY).held_by == "Social care"
