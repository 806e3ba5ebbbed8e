"""What people decide on a case: reviews, dates, pathways. Each is added; nothing recorded is overwritten."""

from datetime import date, datetime

from msgspec.structs import replace

from services.discharge.model.cases import By, CaseFile, ExpectedDate, Note, PathwaySet, Review, Task
from services.discharge.rules import checklist
from services.discharge.rules.readiness import is_far_backdated
from services.discharge.rules.task_templates import PATHWAY_TASKS
from shared.contracts.api.discharge import TaskStatus
from shared.contracts.cases import Pathway
from shared.words import named_day, named_moment

_EXPECTED_DATE_TASK, _READY_TASK = "T02", "T43"


def with_review(
    file: CaseFile, by: By, *, meets: bool, criteria: tuple[str, ...], true_from: datetime, note: str | None
) -> CaseFile:
    """`file` with a criteria-to-reside review. The task that records the decision follows it."""
    review = Review(
        len(file.reviews) + 1, meets, true_from, by.at, by.name, file.encounter_id, criteria if meets else (), note
    )
    words = "Reviewed: still needs to be in hospital" if meets else "Reviewed: no longer needs to be in hospital"
    if is_far_backdated(review):
        words += f", said to be so since {named_moment(true_from)}, more than two days before it was entered"
    decided = TaskStatus.OPEN if meets else TaskStatus.DONE
    return replace(
        file,
        reviews=(*file.reviews, review),
        tasks=_with_status(file.tasks, _READY_TASK, decided, by),
        notes=(*file.notes, Note("person", true_from, by.at, words, by.name)),
    )


def with_expected_date(file: CaseFile, by: By, on: date, reason: str | None) -> CaseFile:
    """`file` with an expected date of discharge; the earlier ones are kept."""
    entry = ExpectedDate(len(file.expected) + 1, on, by.at, by.name, file.encounter_id, reason)
    note = Note("person", by.at, by.at, f"Expected to leave on {named_day(on)}", by.name)
    return replace(
        file,
        expected=(*file.expected, entry),
        tasks=_with_status(file.tasks, _EXPECTED_DATE_TASK, TaskStatus.DONE, by),
        notes=(*file.notes, note),
    )


def with_pathway(file: CaseFile, by: By, pathway: Pathway, reason: str | None) -> CaseFile:
    """`file` with a pathway and its tasks; no task is removed."""
    entry = PathwaySet(len(file.pathways) + 1, pathway, by.at, by.name, file.encounter_id, reason)
    note = Note("person", by.at, by.at, f"Pathway {pathway.value[1]} set", by.name)
    return replace(
        file,
        pathways=(*file.pathways, entry),
        tasks=checklist.with_templates(file.case_id, file.tasks, PATHWAY_TASKS[pathway], by.at),
        notes=(*file.notes, note),
    )


def _with_status(tasks: tuple[Task, ...], code: str, status: TaskStatus, by: By) -> tuple[Task, ...]:
    """`tasks` with the one of `code` at `status`, unless a person said it is not needed or the machine cancelled it."""
    kept = (TaskStatus.NOT_NEEDED, TaskStatus.CANCELLED)
    return tuple(
        replace(task, status=status, number=task.number + 1, changed_at=by.at, changed_by=by.name)
        if task.code == code
        and task.status not in kept
        and (task.status is TaskStatus.DONE) != (status is TaskStatus.DONE)
        else task
        for task in tasks
    )
