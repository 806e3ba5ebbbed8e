"""Which event a cancel takes back, where only the times can tell."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from services.admissions.model import Fact, FactId, Location, PersonKey, Trigger, When
from services.admissions.rules.cancelling import cancel_first

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def _fact(told: int, trigger: Trigger, **said: Any) -> Fact:  # as a fact's fields are
    at = START + told * HOUR
    fact = Fact(
        fact_id=FactId(f"f{told}"),
        message_id=f"m{told}",
        trigger=trigger,
        feed="pas",
        control_id=f"c{told}",
        sha256=f"s{told}",
        received=at,
        recorded=at,
        occurred=When(at),
        patient=PersonKey("RZZ", "H1"),
    )
    return replace(fact, **said)


def _undone(*facts: Fact) -> frozenset[FactId]:
    return cancel_first(facts, {FactId(one.fact_id): frozenset({one.patient}) for one in facts}).undone


@pytest.mark.parametrize(
    ("moved", "is_undone"),
    [(-HOUR, True), (HOUR, False)],  # a move that had not happened yet was not what was cancelled
)
def test_a_cancel_told_before_its_move_takes_back_only_one_that_had_happened(moved: timedelta, *, is_undone: bool):
    cancel = _fact(2, Trigger.CANCEL_TRANSFER)
    move = _fact(4, Trigger.TRANSFER, occurred=When(cancel.recorded + moved))
    assert _undone(_fact(0, Trigger.ADMIT), cancel, move) == ({"f4"} if is_undone else set())


@pytest.mark.parametrize("event", [Trigger.TRANSFER, Trigger.DISCHARGE])
@pytest.mark.parametrize(
    ("admitted", "is_undone"),
    [(timedelta(0), True), (SECOND, False)],  # moved or gone in the instant of the admission; before it
)
def test_an_event_in_the_instant_of_the_admission_can_be_cancelled_and_one_before_it_not(
    event: Trigger, admitted: timedelta, *, is_undone: bool
):
    cancels = {Trigger.TRANSFER: Trigger.CANCEL_TRANSFER, Trigger.DISCHARGE: Trigger.CANCEL_DISCHARGE}
    happened = _fact(1, event)
    cancel = _fact(2, cancels[event], admit_time=When(happened.occurred.at + admitted))
    assert _undone(happened, cancel) == ({"f1"} if is_undone else set())


def test_a_move_told_twice_after_its_cancel_is_taken_back_whole_and_one_elsewhere_is_not() -> None:
    there, elsewhere = Location("F21", "1", "03"), Location("B47", "1", "03")
    cancel = _fact(2, Trigger.CANCEL_TRANSFER)
    moves = [_fact(told, Trigger.TRANSFER, occurred=When(START + HOUR), location=there) for told in (3, 4)]
    other = _fact(5, Trigger.TRANSFER, occurred=When(START + HOUR), location=elsewhere)
    later = _fact(6, Trigger.TRANSFER, occurred=When(cancel.recorded + HOUR), location=there)
    assert _undone(_fact(0, Trigger.ADMIT), cancel, *moves) == {"f3", "f4"}
    assert _undone(_fact(0, Trigger.ADMIT), cancel, *moves, other, later) == {"f3", "f4"}
