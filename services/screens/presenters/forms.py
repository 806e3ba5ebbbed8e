"""The forms of a case: what each asks, in which words, with what is known already in it."""

from collections.abc import Sequence
from datetime import datetime

from services.screens.presenters import banner, codes, words
from services.screens.presenters.fields import Field, FormPage, HistoryPage, Option
from services.screens.presenters.frame import Link
from shared.contracts.api.discharge import (
    CaseDetail,
    Profession,
    StaffView,
    TaskHistoryEntry,
    TaskStatus,
    TaskView,
)
from shared.contracts.cases import Pathway

NOTE_HINT = "Do not write anything here that the patient may not read"
DATE_HINT = "For example, 27 3 2026"
TIME_HINT = "For example, 9:30am or 14:00"


def _base(found: CaseDetail) -> str:
    return f"/cases/{found.summary.case_id}"


def _back(found: CaseDetail) -> Link:
    return Link("Back to the case", _base(found))


def _versions(found: CaseDetail) -> tuple[tuple[str, str], ...]:
    """The version that was read, and whom it is written about."""
    return (("version", str(found.summary.version)), ("encounter_id", found.summary.encounter_id))


def review(found: CaseDetail, now: datetime) -> FormPage:
    """Record a criteria-to-reside review."""
    case = found.summary
    who = words.spoken_name(case.person)
    return FormPage(
        title="Record a review",
        intro="Every round. It decides from when this person can go, so record it as it is now.",
        banner=banner.present(case, now),
        action=f"{_base(found)}/review",
        submit="Save review",
        fields=(
            Field(
                "radios",
                "meets_criteria",
                f"Does {who} need to be in an acute hospital bed?",
                options=(
                    Option("no", "No, can go", "No criterion to reside is met"),
                    Option("yes", "Yes, not yet", "At least one criterion to reside is met"),
                ),
            ),
            Field(
                "checkboxes",
                "criteria",
                "If yes, which criteria are met?",
                hint="Choose all that are met. It is a clinical judgement",
                options=tuple(Option(code, text) for code, text in codes.CRITERIA.items()),
                under="meets_criteria=yes",
            ),
            Field(
                "radios",
                "when",
                "Since when is this so?",
                value=("now",),
                options=(Option("now", "Now"), Option("earlier", "Earlier")),
            ),
            Field("date", "true_from", "Date, if earlier", hint=DATE_HINT, under="when=earlier"),
            Field("text", "true_from_time", "Time, if earlier", hint=TIME_HINT, width="5", under="when=earlier"),
            Field("textarea", "note", "Note (optional)", hint=NOTE_HINT),
        ),
        hidden=_versions(found),
        cancel=_back(found),
    )


def expected_date(found: CaseDetail, now: datetime) -> FormPage:
    """Set the expected date of discharge."""
    case = found.summary
    day = case.expected_discharge_on
    return FormPage(
        title="Expected date of leaving",
        intro="Earlier dates are kept and shown with the case.",
        banner=banner.present(case, now),
        action=f"{_base(found)}/expected-date",
        submit="Save date",
        fields=(
            Field(
                "date",
                "expected_on",
                f"When is {words.spoken_name(case.person)} expected to leave?",
                value=(str(day.day), str(day.month), str(day.year)) if day else ("", "", ""),
                hint=DATE_HINT,
            ),
            Field("text", "reason", "Why this date? (optional)", hint="For example, waiting for a home care start"),
        ),
        hidden=(*_versions(found), ("expected_was", day.isoformat() if day else "")),
        cancel=_back(found),
    )


def pathway(found: CaseDetail, now: datetime) -> FormPage:
    """Set the discharge pathway."""
    case = found.summary
    return FormPage(
        title="Discharge pathway",
        intro="The tasks of the pathway are added to the list. Nothing is taken away.",
        banner=banner.present(case, now),
        action=f"{_base(found)}/pathway",
        submit="Save pathway",
        fields=(
            Field(
                "radios",
                "pathway",
                f"Which pathway does {words.spoken_name(case.person)} need?",
                value=(case.pathway.value,) if case.pathway else (),
                options=tuple(Option(one.value, codes.PATHWAYS[one]) for one in Pathway),
            ),
            Field("text", "reason", "Why? (optional)"),
        ),
        hidden=(*_versions(found), ("pathway_was", case.pathway.value if case.pathway else "")),
        cancel=_back(found),
    )


def owners(
    staff: Sequence[StaffView], held: TaskView | None = None, nobody: str = "Nobody by name"
) -> tuple[Option, ...]:
    """Who can have a task. Who has `held` stays a choice when they work here no longer: it is not taken unasked."""
    people = tuple(Option(one.staff_id, f"{one.name}, {codes.profession(one.profession).lower()}") for one in staff)
    if held is None or held.owner_id is None or any(one.staff_id == held.owner_id for one in staff):
        return (Option("", nobody), *people)
    return (Option("", nobody), Option(held.owner_id, held.owner_name or held.owner_id), *people)


