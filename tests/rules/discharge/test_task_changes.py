"""What a change of a task leaves as it was, and whose wait is called the longest."""

from datetime import datetime

from msgspec.structs import replace

from services.discharge.model.cases import By, CaseFile, Task
from services.discharge.rules import checklist, delay
from services.discharge.rules.task_changes import NotPossible, Owner, Wanted, changed, put_back
from shared.contracts.api.discharge import Profession, TaskStatus
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


def _said(task: Task) -> Task:
    """`task` without its version and who changed it when."""
    return replace(task, number=0, changed_at=MONDAY, changed_by=None)


def test_what_is_undone_is_as_it_was_before_whatever_happened_once_it_was_done():
    mine = Wanted(owner=Owner(Profession.DCO, "ben", "Ben Ito"), due_at=DUE)
    waits = Wanted(status=TaskStatus.WAITING_EXTERNAL, waiting_on="Elm Lodge", note="Rang twice")
    theirs = Wanted(owner=Owner(Profession.VCS), due_at=DUE + DAY, note="Told")
    for before in ((), (mine,), (mine, waits), (waits, Wanted(status=TaskStatus.BLOCKED, note="No key"))):
        file, task, past = received(stay()), received(stay()).tasks[0], list[Task]()
        done = (Wanted(status=TaskStatus.DONE), theirs)
        for number, wanted in enumerate((*before, *done)):
            past.append(file.tasks[0])
            file, task = _done(file, wanted, MONDAY + number * HOUR)
        was = past[-2]
        undone = put_back(file, task, past, By("asha", "Asha Patel", MONDAY + DAY))
        assert isinstance(undone, CaseFile)
        new = undone.tasks[0]
        assert _said(new) == _said(was)
        assert (new.number, new.changed_at, new.changed_by) == (task.number + 1, MONDAY + DAY, "Asha Patel")
        assert undone.tasks[1:] == file.tasks[1:]


def test_undoing_brings_back_why_it_held_the_person_and_when_its_clock_began():
    file = received(stay())
    was = replace(file.tasks[0], started_at=MONDAY, delay_reason="R1")
    now = replace(was, number=2, status=TaskStatus.NOT_NEEDED, note="No", started_at=None, delay_reason=None)
    undone = put_back(replace(file, tasks=(now,)), now, (was,), By("asha", "Asha Patel", MONDAY + HOUR))
    assert isinstance(undone, CaseFile)
    (new,) = undone.tasks
    assert (new.status, new.started_at, new.delay_reason, new.note) == (TaskStatus.OPEN, MONDAY, "R1", None)
    assert undone.notes[-1].text == f"{new.title}: put back, to do"


def test_only_what_is_finished_and_was_otherwise_before_is_undone():
    file = received(stay())
    by = By("asha", "Asha Patel", MONDAY)
    for status in TaskStatus:
        task = replace(file.tasks[0], number=2, status=status)
        same = replace(task, number=1)
        later = replace(task, number=3, status=TaskStatus.STARTED)
        found = put_back(replace(file, tasks=(task,)), task, (same, later), by)
        assert isinstance(found, NotPossible)
        assert (found.field, "Only" in found.reason) == ("undo", status not in checklist.FINISHED)
