"""Answer the sender of HL7 v2: keep, then acknowledge (HL7 v2 chapter 2; reliability rules of acceptance)."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from services.admissions.arrivals import Rejection, of_er7
from services.admissions.handlers.keeping import Fate, NotStored, Stored, TurnedAway
from services.admissions.handlers.receive import Intake
from shared.clock import Clock
from shared.hl7.acknowledgement import Condition, Outcome, Problem, acknowledge, code
from shared.hl7.header import Header

_NOT_STORED = Problem(Condition.INTERNAL_ERROR, "could not be stored now, please send again")
_WHY = {
    Rejection.EMPTY: Problem(Condition.FIELD_MISSING, "the message is empty", "MSH"),
    Rejection.NO_HEADER: Problem(Condition.SEQUENCE_ERROR, "the message does not begin with MSH", "MSH"),
    Rejection.BATCH: Problem(Condition.UNSUPPORTED_TYPE, "batches are not taken, please send single messages"),
    Rejection.AN_ACKNOWLEDGEMENT: Problem(Condition.UNSUPPORTED_TYPE, "an acknowledgement is not a message", "MSH", 9),
    Rejection.PROCESSING_ID: Problem(
        Condition.UNSUPPORTED_PROCESSING_ID, "this system does not take that processing id", "MSH", 11
    ),
}


@dataclass(frozen=True, slots=True)
class Door:
    """What every door that takes HL7 v2 needs. `processing_id` is the MSH-11 that is taken: `P`, `T` or `D`."""

    intake: Intake
    clock: Clock
    processing_id: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a message, and the acknowledgement; nothing where none may be given any more."""

    fate: Fate
    acknowledgement: bytes | None


async def answer(door: Door, raw: bytes, *, feed: str, received_at: datetime, trust: str | None = None) -> Answered:
    """Keep an HL7 v2 message and acknowledge it, after the commit and before the deadline or not at all.

    `trust` is the sender's where the door knows it; else it is the feed's. With no trust set up nothing is kept.
    """
    trust = trust or door.intake.only_trust
    arrival = of_er7(raw, trust=trust or "", feed=feed, received_at=received_at, processing_id=door.processing_id)
    if trust is None:
        trust = await door.intake.trust_of(feed, arrival.sending_application, arrival.sending_facility)
        if trust is None:
            return _answered(door, NotStored(), arrival.header, arrival.id)
        arrival = arrival.of_trust(trust)
    fate = await door.intake.offer(arrival, code(arrival.header, Outcome.ACCEPTED))
    return _answered(door, fate, arrival.header, arrival.id)


def _answered(door: Door, fate: Fate, header: Header | None, control_id: str) -> Answered:
    at = door.clock.now()
    match fate:
        case Stored():
            acknowledgement = acknowledge(header, Outcome.ACCEPTED, at=at, control_id=control_id)
        case TurnedAway(why):
            acknowledgement = acknowledge(header, Outcome.REJECTED, at=at, control_id=control_id, problem=_WHY[why])
        case NotStored(late=True):
            acknowledgement = None
        case NotStored():
            acknowledgement = acknowledge(header, Outcome.ERROR, at=at, control_id=control_id, problem=_NOT_STORED)
        case _:
            assert_never(fate)
    return Answered(fate, acknowledgement)
