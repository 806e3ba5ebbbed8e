"""What people do to tasks: add one, start it, pass it on, wait for somebody, finish it, undo that."""

from collections.abc import Iterable
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
    return _in_place(file, new, _words(new, task), by)


def put_back(file: CaseFile, task: Task, past: Iterable[Task], by: By) -> CaseFile | NotPossible:
    """`file` with the finished `task` as it was before it had the status it has, its version one higher.

    `past` are its earlier states in any order. A due time that nobody chose is found anew from the facts as they are.
    """
    if task.status not in checklist.FINISHED:
        return NotPossible("undo", "Only a task that is done or not needed can be put back.")
    others = [one for one in past if one.number < task.number and one.status is not task.status]
    if not others:
        return NotPossible("undo", "Nothing is known of the task from before. Say its status.")
    was = max(others, key=lambda one: one.number)
    # What the task is stays as it is now; what people said of it, and its clock, are as they were.
    new = replace(
        task,
        status=was.status,
        number=task.number + 1,
        owner_profession=was.owner_profession,
        owner_id=was.owner_id,
        owner_name=was.owner_name,
        due_at=was.due_at,
        due_by_person=was.due_by_person,
        started_at=was.started_at,
        waiting_on=was.waiting_on,
        waiting_since=was.waiting_since,
        note=was.note,
        delay_reason=was.delay_reason,
        changed_at=by.at,
        changed_by=by.name,
    )
    return _in_place(file, new, f"{new.title}: put back, {_status_words(new)}", by)


def _in_place(file: CaseFile, new: Task, words: str, by: By) -> CaseFile:
    return replace(
        file,
        tasks=tuple(new if one.task_id == new.task_id else one for one in file.tasks),
        notes=(*file.notes, Note("person", by.at, by.at, words, by.name)),
    )


def _status_words(task: Task) -> str:
    return STATUS_WORDS[task.status] + (f" for {task.waiting_on}" if task.waiting_on else "")


def _words(new: Task, old: Task) -> str:
    if new.status is not old.status:
        return f"{new.title}: {_status_words(new)}"
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
