"""The Kafka topic by which messages may come in: either kind, told apart by its content type.

Nobody waits for an answer here, so none is given or noted; what is unreadable is kept like everything else and shows in
quarantine, and the messages of a batch are kept each by itself; a batch that says another number than it holds is noted
among what was refused, so that somebody asks for the rest. What no trust claims is kept for nobody until one does:
if it waited in the topic, so would everything behind it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final, cast

import structlog
from pydantic import ValidationError

from services.admissions.arrivals import JSON, NOBODY, Arrival, Heading, Rejection, each_of, miscounts, of_er7, of_json
from services.admissions.handlers.answer import Door
from services.admissions.handlers.keeping import Fate, NotStored, Stored
from shared.contracts.api.admissions import AdtEvent
from shared.contracts.envelope import TOPIC_ADT_INTAKE
from shared.crashpoints import reached
from shared.database import DatabaseUnavailable
from shared.eventlog.events import Fetched
from shared.eventlog.intake import IntakeRecord, intake

FEED: Final = "kafka"
GROUP: Final = "homeward-admissions-intake"
_log = structlog.get_logger("homeward.admissions")
_UNREADABLE: Final = frozenset({Rejection.EMPTY, Rejection.NO_HEADER})
_PARTS: Final = ("sending_application", "sending_facility", "control_id", "trigger")
"""The fields of a JSON event that are its heading."""


def kafka_intake(
    bootstrap: str, door: Door, instance: str | None = None, fetched: Fetched | None = None
) -> Callable[[asyncio.Event], Awaitable[None]]:
    """The task that keeps what is published on the intake topic. Each record is committed only once it is kept.

    `fetched` is told how many are still ahead.
    """

    async def handle(records: Sequence[IntakeRecord]) -> None:
        await keep_records(door, records)

    return intake(bootstrap, TOPIC_ADT_INTAKE, GROUP, handle, instance=instance, fetched=fetched)


async def keep_records(door: Door, records: Sequence[IntakeRecord]) -> None:
    """Keep `records`. Raises DatabaseUnavailable if any may not be kept: all of them are then to come again."""
    reached("received")
    at = door.clock.now()
    arrivals = [
        await _for_trust(door, arrival) for record in records for arrival in arrivals_of(record, at, door.processing_id)
    ]
    fates = await asyncio.gather(*(door.intake.offer(one) for one in arrivals))
    if any(isinstance(fate, NotStored) for fate in fates):
        raise DatabaseUnavailable("a record of the intake topic was not stored")
    unclaimed = sum(_is_news_for_nobody(one, fate) for one, fate in zip(arrivals, fates, strict=True))
    if unclaimed:
        _log.warning("intake_unclaimed", count=unclaimed)


def arrivals_of(record: IntakeRecord, at: datetime, processing_id: str) -> list[Arrival]:
    """What came in one record: one arrival, or one a message where a batch can be taken apart."""
    kind = (record.content_type or "").partition(";")[0].strip().lower()
    if kind == JSON or kind.endswith("+json"):
        return [of_json(record.value, trust="", feed=FEED, received_at=at, said=_heading(record.value))]
    whole = _er7(record.value, at, processing_id)
    if whole.rejected is Rejection.BATCH and (apart := each_of(record.value)):
        each = [_er7(raw, at, processing_id) for raw in apart]
        return [*each, _miscounted(whole, each[0])] if miscounts(record.value) else each
    return [whole]


def _miscounted(envelope: Arrival, first: Arrival) -> Arrival:
    """What is noted of a batch that held more or fewer messages than it says: it is of the sender of the first."""
    return envelope._replace(
        rejected=Rejection.BATCH_COUNT,
        sending_application=first.sending_application,
        sending_facility=first.sending_facility,
    )


def _er7(raw: bytes, at: datetime, processing_id: str) -> Arrival:
    arrival = of_er7(raw, trust="", feed=FEED, received_at=at, processing_id=processing_id)
    return arrival._replace(rejected=None) if arrival.rejected in _UNREADABLE else arrival


def _heading(raw: bytes) -> Heading | None:
    """What identifies the event, as far as it can be read: it is found by that, and is its trust's, whatever is wrong.

    A part that is missing, or not what it may be, is empty.
    """
    said = _loosely(raw)
    if not isinstance(said, dict):
        return None
    parts = {name: value for name, value in cast("dict[str, object]", said).items() if name in _PARTS}
    wrong: set[int | str] = set()
    try:
        AdtEvent.model_validate(parts)
    except ValidationError as incomplete:  # always: the rest of the event is left out, for it may be of any size
        wrong = {one["loc"][0] for one in incomplete.errors(include_url=False, include_input=False)}
    return Heading(**{name: "" if name in wrong else str(parts[name]).strip() for name in _PARTS})


def _loosely(raw: bytes) -> object:
    """The JSON in `raw`, however it is coded and though a strict reader would refuse it; None if it is none.

    Whole numbers are left out, and so is what is said twice in one object and not alike.
    """
    try:
        return cast("object", json.loads(raw, parse_int=lambda _: None, object_pairs_hook=_said_once))
    except (ValueError, RecursionError):
        return None


def _said_once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    last = dict(pairs)
    for name, value in pairs if len(last) < len(pairs) else ():
        if name in last and value != last[name]:
            del last[name]
    return last


async def _for_trust(door: Door, arrival: Arrival) -> Arrival:
    trust = await door.intake.trust_of(FEED, arrival.sending_application, arrival.sending_facility)
    if trust is None:
        raise DatabaseUnavailable("no trust is set up, or the database does not say which")
    return door.intake.on_terms(arrival.of_trust(trust))


def _is_news_for_nobody(arrival: Arrival, fate: Fate) -> bool:
    return arrival.trust == NOBODY and isinstance(fate, Stored) and not fate.repeat
