"""Whom to see first, and why: an order that says its reason in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.discharge.model.cases import Task
from services.discharge.rules.checklist import is_overdue
from services.discharge.rules.readiness import london_date
from services.discharge.rules.words import clock_time, day, lasting
from shared.contracts.cases import CaseState, CaseStatus, HandOver

NEW_FOR: Final = timedelta(hours=24)
"""How long somebody just named for a person sees them as new."""

_STOP_FIRST, _HAND_OVER, _CAN_GO, _TODAY, _CHANGED, _REST = 6000, 5000, 4000, 2000, 1000, 0


@dataclass(frozen=True, slots=True)
class Urgency:
    """`score` sorts, higher first; `why` says why it stands there; `situation` is the case in one sentence."""

    score: int
    why: str
    situation: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a list: a staff id (or a machine's), and the clusters they belong to."""

    id: str
    clusters: tuple[str, ...] = ()


def urgency(case: CaseState, next_task: Task | None, changed: tuple[str, ...], reader: Reader, at: datetime) -> Urgency:
    """How urgent `case` is for `reader`: what must stop first, hand-overs to accept, can go (longest first), today,
    changed, rest. A hand-over one has given waits for somebody else: it is told, and moves nothing up.
    """
    score, why = _place(case, next_task, changed, at)
    if case.hand_over is not None and case.status is CaseStatus.OPEN:
        waits = lasting(at - case.hand_over.raised_at)
        if is_to_accept(case.hand_over, reader):
            if score < _HAND_OVER:
                score, why = _HAND_OVER, f"Hand-over to accept, waiting {waits}: {case.hand_over.reason}"
        else:
            given = _given(case, case.hand_over, reader, waits)
            why = given if score <= _CHANGED else f"{why.rstrip('.')}. {given}"
    return Urgency(score, why, situation(case, next_task, at))


def is_to_accept(hand_over: HandOver | None, reader: Reader) -> bool:
    """True for members of the cluster a person moved to, while nobody has accepted them."""
    return hand_over is not None and hand_over.to_cluster in reader.clusters


def _given(case: CaseState, hand_over: HandOver, reader: Reader, waits: str) -> str:
    holder = case.holding
    if holder is not None and holder.coordinator_id == reader.id:
        who = "you stay"
    else:
        who = f"{(holder.coordinator_name if holder else None) or 'the duty desk'} stays"
    return f"Handed to {hand_over.to_cluster_name}, waiting {waits} to be accepted; {who} responsible"


def _place(case: CaseState, next_task: Task | None, changed: tuple[str, ...], at: datetime) -> tuple[int, str]:
    if case.deceased:
        return _STOP_FIRST, "Has died. Stop planned contact with the family."
    if case.status in (CaseStatus.CLOSED, CaseStatus.WITHDRAWN):
        return _REST, "Closed"
    if case.holding is not None and case.holding.uncovered_since is not None:
        return _STOP_FIRST - 1, f"Nobody is named: {case.holding.reason}"
    if case.ready_since is not None:
        since = at - case.ready_since
        waits = f". Waiting for: {_lower(next_task.title)}" if next_task else ""
        hours = min(int(since.total_seconds() // 3600), 999)
        return _CAN_GO + hours, f"Can go, {lasting(since)}{waits}"
    if next_task is not None and next_task.due_at is not None and _is_today(next_task, at):
        late = is_overdue(next_task, at)
        word = "Overdue" if late else "Due today"
        return _TODAY + late, f"{word}: {_lower(next_task.title)}"
    if case.expected_discharge_on == london_date(at) and case.status is CaseStatus.OPEN:
        return _TODAY, "Expected to leave today"
    if changed:
        return _CHANGED, ", ".join(changed)
    return _REST, "Home, being followed" if case.status is CaseStatus.FOLLOWING else "Nothing due today"


def _is_today(task: Task, at: datetime) -> bool:
    return task.due_at is not None and london_date(task.due_at) <= london_date(at)


def situation(case: CaseState, next_task: Task | None, at: datetime) -> str:
    """The case in one sentence, made from its state."""
    match case.status:
        case CaseStatus.WITHDRAWN:
            return "The admission was taken back."
        case CaseStatus.CLOSED:
            return "Has died." if case.deceased else "Home, and followed up."
        case CaseStatus.FOLLOWING:
            start = "Home, being followed"
        case CaseStatus.OPEN:
            start = f"Can go since {clock_time(case.ready_since)}" if case.ready_since else "Not ready to go yet"
    parts = [start]
    if next_task is not None:
        parts.append(_next_words(next_task, at))
    if case.expected_discharge_on is not None and case.status is CaseStatus.OPEN:
        parts.append(f"expected to leave on {day(case.expected_discharge_on)}")
    return "; ".join(parts) + "."


def _next_words(task: Task, at: datetime) -> str:
    who = (
        f", waiting on {task.waiting_on}" if task.waiting_on else f", with {task.owner_name}" if task.owner_name else ""
    )
    when = ""
    if task.due_at is not None:
        when = (
            f", overdue since {clock_time(task.due_at)}" if is_overdue(task, at) else f", due {clock_time(task.due_at)}"
        )
    return f"next is {_lower(task.title)}{who}{when}"


def _lower(title: str) -> str:
    keeps = title[:2].isupper() or title.startswith(("Care Act", "NHS", "Section"))
    return title if keeps else title[:1].lower() + title[1:]


def changes_since(seen: CaseState | None, now: CaseState, reader: Reader, at: datetime) -> tuple[str, ...]:
    """Words for what changed since the reader last looked (`seen`).

    Who never looked has nothing to compare with: only a case they were named for within `NEW_FOR` is “New”.
    """
    if seen is None:
        held = now.holding
        is_theirs = held is not None and held.coordinator_id == reader.id
        return ("New",) if held is not None and is_theirs and at - held.since < NEW_FOR else ()
    found: list[str] = []
    if seen.status is not now.status:
        found.append({CaseStatus.FOLLOWING: "Went home", CaseStatus.OPEN: "Back in hospital"}.get(now.status, "Ended"))
    if (seen.ward_id, seen.bed) != (now.ward_id, now.bed):
        found.append("Moved")
    before, after = seen.expected_discharge_on, now.expected_discharge_on
    if before != after:
        found.append("Date slipped" if before and after and after > before else "Date changed")
    if (seen.ready_since is None) != (now.ready_since is None):
        found.append("Can go" if now.ready_since else "Not ready again")
    if (seen.delay is None) and now.delay is not None:
        found.append("Over the limit")
    if _holder(seen) != _holder(now):
        found.append("New co-ordinator")
    return tuple(found)


def _holder(case: CaseState) -> str | None:
    return case.holding.coordinator_id if case.holding else None
