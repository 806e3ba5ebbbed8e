"""Whom to see first, and why: an order that says its reason in words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.discharge.model.cases import Task
from services.discharge.model.offers import Offer
from services.discharge.model.readers import Reader
from services.discharge.rules.changes import OWN
from services.discharge.rules.checklist import is_overdue
from services.discharge.rules.handing_over import waits_for
from services.discharge.rules.offering import recorded
from services.discharge.rules.situation import NOTHING_ELSE, held_up, situation, step_words
from services.discharge.rules.stop_first import HAS_DIED, OWN_DECISION
from services.discharge.rules.words import lasting
from shared.contracts.cases import CaseState, CaseStatus, HandOver
from shared.london import london_date
from shared.words import named_day, named_moment

_STOP_FIRST, _DECLINED, _HAND_OVER, _OFFERED, _CAN_GO = 6000, 5900, 5000, 4999, 4000
_OVERDUE, _TODAY, _OVERDUE_AT_HOME, _TODAY_AT_HOME, _CHANGED, _REST = 3000, 2900, 2100, 2000, 1000, 0


@dataclass(frozen=True, slots=True)
class Urgency:
    """`score` sorts, higher first; `why` says why it stands there; `situation` is the case in one sentence."""

    score: int
    why: str
    situation: str


def urgency(
    case: CaseState,
    step: Task | None,
    changed: tuple[str, ...],
    reader: Reader,
    at: datetime,
    offer: Offer | None = None,
) -> Urgency:
    """How urgent `case` is for `reader`, whose next step is `step`: what must stop first, what was declined and nobody
    else could be named for, hand-overs to accept (late ones before the others), the `offer` to answer, can go (longest
    first), overdue (latest first) and due today, those in a bed before those at home, changed, rest.

    A hand-over one has given waits for somebody else: it is told, and moves nothing up.
    """
    score, why = _place(case, step, changed, at)
    if case.hand_over is not None and case.status is CaseStatus.OPEN:
        if not waits_for(case.hand_over, reader):
            given = _given(case, case.hand_over, reader, at)
            why = given if score < _TODAY_AT_HOME else f"{why.rstrip('.')}. {given}"
        elif score < _HAND_OVER:
            score, why = _to_accept(case.hand_over, at)
    if offer is not None and score < _OFFERED:
        score, why = _OFFERED, _to_answer(offer, at)
    return Urgency(score, why, situation(case, step, at))


def is_to_decide(case: CaseState, reader: Reader) -> bool:
    """True for leads of the cluster of a case that was declined, while nobody else could be named."""
    return case.declined_since is not None and reader.leads and case.cluster_id in reader.clusters


def _to_answer(offer: Offer, at: datetime) -> str:
    needs = recorded(offer.needs)
    until = f", answer by {named_moment(offer.answer_by)}" if offer.answer_by else ""
    return f"Offered to you {lasting(at - offer.offered_at)} ago, to join or take over: {needs}{until}"


def _to_accept(hand_over: HandOver, at: datetime) -> tuple[int, str]:
    late = _late(hand_over, at)
    why = f"Hand-over to accept, waiting {lasting(at - hand_over.raised_at)}{_RAISED_WITH[late]}"
    return _HAND_OVER + late, why


_RAISED_WITH = ("", ", late: raised with the lead", ", late: raised with the duty desk")


def _late(hand_over: HandOver, at: datetime) -> int:
    """How far a hand-over has risen: once the time has passed that the trust gives for accepting, one step at least."""
    by = hand_over.accept_by
    return max(hand_over.level, int(by is not None and by <= at))


def _given(case: CaseState, hand_over: HandOver, reader: Reader, at: datetime) -> str:
    holder = case.holding
    if hand_over.joint_until is not None and not hand_over.waits:
        return _joint(case, hand_over, hand_over.joint_until, reader)
    if holder is not None and holder.coordinator_id == reader.id:
        who = "you stay"
    else:
        who = f"{(holder.coordinator_name if holder else None) or 'the duty desk'} stays"
    late = ", late" if _late(hand_over, at) else ""
    return (
        f"Handed to {hand_over.to_cluster_name}, waiting {lasting(at - hand_over.raised_at)}{late}; {who} responsible"
    )


def _joint(case: CaseState, hand_over: HandOver, until: date, reader: Reader) -> str:
    if hand_over.taker_id == reader.id:
        giver = (case.holding.coordinator_name if case.holding else None) or "the duty desk"
        return f"Joint with {giver}; yours from {named_day(until)}"
    return f"Joint with {hand_over.taker_name}, who is named from {named_day(until)}"


def _place(case: CaseState, step: Task | None, changed: tuple[str, ...], at: datetime) -> tuple[int, str]:
    if case.deceased:
        return _STOP_FIRST, HAS_DIED
    if case.status in (CaseStatus.CLOSED, CaseStatus.WITHDRAWN):
        return _REST, "Closed"
    if case.own_discharge and OWN in changed:
        return _STOP_FIRST - 1, OWN_DECISION
    if case.holding is not None and case.holding.uncovered_since is not None:
        return _STOP_FIRST - 2, f"Nobody is named: {case.holding.reason}"
    if case.declined_since is not None:
        name = (case.holding.coordinator_name if case.holding else None) or "The named co-ordinator"
        waits = lasting(at - case.declined_since)
        return _DECLINED, f"Declined by {name} {waits} ago, and nobody else could be named: a lead decides"
    if case.ready_since is not None:
        since = at - case.ready_since
        waits = f"Waiting for {held_up(step, at)}" if step else NOTHING_ELSE.capitalize()
        return _CAN_GO + _hours(since, 999), f"Can go, {lasting(since)}. {waits}"
    today = _today(case, step, at)
    if today is not None:
        return today
    soon = _soon(case.expected_discharge_on, london_date(at))
    if changed:
        return _CHANGED + soon, ", ".join(changed)
    return _REST + soon, "Home, being followed" if case.status is CaseStatus.FOLLOWING else "Nothing due today"


def _today(case: CaseState, step: Task | None, at: datetime) -> tuple[int, str] | None:
    """The place of a case that asks for something today: what is overdue, due or expected."""
    in_bed = case.status is CaseStatus.OPEN
    if step is not None and step.due_at is not None and london_date(step.due_at) <= london_date(at):
        if is_overdue(step, at):
            floor, most = (_OVERDUE, 899) if in_bed else (_OVERDUE_AT_HOME, 799)
            return floor + _hours(at - step.due_at, most), f"Overdue: {step_words(step, at, after_word=True)}"
        soon = 24 - _hours(step.due_at - at, 24)
        return (_TODAY if in_bed else _TODAY_AT_HOME) + soon, f"Due today: {step_words(step, at, after_word=True)}"
    if case.expected_discharge_on == london_date(at) and in_bed:
        return _TODAY, "Expected to leave today"
    return None


def _hours(length: timedelta, most: int) -> int:
    return max(0, min(int(length.total_seconds() // 3600), most))


def _soon(expected: date | None, today: date) -> int:
    """More, the sooner somebody is expected to leave."""
    return max(0, 30 - abs((expected - today).days)) if expected is not None else 0
