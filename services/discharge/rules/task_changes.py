"""What people do to tasks: add one, start it, pass it on, wait for somebody, finish it."""

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from services.discharge.model.cases import By, CaseFile, Note, Task, TaskClock
from services.discharge.rules import checklist
from services.discharge.rules.leaving import has_left
from shared.contracts.api.discharge import Profession, TaskStatus
from shared.words import PROFESSIONS

STATUS_WORDS = {
    TaskStatus.OPEN: "to do",
    TaskStatus.STARTED: "started",
    TaskStatus.WAITING_EXTERNAL: "waiting",
    TaskStatus.BLOCKED: "blocked",
    TaskStatus.DONE: "done",
    TaskStatus.NOT_NEEDED: "not needed",
    TaskStatus.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has a task: somebody by name, or only a profession."""

    profession: Profession
    staff_id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants changed; what is absent stays."""

    status: TaskStatus | None = None
    owner: Owner | None = None
    due_at: datetime | None = None
    waiting_on: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NotPossible:
    """The change cannot be; `reason` says why, `field` which part."""

    field: str
    reason: str


def objection(task: Task, wanted: Wanted) -> NotPossible | None:
    """Why the change cannot be, if it cannot."""
    if task.cancelled_by is not None:
        return NotPossible("status", "The task was cancelled when the stay changed.")
    match wanted.status:
        case TaskStatus.CANCELLED:
            return NotPossible("status", "Say not_needed, with a note: only a change of the stay cancels a task.")
        case TaskStatus.WAITING_EXTERNAL if not (wanted.waiting_on or task.waiting_on):
            return NotPossible("waiting_on", "Say on whom the task waits.")
        case TaskStatus.NOT_NEEDED | TaskStatus.BLOCKED if not wanted.note:
            return NotPossible("note", "Say why.")
        case _:
            return None


def changed(file: CaseFile, task: Task, wanted: Wanted, by: By) -> CaseFile:
    """`file` with `task` changed, its version one higher."""
    status = wanted.status or task.status
    waits = status is TaskStatus.WAITING_EXTERNAL
    new = replace(
        task,
        status=status,
        number=task.number + 1,
        due_at=wanted.due_at or task.due_at,
        due_by_person=task.due_by_person or wanted.due_at is not None,
        waiting_on=(wanted.waiting_on or task.waiting_on) if waits else None,
        waiting_since=(task.waiting_since or by.at) if waits else None,
        note=wanted.note,
        changed_at=by.at,
        changed_by=by.name,
    )
    if wanted.owner is not None:
        new = replace(
            new,
            owner_profession=wanted.owner.profession,
            owner_id=wanted.owner.staff_id,
            owner_name=wanted.owner.name,
        )
    return replace(
        file,
        tasks=tuple(new if one.task_id == task.task_id else one for one in file.tasks),
        notes=(*file.notes, Note("person", by.at, by.at, _words(new, task), by.name)),
    )


def _words(new: Task, old: Task) -> str:
    if new.status is not old.status:
        waits = f" for {new.waiting_on}" if new.waiting_on else ""
        return f"{new.title}: {STATUS_WORDS[new.status]}{waits}"
    if (new.owner_id, new.owner_profession) != (old.owner_id, old.owner_profession):
        return f"{new.title}: now with {new.owner_name or PROFESSIONS[new.owner_profession]}"
    return f"{new.title}: changed"


def with_template(file: CaseFile, code: str, owner: Owner, due_at: datetime | None, by: By) -> CaseFile:
    """`file` with the task `code` of the catalogue, once. Raises KeyError for an unknown code."""
    if any(task.code == code for task in file.tasks):
        return file
    return _added(file, checklist.from_template(file.case_id, code, by.at), owner, due_at, by)


def with_own(file: CaseFile, title: str, owner: Owner, due_at: datetime | None, by: By) -> CaseFile:
    """`file` with a task of one's own wording."""
    code = f"X{sum(task.code.startswith('X') for task in file.tasks) + 1}"
    task = Task(
        task_id=f"{file.case_id}.{code}",
        code=code,
        title=title,
        owner_profession=owner.profession,
        status=TaskStatus.OPEN,
        number=1,
        clock=TaskClock.AFTER_LEAVING if has_left(file) else TaskClock.BEFORE_LEAVING,
        added_at=by.at,
        changed_at=by.at,
    )
    return _added(file, task, owner, due_at, by)


def _added(file: CaseFile, task: Task, owner: Owner, due_at: datetime | None, by: By) -> CaseFile:
    new = replace(
        task,
        owner_profession=owner.profession,
        owner_id=owner.staff_id,
        owner_name=owner.name,
        due_at=due_at,
        due_by_person=due_at is not None,
        changed_by=by.name,
    )
    note = Note("person", by.at, by.at, f"Task added: {new.title}", by.name)
    return replace(file, tasks=(*file.tasks, new), notes=(*file.notes, note))
