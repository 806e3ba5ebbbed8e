"""The tasks of the frozen hospital, as discharge keeps them at 7:52am on Tuesday 24 November 2026."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.discharge.model.cases import CancelledBy, Task, TaskClock
from services.discharge.rules.checklist import cancelled
from services.discharge.rules.summaries import task_view
from shared.contracts.api.discharge import Profession, TaskStatus, TaskView
from shared.contracts.cases import CaseStatus

NOW = datetime(2026, 11, 24, 7, 52, tzinfo=ZoneInfo("Europe/London")).astimezone(ZoneInfo("UTC"))
HEARD = NOW - timedelta(minutes=2)
TASKS = (
    ("Home care start date agreed", Profession.HUB, "Asha Patel"),
    ("Key safe fitted", Profession.HSW, "Tom Reeve"),
    ("Medicines to take home dispensed", Profession.PHA, None),
    ("Therapy assessment, function and mobility", Profession.OT, "Grace Oyelaran"),
    ("Transport booked", Profession.TRN, None),
)


def ago(days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    """So long before now."""
    return NOW - timedelta(days=days, hours=hours, minutes=minutes)


def held_task(number: int, **changed: object) -> Task:
    """A task of a case as discharge keeps it; what it is goes by number."""
    title, profession, name = TASKS[number % len(TASKS)]
    kept: dict[str, object] = {
        "task_id": f"task-{number}",
        "code": f"T{number:02d}",
        "title": title,
        "status": TaskStatus.STARTED,
        "number": 3,
        "clock": TaskClock.BEFORE_LEAVING,
        "added_at": ago(days=4),
        "owner_profession": profession,
        "owner_id": "staff-asha" if name == "Asha Patel" else None,
        "owner_name": name,
        "due_at": NOW + timedelta(hours=4 + number % 30, minutes=8),
        "changed_at": ago(hours=20),
        "changed_by": "Morgan Hale",
    }
    return Task(**{**kept, **changed})  # type: ignore[arg-type]


def task(number: int, **changed: object) -> TaskView:
    """A task as discharge shows it."""
    return task_view(held_task(number), NOW).model_copy(update=changed)


def tasks(number: int, status: CaseStatus = CaseStatus.OPEN) -> tuple[Task, ...]:
    """The tasks of a case: with every sixth one waits on the council, with every sixth but one one is overdue."""
    why = {CaseStatus.FOLLOWING: CancelledBy.DISCHARGE, CaseStatus.CLOSED: CancelledBy.DEATH}.get(status)
    return cancelled(_tasks(number), why, NOW) if why else _tasks(number)


def _tasks(number: int) -> tuple[Task, ...]:
    council = {"status": TaskStatus.WAITING_EXTERNAL, "waiting_on": "council home care team"}
    late = number % 6 in (0, 1)
    later = NOW + timedelta(hours=5 + number % 30, minutes=8)
    return (
        held_task(0, due_at=later, **(council | {"waiting_since": ago(days=4)} if number % 6 == 0 else {})),
        held_task(
            1, due_at=ago(hours=15 + number % 4) if late else NOW + timedelta(hours=4 + number * 7 % 60, minutes=8)
        ),
        held_task(2, status=TaskStatus.OPEN, needs=("T04",)),
        held_task(4, status=TaskStatus.BLOCKED, note="The start date is not fixed"),
        held_task(
            9,
            title="Follow-up call after discharge",
            owner_profession=Profession.HSW,
            clock=TaskClock.AFTER_LEAVING,
            status=TaskStatus.OPEN,
            due_at=NOW + timedelta(hours=23, minutes=8),
        ),
        held_task(3, status=TaskStatus.DONE),
        held_task(8, title="Own care home confirms", status=TaskStatus.NOT_NEEDED, note="Lives at home"),
    )
