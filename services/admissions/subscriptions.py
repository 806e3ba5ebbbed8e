"""The Kafka topic by which messages may come in: either kind, told apart by its content type.

Nobody waits for an answer here, so what is unreadable is kept like everything else and shows in quarantine.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from pydantic import ValidationError

from services.admissions.arrivals import JSON, Arrival, Heading, Rejection, of_er7, of_json
from services.admissions.handlers.answer import Door
from services.admissions.handlers.keeping import NotStored
from shared.contracts.api.admissions import AdtEvent
from shared.contracts.envelope import TOPIC_ADT_INTAKE
from shared.crashpoints import reached
from shared.database import DatabaseUnavailable
from shared.eventlog.kafka import IntakeRecord, intake
from shared.refusals import Refused
from shared.web import strict_json

FEED: Final = "kafka"
GROUP: Final = "homeward-admissions-intake"
_UNREADABLE: Final = frozenset({Rejection.EMPTY, Rejection.NO_HEADER, Rejection.BATCH})


def kafka_intake(bootstrap: str, door: Door, instance: str | None = None) -> Callable[[asyncio.Event], Awaitable[None]]:
    """The task that keeps what is published on the intake topic. Each record is committed only once it is kept."""

    async def handle(records: Sequence[IntakeRecord]) -> None:
        await keep_records(door, records)

    return intake(bootstrap, TOPIC_ADT_INTAKE, GROUP, handle, instance=instance)


async def keep_records(door: Door, records: Sequence[IntakeRecord]) -> None:
    """Keep `records`. Raises DatabaseUnavailable if any may not be kept: all of them are then to come again."""
    reached("received")
    at = door.clock.now()
    arrivals = [await _for_trust(door, _arrival(door, record, at)) for record in records]
    fates = await asyncio.gather(*(door.intake.offer(arrival) for arrival in arrivals))
    if any(isinstance(fate, NotStored) for fate in fates):
        raise DatabaseUnavailable("a record of the intake topic was not stored")


def _arrival(door: Door, record: IntakeRecord, at: datetime) -> Arrival:
    kind = (record.content_type or "").partition(";")[0].strip().lower()
    if kind == JSON or kind.endswith("+json"):
        return of_json(record.value, trust="", feed=FEED, received_at=at, said=_heading(record.value))
    arrival = of_er7(record.value, trust="", feed=FEED, received_at=at, processing_id=door.processing_id)
    return replace(arrival, rejected=None) if arrival.rejected in _UNREADABLE else arrival


def _heading(raw: bytes) -> Heading | None:
    try:
        event = AdtEvent.model_validate(strict_json.read(raw))
    except (Refused, ValidationError):
        return None
    return Heading(event.sending_application, event.sending_facility, event.control_id, event.trigger)


async def _for_trust(door: Door, arrival: Arrival) -> Arrival:
    trust = await door.intake.trust_of(FEED, arrival.sending_application, arrival.sending_facility)
    if trust is None:
        raise DatabaseUnavailable("no trust is set up")
    return arrival.of_trust(trust)
