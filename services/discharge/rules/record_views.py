"""The record as it is shown: the person's own goals first, what is withdrawn left out, notes newest first."""

from collections.abc import Sequence
from datetime import date

from services.discharge.model.records import Entry, Subject
from services.discharge.rules.records import is_here, is_misplaced
from shared.contracts.api.discharge.record import (
    CaseRecord,
    EntryHistory,
    EntryView,
    PlanLine,
    PlanStatus,
    SummaryEntry,
    SummarySection,
    TeamMember,
)

_SECTIONS = list(SummarySection)
_PLAN = [PlanStatus.PLANNED, PlanStatus.UNDER_WAY, PlanStatus.MET, PlanStatus.NOT_NEEDED]


def shown(entries: Sequence[Entry], about: Subject, today: date) -> CaseRecord:
    """The record of the case of `about` on `today` (London)."""
    here = [one for one in entries if is_here(one, about) and not one.withdrawn]
    team = [one for one in here if isinstance(one.content, TeamMember)]
    return CaseRecord(
        case_id=about.case_id,
        person_id=about.person_id,
        summary=_views(sorted(_of(here, "summary"), key=_section)),
        notes=_views(_of(here, "note")[::-1]),
        contacts=_views(_of(here, "contact")[::-1]),
        hand_overs=_views(_of(here, "hand_over")[::-1]),
        team=_views([one for one in team if is_on_team(one, today)]),
        former_team=_views([one for one in team if not is_on_team(one, today)]),
        plan=_views(sorted(_of(here, "plan"), key=_status)),
        misplaced=sum(is_misplaced(one, about) for one in entries),
    )


def is_on_team(entry: Entry, today: date) -> bool:
    """True while somebody is of the team; both days count."""
    content = entry.content
    return (
        isinstance(content, TeamMember)
        and content.from_on <= today
        and (content.until_on is None or today <= content.until_on)
    )


def _of(entries: Sequence[Entry], kind: str) -> list[Entry]:
    return [one for one in entries if one.content.kind == kind]


def _views(entries: Sequence[Entry]) -> tuple[EntryView, ...]:
    return tuple(entry_view(one) for one in entries)


def _section(entry: Entry) -> int:
    return _SECTIONS.index(entry.content.section) if isinstance(entry.content, SummaryEntry) else 0


def _status(entry: Entry) -> tuple[int, date]:
    if not isinstance(entry.content, PlanLine):
        return 0, date.max
    return _PLAN.index(entry.content.status), entry.content.review_on or date.max


def entry_view(entry: Entry) -> EntryView:
    """An entry as it is shown."""
    return EntryView(
        entry_id=entry.entry_id,
        version=entry.number,
        content=entry.content,
        written_at=entry.written_at,
        written_by=entry.written_by,
        changed_at=entry.changed_at,
        changed_by=entry.changed_by,
        confirmed_at=entry.confirmed_at,
        confirmed_by=entry.confirmed_by,
        edited=entry.edited,
        withdrawn=entry.withdrawn,
    )


def entry_history(entry: Entry) -> EntryHistory:
    """A state of an entry as its history shows it."""
    return EntryHistory(
        version=entry.number,
        act=entry.act.value,
        at=entry.changed_at,
        by=entry.changed_by,
        reason=entry.reason,
        content=entry.content,
    )
