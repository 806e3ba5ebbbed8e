"""Answer the sender of HL7 v2: keep, then acknowledge (HL7 v2 chapter 2; reliability rules of acceptance)."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar, assert_never

from services.admissions.arrivals import NOBODY, Arrival, Rejection, of_er7
from services.admissions.handlers.keeping import Fate, NotStored, Stored, TurnedAway
from services.admissions.handlers.receive import Intake
from services.admissions.incoming import Incoming, Origin
from shared.clock import Clock
from shared.hl7.acknowledgement import Condition, Outcome, Problem, acknowledge, code

T = TypeVar("T")

_NOT_STORED = Problem(Condition.INTERNAL_ERROR, "could not be stored now, please send again")
_UNCLAIMED = Problem(
    Condition.INTERNAL_ERROR, "not stored: the setup file of no trust here names this sender", "MSH", 3
)
_WHY = {
    Rejection.EMPTY: Problem(Condition.FIELD_MISSING, "the message is empty", "MSH"),
    Rejection.NO_HEADER: Problem(Condition.SEQUENCE_ERROR, "the message does not begin with MSH", "MSH"),
    Rejection.BATCH: Problem(Condition.UNSUPPORTED_TYPE, "batches are not taken, please send single messages"),
    Rejection.AN_ACKNOWLEDGEMENT: Problem(Condition.UNSUPPORTED_TYPE, "an acknowledgement is not a message", "MSH", 9),
    Rejection.PROCESSING_ID: Problem(
        Condition.UNSUPPORTED_PROCESSING_ID, "this system does not take that processing id", "MSH", 11
    ),
    Rejection.ADDRESS: Problem(
        Condition.TABLE_VALUE_NOT_FOUND, "this sender is not heard from the address it came from", "MSH", 3
    ),
    Rejection.CERTIFICATE: Problem(
        Condition.TABLE_VALUE_NOT_FOUND, "this sender is not heard with the certificate it showed", "MSH", 3
    ),
}


@dataclass(frozen=True, slots=True)
class Door:
    """What every door that takes HL7 v2 needs. `processing_id` is the MSH-11 that is taken: `P`, `T` or `D`.

    `acknowledged` counts what was answered, by feed and code (MSA-1).
    """

    intake: Intake
    clock: Clock
    processing_id: str
    acknowledged: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a message, and the acknowledgement; nothing where none may be given any more."""

    fate: Fate
    acknowledgement: bytes | None


def answer(
    door: Door, raw: bytes, *, feed: str, received_at: datetime, trust: str | None = None
) -> Awaitable[Answered]:
    """Keep an HL7 v2 message and acknowledge it, after the commit and before the deadline or not at all.

    `trust` is the sender's where the door knows it; else it is the feed's. With no trust set up nothing is kept, and of
    a sender that no trust names only what is refused whoever sent it, in the log of what was refused.
    """
    return _kept(door, raw, feed, received_at, trust, None, _answered)


def acknowledged(door: Door, incoming: Incoming) -> Awaitable[bytes | None]:
    """As `answer`, the acknowledgement alone, of what came by a link."""
    raw, feed, origin, received_at = incoming.raw, incoming.feed, incoming.origin, incoming.received_at
    return _kept(door, raw, feed, received_at, None, origin, _acknowledgement)


def _kept(
    door: Door,
    raw: bytes,
    feed: str,
    received_at: datetime,
    trust: str | None,
    origin: Origin | None,
    told: Callable[[Door, Arrival, Fate], T],
) -> Awaitable[T]:
    trust = trust or door.intake.only_trust
    arrival = of_er7(raw, trust=trust or "", feed=feed, received_at=received_at, processing_id=door.processing_id)
    if trust is None:
        return _kept_once_the_trust_is_known(door, arrival, origin, told)
    # A future and no coroutine: there is nothing to wait for but the commit.
    return _offered(door, door.intake.on_terms(arrival, origin), told)


def _offered(door: Door, arrival: Arrival, told: Callable[[Door, Arrival, Fate], T]) -> asyncio.Future[T]:
    outcome = Outcome.ACCEPTED if arrival.rejected is None else Outcome.REJECTED
    return door.intake.have_kept(arrival, code(arrival.header, outcome), partial(told, door, arrival))


async def _kept_once_the_trust_is_known(
    door: Door, arrival: Arrival, origin: Origin | None, told: Callable[[Door, Arrival, Fate], T]
) -> T:
    trust = await door.intake.trust_of(arrival.feed, arrival.sending_application, arrival.sending_facility)
    if trust is None or (trust == NOBODY and arrival.rejected is None):
        return told(door, arrival, NotStored(unclaimed=trust is not None))
    return await _offered(door, door.intake.on_terms(arrival.of_trust(trust), origin), told)


def _answered(door: Door, arrival: Arrival, fate: Fate) -> Answered:
    return Answered(fate, _acknowledgement(door, arrival, fate))


def _acknowledgement(door: Door, arrival: Arrival, fate: Fate) -> bytes | None:
    problem: Problem | None = None
    match fate:
        case Stored():
            outcome = Outcome.ACCEPTED
        case TurnedAway(why):
            outcome, problem = Outcome.REJECTED, _WHY[why]
        case NotStored(late=True):
            return None
        case NotStored(unclaimed=True):
            outcome, problem = Outcome.ERROR, _UNCLAIMED
        case NotStored():
            outcome, problem = Outcome.ERROR, _NOT_STORED
        case _:
            assert_never(fate)
    header = arrival.header
    door.acknowledged[arrival.feed, code(header, outcome)] += 1
    return acknowledge(header, outcome, at=door.clock.now(), control_id=arrival.id, problem=problem)
