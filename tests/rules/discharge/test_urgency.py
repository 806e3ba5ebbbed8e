"""Where a case stands in a reader's list, and the words that say why."""

from datetime import UTC, datetime, timedelta

from services.discharge.rules.urgency import Reader, Urgency, is_to_accept, urgency
from shared.contracts.cases import CaseState, CaseStatus, HandOver, Holding

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
GIVER, TAKER, OTHER = Reader("asha", ("north",)), Reader("cara", ("south",)), Reader("bea")


def case(**changes: object) -> CaseState:
    held = Holding(coordinator_id="asha", coordinator_name="Asha Patel", since=NOW - 2 * HOUR, reason="On duty")
    given = {"case_id": "c", "encounter_id": "e", "trust": "RXX", "version": 1, "at": NOW, "status": CaseStatus.OPEN}
    return CaseState.model_validate({**given, "holding": held, **changes})


def handed_over(**changes: object) -> CaseState:
    raised = HandOver(
        to_cluster="south", to_cluster_name="Medicine", raised_at=NOW - 2 * HOUR, reason="Moved to Ward 2."
    )
    return case(hand_over=raised, **changes)


def stands(state: CaseState, reader: Reader) -> Urgency:
    return urgency(state, None, (), reader, NOW)


def test_the_giver_of_a_hand_over_waits_and_stays_responsible():
    told = stands(handed_over(), GIVER)
    assert told.why == "Handed to Medicine, waiting 2 hours to be accepted; you stay responsible"
    assert told.score == stands(case(), GIVER).score


def test_the_giver_still_sees_first_what_is_first():
    told = stands(handed_over(ready_since=NOW - 30 * HOUR), GIVER)
    assert told.score == stands(case(ready_since=NOW - 30 * HOUR), GIVER).score
    assert told.why == (
        "Can go, 1 day 6 hours. Handed to Medicine, waiting 2 hours to be accepted; you stay responsible"
    )


def test_for_a_member_of_the_receiving_cluster_it_is_the_first_thing_to_do():
    told = stands(handed_over(), TAKER)
    assert told.why == "Hand-over to accept, waiting 2 hours: Moved to Ward 2."
    assert told.score > stands(case(ready_since=NOW - 900 * HOUR), TAKER).score
    assert is_to_accept(handed_over().hand_over, TAKER)
    assert not is_to_accept(handed_over().hand_over, GIVER)
    assert not is_to_accept(None, TAKER)


def test_a_hand_over_that_waits_too_long_says_so_and_comes_before_the_others():
    late = handed_over()
    assert late.hand_over is not None
    late = case(hand_over=late.hand_over.model_copy(update={"accept_by": NOW}))
    told = stands(late, TAKER)
    assert told.why == (
        "Hand-over to accept, waiting 2 hours, should have been accepted by Monday 4 May at 10am: Moved to Ward 2."
    )
    assert told.score > stands(handed_over(), TAKER).score
    assert stands(late, GIVER).why == (
        "Handed to Medicine, waiting 2 hours to be accepted, should have been accepted by Monday 4 May at 10am; "
        "you stay responsible"
    )


def test_somebody_else_reads_who_stays_responsible():
    told = stands(handed_over(), OTHER)
    assert told.why == "Handed to Medicine, waiting 2 hours to be accepted; Asha Patel stays responsible"
