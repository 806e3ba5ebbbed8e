"""The record on a case: writing, changing, confirming and withdrawing entries, and what is seen of them.

Nothing is overwritten: each act makes the next state of an entry. What belongs to the person (the summary) is seen on
each of their cases; the rest on the case it was written on. Neither is seen where the case is now about somebody else.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from services.discharge.model.cases import By, CaseFile
from services.discharge.model.records import Entry, EntryAct, EntryContent, PlanStanding, Subject
from shared.contracts.api.discharge.offers import NeedKind
from shared.contracts.api.discharge.record import PlanLine, PlanStatus, SheetGiven, SummaryEntry

WORDS: Final = {
    "summary": "What was told once",
    "note": "Note",
    "contact": "Contact",
    "team": "Team",
    "plan": "Plan",
    "sheet": "Sheet for the person or carer",
    "hand_over": "Hand-over note",
}
ENDED_TAKES: Final = frozenset({"summary", "note", "contact"})
"""What is still written when the case has ended: there is nothing more to plan, and nobody to give a sheet to."""

_SETTLED = (PlanStatus.MET, PlanStatus.NOT_NEEDED)


def written(entry_id: str, file: CaseFile, content: EntryContent, by: By) -> Entry:
    """A new entry about the person the case is about."""
    return Entry(
        entry_id,
        1,
        subject_of(file),
        content,
        EntryAct.WRITTEN,
        by.at,
        by.name,
        by.at,
        by.name,
        by.id,
        by.at,
        by.name,
    )


def subject_of(file: CaseFile) -> Subject:
    """Whom the case is about now."""
    return Subject(file.case_id, file.encounter_id, file.encounter.person.person_id)


def edited(entry: Entry, content: EntryContent, by: By, reason: str | None) -> Entry:
    """The entry with other words; saying it anew confirms it."""
    new = _next(entry, EntryAct.EDITED, by, reason)
    return replace(new, content=content, edited=True, confirmed_at=by.at, confirmed_by=by.name)


def confirmed(entry: Entry, by: By) -> Entry:
    """The entry, said to be still so: the next who wants to ask sees that it was asked."""
    return replace(_next(entry, EntryAct.CONFIRMED, by, None), confirmed_at=by.at, confirmed_by=by.name)


def withdrawn(entry: Entry, by: By, reason: str) -> Entry:
    """The entry taken back; its words stay in its history."""
    return replace(_next(entry, EntryAct.WITHDRAWN, by, reason), withdrawn=True)


def placed(entry: Entry, file: CaseFile, by: By, reason: str) -> Entry:
    """The entry, found to be about the person the case is about now."""
    return replace(_next(entry, EntryAct.PLACED, by, reason), about=subject_of(file), set_aside=False)


def set_aside(entry: Entry, by: By, reason: str) -> Entry:
    """The entry, found to be about somebody else: it stays hidden here and leaves the worklist."""
    return replace(_next(entry, EntryAct.SET_ASIDE, by, reason), set_aside=True)


def _next(entry: Entry, act: EntryAct, by: By, reason: str | None) -> Entry:
    return replace(
        entry,
        number=entry.number + 1,
        act=act,
        changed_at=by.at,
        changed_by=by.name,
        changed_by_id=by.id,
        reason=reason,
    )


def is_here(entry: Entry, about: Subject) -> bool:
    """True when the entry is seen on the case of `about`."""
    return entry.about.person_id == about.person_id and (
        isinstance(entry.content, SummaryEntry) or entry.about.case_id == about.case_id
    )


def is_misplaced(entry: Entry, about: Subject) -> bool:
    """True when the entry was written on this case about somebody else, and nobody has said what to do with it."""
    same_case = entry.about.case_id == about.case_id
    return same_case and entry.about.person_id != about.person_id and not entry.withdrawn and not entry.set_aside


def already_told(content: EntryContent, entries: Iterable[Entry]) -> Entry | None:
    """The entry that says the same about the person already, if one does: it is confirmed, not told twice."""
    if not isinstance(content, SummaryEntry):
        return None
    return next(
        (
            one
            for one in entries
            if isinstance(one.content, SummaryEntry)
            and not one.withdrawn
            and one.content.section is content.section
            and _plain(one.content.text) == _plain(content.text)
            and {*content.need_kinds} <= {*one.content.need_kinds}
        ),
        None,
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def plan_standing(entries: Sequence[Entry], about: Subject) -> PlanStanding:
    """What the plan for the person of `about` says of needs established and needs met, and the record of needs."""
    lines = [
        entry.content
        for entry in entries
        if isinstance(entry.content, PlanLine) and is_here(entry, about) and not entry.withdrawn
    ]
    waiting = [line for line in lines if line.status not in _SETTLED]
    return PlanStanding(
        sum(line.action is None or line.owner is None for line in waiting),
        sum(line.before_leaving for line in waiting),
        _needs(entries, about),
    )


def _needs(entries: Sequence[Entry], about: Subject) -> tuple[NeedKind, ...]:
    said: set[NeedKind] = set()
    for entry in entries:
        content = entry.content
        if not is_here(entry, about) or entry.withdrawn:
            continue
        if isinstance(content, SummaryEntry) or (
            isinstance(content, PlanLine) and content.status is not PlanStatus.NOT_NEEDED
        ):
            said.update(content.need_kinds)
    return tuple(one for one in NeedKind if one in said)


def said(entry: Entry) -> str:
    """What happened to an entry, for the timeline: which kind, never its words."""
    content = entry.content
    what = WORDS[content.kind]
    if isinstance(content, SheetGiven):
        return f"Sheet given to the {content.given_to}"
    acts = {
        EntryAct.WRITTEN: "added",
        EntryAct.EDITED: "changed",
        EntryAct.CONFIRMED: "confirmed",
        EntryAct.WITHDRAWN: "withdrawn",
        EntryAct.PLACED: "placed with this person",
        EntryAct.SET_ASIDE: "set aside as about somebody else",
    }
    return f"{what}: {acts[entry.act]}"