def _who(staff: Sequence[StaffView], profession: Profession, held: TaskView | None = None) -> tuple[Field, Field]:
    professions = tuple(Option(one.value, codes.PROFESSIONS[one]) for one in Profession)
    person = held.owner_id if held else None
    hint = "If you choose another profession, this person has it no longer" if person else None
    return (
        Field(
            "select", "owner_profession", "Who has it, by profession?", value=(profession.value,), options=professions
        ),
        Field(
            "select",
            "owner_id",
            "Who has it, by name?",
            hint=hint,
            value=(person or "",),
            options=owners(staff, held),
        ),
    )


def _due(now: datetime, kept: datetime | None) -> tuple[Field, ...]:
    today = words.london_date(now)
    keep = (Option("keep", f"As it is: {words.due(kept, now)}"),) if kept else (Option("keep", "No due time"),)
    return (
        Field(
            "radios",
            "due",
            "When is it due?",
            value=("keep",),
            options=(
                *keep,
                Option("today", f"Today by 5pm ({words.full_date(today)})"),
                Option("tomorrow", "Tomorrow by midday"),
                Option("other", "At another date and time"),
            ),
        ),
        Field("date", "due_on", "Date, if another", hint=DATE_HINT, under="due=other"),
        Field("text", "due_time", "Time, if another", hint=TIME_HINT, width="5", under="due=other"),
    )


def task(found: CaseDetail, chosen: TaskView, staff: Sequence[StaffView], now: datetime) -> FormPage:
    """Change a task."""
    return FormPage(
        title=chosen.title,
        intro=f"{codes.has_it(chosen)}, {words.due(chosen.due_at, now)}",
        banner=banner.present(found.summary, now),
        action=f"{_base(found)}/tasks/{chosen.task_id}",
        submit="Save task",
        fields=(
            Field(
                "radios",
                "status",
                "How is it going?",
                value=(chosen.status.value,),
                options=tuple(Option(status.value, text) for status, text in codes.TASK_CHOICES.items()),
            ),
            Field(
                "text",
                "waiting_on",
                "If waiting, on whom?",
                value=(chosen.waiting_on or "",),
                hint="For example, the council’s home care team",
                under=f"status={TaskStatus.WAITING_EXTERNAL.value}",
            ),
            Field("textarea", "note", "Note", hint=f"Say why if it is blocked or not needed. {NOTE_HINT}", value=("",)),
            *_who(staff, chosen.owner_profession, chosen),
            *_due(now, chosen.due_at),
        ),
        hidden=(
            ("version", str(chosen.version)),
            ("status_was", chosen.status.value),
            ("owner_was", chosen.owner_id or ""),
            ("profession_was", chosen.owner_profession.value),
            ("waiting_was", chosen.waiting_on or ""),
        ),
        cancel=_back(found),
        more=Link("How this task came to be as it is", f"{_base(found)}/tasks/{chosen.task_id}/history"),
    )


def history(found: CaseDetail, task_id: str, entries: Sequence[TaskHistoryEntry], now: datetime) -> HistoryPage:
    """How a task came to be as it is, newest first."""
    title = next((task.title for task in found.tasks if task.task_id == task_id), "Task")
    return HistoryPage(
        title=title,
        banner=banner.present(found.summary, now),
        lines=tuple(_history(entry, now) for entry in entries),
        back=Link("Back to the task", f"{_base(found)}/tasks/{task_id}"),
    )


def _history(entry: TaskHistoryEntry, now: datetime) -> str:
    waits = entry.status is TaskStatus.WAITING_EXTERNAL and entry.waiting_on
    status = f"Waiting on {entry.waiting_on}" if waits else codes.TASK_CHOICES.get(entry.status, "Cancelled")
    who = codes.owner(entry.owner_profession, entry.owner_name) if entry.owner_profession else entry.owner_name
    held = f", {who} has it" if who else ""
    note = f". {entry.note}" if entry.note else ""
    when = words.sentence(words.moment(entry.at, now))
    return f"{when}: {status}{held}, {words.due(entry.due_at, now)}. By {entry.by}{note}"


def add_task(found: CaseDetail, staff: Sequence[StaffView], now: datetime) -> FormPage:
    """Add a task of one's own."""
    return FormPage(
        title="Add a task",
        banner=banner.present(found.summary, now),
        action=f"{_base(found)}/tasks/new",
        submit="Add task",
        fields=(
            Field("text", "title", "What needs to be done?", hint="For example, key safe fitted", value=("",)),
            *_who(staff, Profession.HSW),
            *_due(now, None),
        ),
        hidden=_versions(found),
        cancel=_back(found),
    )


def reassign(found: CaseDetail, staff: Sequence[StaffView], now: datetime) -> FormPage:
    """Give the case to somebody else."""
    case = found.summary
    held = case.holding.coordinator_name or "nobody"
    can = [one for one in staff if {"social_worker", "lead"} & set(one.roles) or not one.roles]
    return FormPage(
        title="Give to somebody else",
        intro=f"Now held by {held}. The person you choose becomes the named co-ordinator at once.",
        banner=banner.present(case, now),
        action=f"{_base(found)}/coordinator",
        submit="Give the case",
        fields=(
            Field(
                "select",
                "coordinator_id",
                "Who is the named co-ordinator from now?",
                value=("",),
                options=(Option("", "Choose a person"), *owners(can)[1:]),
            ),
            Field("text", "reason", "Why?", hint="It is kept with the case and shown to both", value=("",)),
        ),
        hidden=_versions(found),
        cancel=_back(found),
    )
