"""The life of an alert, as a table: what is held, what the case says, what becomes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifications.rules.alert_life import Amended, Escalated, Nothing, Raised, Resolved, Retracted, decide
from services.notifications.rules.conditions import Holds, Met, Undone, condition_of
from shared.contracts.alerts import AlertKind, AlertState, AlertStatus
from shared.contracts.cases import CaseState, CaseStatus, DelayCondition, Holding, Moments

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
READY = NOON - timedelta(hours=26)
DELAYED = AlertKind.DELAYED_TRANSFER


def a_delay(level: int = 1, waiting_for: str | None = "New home care", since: datetime = READY) -> DelayCondition:
    return DelayCondition(
        since=since, over_since=since + timedelta(hours=24), level=level, waiting_for=waiting_for, held_by="Hub"
    )


def a_holding(*, uncovered: bool = False, name: str = "Grace Adeyemi") -> Holding:
    if uncovered:
        return Holding(since=NOON, uncovered_since=NOON, reason="No cluster covers this ward")
    return Holding(coordinator_id="s1", coordinator_name=name, since=NOON, reason="On duty")


def a_case(**given: Any) -> CaseState:
    facts: dict[str, Any] = {
        "case_id": "case-1",
        "encounter_id": "enc-1",
        "trust": "RZZ",
        "version": 1,
        "status": CaseStatus.OPEN,
        "ward_id": "b47",
        "ward_name": "Ward B47",
        "bed": "07",
        "ready_since": READY,
        "holding": a_holding(),
        "delay": a_delay(),
        "at": NOON,
    }
    return CaseState.model_validate({**facts, **given})


def decided(held: AlertState | None, case: CaseState, at: datetime = NOON, kind: AlertKind = DELAYED, new: str = "a1"):
    return decide(held, condition_of(case, kind), case, kind=kind, alert_id=new, at=at)


def raised(case: CaseState | None = None) -> AlertState:
    decision = decided(None, case or a_case())
    assert isinstance(decision, Raised)
    return decision.alert


LATER = NOON + timedelta(hours=5)

ENDINGS = [
    (a_case(delay=None, status=CaseStatus.FOLLOWING, delay_ended_by="left"), Resolved, "Left hospital"),
    (a_case(delay=None, status=CaseStatus.CLOSED, moments=Moments(left_hospital=NOON)), Resolved, "Left hospital"),
    (a_case(delay=None, status=CaseStatus.CLOSED, moments=Moments(followed_up=NOON)), Resolved, "Left hospital"),
    (a_case(delay=None, status=CaseStatus.CLOSED, deceased=True), Resolved, "The person has died"),
    (a_case(delay=None, deceased=True), Resolved, "The person has died"),
    (a_case(delay=None, status=CaseStatus.CLOSED), Resolved, "The case was closed"),
    (a_case(delay=None, status=CaseStatus.WITHDRAWN), Retracted, "The case was withdrawn"),
    (a_case(status=CaseStatus.WITHDRAWN), Retracted, "The case was withdrawn"),
    (
        a_case(delay=None, status=CaseStatus.WITHDRAWN, withdrawn_because="the stay is part of another"),
        Retracted,
        "The stay is part of another",
    ),
    (
        a_case(delay=None, delay_ended_by="undone", delay_ended_because="delays are not counted on Hospital at home"),
        Retracted,
        "Delays are not counted on Hospital at home",
    ),
    (
        a_case(delay=None, ready_since=None, delay_ended_by="undone"),
        Retracted,
        "No longer ready to leave",
    ),
    (a_case(delay=None), Retracted, "Not over the limit, or delays are not counted here"),
]


@pytest.mark.parametrize(("case", "decision", "because"), ENDINGS)
def test_an_alert_ends_in_words_when_its_condition_does(case: CaseState, decision: type, because: str) -> None:
    ended = decided(raised(), case, LATER)
    assert isinstance(ended, decision)
    assert isinstance(ended, Resolved | Retracted)
    assert (ended.alert.version, ended.alert.ended_at, ended.alert.ended_because) == (2, LATER, because)
    assert ended.alert.status is (AlertStatus.RESOLVED if decision is Resolved else AlertStatus.RETRACTED)


@pytest.mark.parametrize(("case", "decision", "because"), ENDINGS)
def test_nothing_is_said_of_an_alert_that_never_was_or_has_ended(case: CaseState, decision: type, because: str) -> None:
    assert decided(None, case) == Nothing()
    ended = decided(raised(), case, LATER)
    assert isinstance(ended, Resolved | Retracted)
    assert decided(ended.alert, case, LATER) == Nothing()


LEFT = a_case(delay=None, status=CaseStatus.FOLLOWING, delay_ended_by="left")
BACK = "in hospital again, and no longer ready to leave"


@pytest.mark.parametrize(
    ("case", "because"),
    [
        (a_case(delay=None, delay_ended_by="undone", delay_ended_because=BACK), BACK.capitalize()),
        (a_case(delay=None, delay_ended_by="undone"), "Not over the limit, or delays are not counted here"),
        (a_case(delay=None, status=CaseStatus.WITHDRAWN, withdrawn_because="the admission was undone"), None),
    ],
)
def test_who_left_and_did_not_after_all_has_the_alert_taken_back(case: CaseState, because: str | None) -> None:
    resolved = decided(raised(), LEFT, LATER)
    assert isinstance(resolved, Resolved)
    after = LATER + timedelta(hours=1)
    undone = decided(resolved.alert, case, after)
    assert isinstance(undone, Retracted)
    assert (undone.alert.status, undone.alert.version, undone.alert.at) == (AlertStatus.RETRACTED, 3, after)
    assert undone.alert.ended_because == undone.text == (because or "The admission was undone")
    assert undone.alert.ended_at == LATER, "it was no longer active since then"
    assert decided(undone.alert, case, after) == Nothing()


@pytest.mark.parametrize(
    ("by", "status"), [(None, AlertStatus.RAISED), ("Tom", AlertStatus.ACKNOWLEDGED)], ids=["nobody on it", "taken"]
)
def test_who_left_and_is_here_and_delayed_after_all_has_the_alert_they_had(by: str | None, status: AlertStatus) -> None:
    resolved = decided(raised().model_copy(update={"acknowledged_by": by}), LEFT, LATER)
    assert isinstance(resolved, Resolved)
    after = LATER + timedelta(hours=1)
    again = decided(resolved.alert, a_case(delay=a_delay(level=2)), after, new="a2")
    assert isinstance(again, Raised)
    assert (again.alert.alert_id, again.alert.version, again.alert.status) == (raised().alert_id, 3, status)
    assert (again.alert.ended_at, again.alert.ended_because, again.alert.level) == (None, None, 2)
    assert (again.alert.raised_at, again.alert.at, again.alert.acknowledged_by) == (raised().raised_at, after, by)
    undone = decided(again.alert, a_case(delay=None, status=CaseStatus.WITHDRAWN), after)
    assert isinstance(undone, Retracted)


def test_another_delay_after_one_that_was_resolved_is_a_new_alert() -> None:
    resolved = decided(raised(), LEFT, LATER)
    assert isinstance(resolved, Resolved)
    later = a_delay().model_copy(update={"since": READY + timedelta(hours=1)})
    new = decided(resolved.alert, a_case(delay=later), LATER, new="a2")
    assert isinstance(new, Raised)
    assert (new.alert.alert_id, new.alert.version) == ("a2", 1)


def test_that_somebody_was_named_stays_so_when_the_case_is_withdrawn() -> None:
    alone = decided(None, a_case(holding=a_holding(uncovered=True)), kind=AlertKind.UNCOVERED)
    assert isinstance(alone, Raised)
    named = decided(alone.alert, a_case(), LATER, kind=AlertKind.UNCOVERED)
    assert isinstance(named, Resolved)
    assert decided(named.alert, a_case(status=CaseStatus.WITHDRAWN), LATER, kind=AlertKind.UNCOVERED) == Nothing()


def test_a_delay_raises_an_alert_dated_from_when_it_began() -> None:
    decision = decided(None, a_case(), LATER, new="a9")
    assert isinstance(decision, Raised)
    alert = decision.alert
    assert (alert.alert_id, alert.version, alert.status, alert.level) == ("a9", 1, AlertStatus.RAISED, 1)
    assert (alert.since, alert.raised_at, alert.waiting_for, alert.held_by) == (READY, LATER, "New home care", "Hub")
    assert (alert.ward_name, alert.bed, alert.coordinator_name) == ("Ward B47", "07", "Grace Adeyemi")


def test_the_same_condition_said_again_changes_nothing() -> None:
    assert decided(raised(), a_case(version=9, at=LATER), LATER) == Nothing()


def test_a_higher_level_escalates() -> None:
    decision = decided(raised(), a_case(delay=a_delay(level=2)), LATER)
    assert isinstance(decision, Escalated)
    assert (decision.alert.level, decision.alert.version, decision.alert.escalated_at) == (2, 2, LATER)
    assert decision.text == "Rose to level 2"


def test_a_lower_level_is_an_amendment_not_an_escalation() -> None:
    held = raised(a_case(delay=a_delay(level=3)))
    decision = decided(held, a_case(delay=a_delay(level=1)), LATER)
    assert isinstance(decision, Amended)
    assert (decision.alert.level, decision.alert.escalated_at) == (1, None)


def test_an_acknowledgement_stands_when_the_level_rises() -> None:
    taken = raised().model_copy(update={"status": AlertStatus.ACKNOWLEDGED, "acknowledged_by": "Tom", "version": 2})
    decision = decided(taken, a_case(delay=a_delay(level=2)), LATER)
    assert isinstance(decision, Escalated)
    assert (decision.alert.status, decision.alert.acknowledged_by) == (AlertStatus.ACKNOWLEDGED, "Tom")
    assert decision.alert.escalated_at == LATER


@pytest.mark.parametrize(
    ("case", "text"),
    [
        (a_case(bed="08"), "Moved"),
        (a_case(delay=a_delay(waiting_for="Transport")), "What is waited for changed"),
        (a_case(holding=a_holding(name="Ann Li")), "The co-ordinator changed"),
        (a_case(delay=a_delay(since=READY - timedelta(hours=1))), "The start was corrected"),
        (a_case(bed="08", holding=a_holding(name="Ann Li")), "Moved, the co-ordinator changed"),
    ],
)
def test_other_news_amends_and_says_what(case: CaseState, text: str) -> None:
    decision = decided(raised(), case, LATER)
    assert isinstance(decision, Amended)
    assert (decision.text, decision.alert.version, decision.alert.at) == (text, 2, LATER)
    assert decision.alert.raised_at == NOON


def test_a_condition_that_returns_is_a_new_alert() -> None:
    retracted = decided(raised(), a_case(delay=None, ready_since=None), LATER)
    assert isinstance(retracted, Retracted)
    again = decided(retracted.alert, a_case(), LATER + timedelta(hours=1), new="a2")
    assert isinstance(again, Raised)
    assert (again.alert.alert_id, again.alert.version) == ("a2", 1)


def test_nobody_named_is_an_alert_of_its_own_until_somebody_is() -> None:
    uncovered = a_case(delay=None, holding=a_holding(uncovered=True))
    alone = decided(None, uncovered, kind=AlertKind.UNCOVERED)
    assert isinstance(alone, Raised)
    assert (alone.alert.kind, alone.alert.since) == (AlertKind.UNCOVERED, NOON)
    named = decided(alone.alert, a_case(delay=None), LATER, kind=AlertKind.UNCOVERED)
    assert isinstance(named, Resolved)
    assert named.text == "Grace Adeyemi was named"


def test_a_case_says_one_thing_of_each_kind() -> None:
    assert condition_of(a_case(), DELAYED) == Holds(READY, 1, "New home care", "Hub")
    assert condition_of(a_case(), AlertKind.UNCOVERED) == Met("Grace Adeyemi was named")
    assert condition_of(a_case(holding=None), AlertKind.UNCOVERED) == Met("A co-ordinator was named")
    assert isinstance(condition_of(a_case(status=CaseStatus.WITHDRAWN), AlertKind.UNCOVERED), Undone)
