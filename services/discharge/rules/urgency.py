"""Whom to see first, and why: an order that says its reason in words."""

from dataclasses import dataclass
from datetime import datetime

from services.discharge.model.cases import Task
from services.discharge.rules.changes import OWN
from services.discharge.rules.checklist import is_overdue
from services.discharge.rules.stop_first import HAS_DIED, OWN_DECISION
from services.discharge.rules.words import lasting
from shared.contracts.cases import CaseState, CaseStatus, HandOver
from shared.london import london_date
from shared.words import named_day, named_moment

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
    """How urgent `case` is for `reader`: what must stop first, hand-overs to accept (late ones before the others), can
    go (longest first), today, changed, rest. A hand-over one has given waits for somebody else: it is told, and moves
    nothing up.
    """
    score, why = _place(case, next_task, changed, at)
    if case.hand_over is not None and case.status is CaseStatus.OPEN:
        if not is_to_accept(case.hand_over, reader):
            given = _given(case, case.hand_over, reader, at)
            why = given if score <= _CHANGED else f"{why.rstrip('.')}. {given}"
        elif score < _HAND_OVER:
            score, why = _to_accept(case.hand_over, at)
    return Urgency(score, why, situation(case, next_task, at))


def is_to_accept(hand_over: HandOver | None, reader: Reader) -> bool:
    """True for members of the cluster a person moved to, while nobody has accepted them."""
    return hand_over is not None and hand_over.to_cluster in reader.clusters


def _to_accept(hand_over: HandOver, at: datetime) -> tuple[int, str]:
    late = _late(hand_over, at)
    why = f"Hand-over to accept, waiting {lasting(at - hand_over.raised_at)}{late}: {hand_over.reason}"
    return _HAND_OVER + bool(late), why


def _late(hand_over: HandOver, at: datetime) -> str:
    """Said only once the time has passed that the trust gives for accepting."""
    by = hand_over.accept_by
    return f", should have been accepted by {named_moment(by)}" if by is not None and by <= at else ""


def _given(case: CaseState, hand_over: HandOver, reader: Reader, at: datetime) -> str:
    holder = case.holding
    if holder is not None and holder.coordinator_id == reader.id:
        who = "you stay"
    else:
        who = f"{(holder.coordinator_name if holder else None) or 'the duty desk'} stays"
    waits = f"waiting {lasting(at - hand_over.raised_at)} to be accepted{_late(hand_over, at)}"
    return f"Handed to {hand_over.to_cluster_name}, {waits}; {who} responsible"


def _place(case: CaseState, next_task: Task | None, changed: tuple[str, ...], at: datetime) -> tuple[int, str]:
    if case.deceased:
        return _STOP_FIRST, HAS_DIED
    if case.status in (CaseStatus.CLOSED, CaseStatus.WITHDRAWN):
        return _REST, "Closed"
    if case.own_discharge and OWN in changed:
        return _STOP_FIRST - 1, OWN_DECISION
    if case.holding is not None and case.holding.uncovered_since is not None:
        return _STOP_FIRST - 2, f"Nobody is named: {case.holding.reason}"
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
            start = "Left on their own decision, being followed" if case.own_discharge else "Home, being followed"
        case CaseStatus.OPEN:
            start = f"Can go since {named_moment(case.ready_since)}" if case.ready_since else "Not ready to go yet"
    parts = [start]
    if next_task is not None:
        parts.append(_next_words(next_task, at))
    if case.expected_discharge_on is not None and case.status is CaseStatus.OPEN:
        parts.append(f"expected to leave on {named_day(case.expected_discharge_on)}")
    return "; ".join(parts) + "."


def _next_words(task: Task, at: datetime) -> str:
    who = (
        f", waiting on {task.waiting_on}" if task.waiting_on else f", with {task.owner_name}" if task.owner_name else ""
    )
    when = ""
    if task.due_at is not None:
        word = "overdue since" if is_overdue(task, at) else "due"
        when = f", {word} {named_moment(task.due_at)}"
    return f"next is {_lower(task.title)}{who}{when}"


def _lower(title: str) -> str:
    keeps = title[:2].isupper() or title.startswith(("Care Act", "NHS", "Section"))
    return title if keeps else title[:1].lower() + title[1:]
