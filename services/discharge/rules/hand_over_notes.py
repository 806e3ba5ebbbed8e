"""The note of a hand-over: made from the case until somebody writes it, and the one that is in force."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from services.discharge.model.cases import Task
from services.discharge.model.records import Entry, Subject
from services.discharge.rules.checklist import SETTLED, is_overdue
from services.discharge.rules.delay import holder
from services.discharge.rules.records import is_here
from services.discharge.rules.situation import next_step
from shared.contracts.api.discharge import TaskStatus
from shared.contracts.api.discharge.record import HandOverNote, SummaryEntry, SummarySection
from shared.contracts.cases import CaseState, CaseStatus, HandOver
from shared.london import london_date
from shared.words import named_day, named_moment

LONGEST: Final = 4000
"""The longest text an entry takes; what is longer is cut, and says so."""

LINE: Final = 160
"""The longest a note is in a list: three lines of its column. Whole, it stands with the case."""

SERVES: Final = timedelta(hours=24)
"""How long a note serves where no hand-over waits: the next shift but one is told anew."""

_MATTERS = (SummarySection.GOALS, SummarySection.WHAT_MATTERS, SummarySection.COMMUNICATION, SummarySection.CARERS)
_NO_MATTERS = "Nobody has recorded yet what matters to this person."
_NO_RISKS = "No risk is recorded."
_NO_TASKS = "Nothing is left to do."
_STANDS: Final = {
    CaseStatus.OPEN: "Not ready to go yet.",
    CaseStatus.FOLLOWING: "Home, being followed.",
    CaseStatus.CLOSED: "The case has ended.",
    CaseStatus.WITHDRAWN: "The admission was taken back.",
}


def made(
    case: CaseState, tasks: Sequence[Task], entries: Iterable[Entry], about: Subject, at: datetime
) -> HandOverNote:
    """The note as the case stands at `at`: what a giver begins with. What nobody recorded is said to be so."""
    told = [
        (entry.content.section, entry.content.text)
        for entry in entries
        if isinstance(entry.content, SummaryEntry) and is_here(entry, about) and not entry.withdrawn
    ]
    step = next_step(case, tasks, at)
    left = [task for task in tasks if task.status not in SETTLED]
    return HandOverNote(
        situation=_cut(_situation(case)),
        matters=_cut(_lines(told, _MATTERS) or _NO_MATTERS),
        open_tasks=_cut("\n".join(_task(task, at) for task in sorted(left, key=_soonest)) or _NO_TASKS),
        risks=_cut("\n".join((*_lines(told, (SummarySection.RISKS,)).splitlines(), *_late(case, at))) or _NO_RISKS),
        next_step=_cut(_task(step, at) if step else _NO_TASKS),
    )


def in_force(entries: Sequence[Entry], about: Subject, since: datetime) -> Entry | None:
    """The newest note of the case that was written or changed at `since` or after."""
    notes = [
        entry
        for entry in entries
        if isinstance(entry.content, HandOverNote)
        and is_here(entry, about)
        and not entry.withdrawn
        and entry.changed_at >= since
    ]
    return max(notes, key=lambda entry: (entry.changed_at, entry.entry_id), default=None)


def in_a_line(note: HandOverNote) -> str:
    """A note as a line of a list: what to do next, after where the person stands."""
    text = f"{' '.join(note.situation.split())} Next: {' '.join(note.next_step.split())}"
    return text if len(text) <= LINE else text[: LINE - 1].rstrip() + "…"


def serves_since(raised: HandOver | None, at: datetime) -> datetime:
    """From when on a note is of the hand-over that waits; where none does, of the last day."""
    return raised.raised_at if raised is not None else at - SERVES


def _situation(case: CaseState) -> str:
    """Where the person stands, in words that are still right on the day they are read."""
    ready, day = case.ready_since, case.expected_discharge_on
    said = [f"Can go since {named_moment(ready)}." if ready else _STANDS[case.status]]
    if case.status is CaseStatus.OPEN and day is not None:
        said.append(f"Expected to leave on {named_day(day)}.")
    if case.hand_over is not None:
        said.append(case.hand_over.reason)
    if case.pathway is not None:
        said.append(f"Pathway {case.pathway.value[1]}.")
    return " ".join(said)


def _lines(told: Sequence[tuple[SummarySection, str]], sections: Sequence[SummarySection]) -> str:
    return "\n".join(text for section in sections for about, text in told if about is section)


def _task(task: Task, at: datetime) -> str:
    """What, who holds it, and since or until when. A co-ordinator's task is told by profession: whoever is named now
    hands the case over.
    """
    since = task.waiting_since or task.changed_at
    match task.status:
        case TaskStatus.WAITING_EXTERNAL:
            when = f", waiting since {named_day(london_date(since))}"
        case TaskStatus.BLOCKED:
            when = f", blocked since {named_day(london_date(task.changed_at))}"
        case _ if task.due_at is None:
            when = ""
        case _:
            when = f", {'was due' if is_overdue(task, at) else 'due'} {named_moment(task.due_at)}"
    return f"{task.title}: {holder(task, None)}{when}"


def _soonest(task: Task) -> tuple[bool, datetime | None, str]:
    return task.due_at is None, task.due_at or task.added_at, task.code


def _late(case: CaseState, at: datetime) -> list[str]:
    """What the case itself says of risk: still here past the limit, or past the day that was expected."""
    if case.delay is not None:
        return [f"Still here past the limit since {named_moment(case.delay.over_since)}."]
    day = case.expected_discharge_on
    return [f"Was expected to leave on {named_day(day)}."] if day is not None and day < london_date(at) else []


def _cut(text: str) -> str:
    kept = text.strip()
    return kept if len(kept) <= LONGEST else kept[: LONGEST - 1].rstrip() + "…"
