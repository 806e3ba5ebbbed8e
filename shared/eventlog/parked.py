"""Subjects a reader could not take. Each keeps its newest version; others flow past it.

A person looks at them, then releases (the newest version is tried again) or discards.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, func, select, update

from shared.database import Database, DatabaseUnavailable, Reading, Transaction
from shared.eventlog.events import Delivered, Event, Malformed, ParkedSubject, Reader, Subscription
from shared.eventlog.tables import EventLogTables
from shared.faults import why


class TooManyParked(Exception):
    """A reader parked so many subjects in an hour that something is wrong with it, not with them."""


class NotAnEvent(Exception):
    """What is parked is no event: it can be discarded, never released."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked subject: `version` is the newest kept, None when it is no event at all."""

    consumer: str
    subject: str
    trust: str | None
    version: int | None
    reason: str
    attempts: int
    first_at: datetime
    last_at: datetime
    data: bytes = field(repr=False)


async def listed(reading: Reading, log: EventLogTables, limit: int = 200) -> list[Parked]:
    """The parked subjects of all consumers of `log`'s owner, the longest parked first."""
    order = select(log.parked).order_by(log.parked.c.first_at, log.parked.c.subject).limit(limit)
    return [
        Parked(
            consumer=row.consumer,
            subject=row.subject,
            trust=row.trust,
            version=row.version,
            reason=row.reason,
            attempts=row.attempts,
            first_at=row.first_at,
            last_at=row.last_at,
            data=row.data,
        )
        for row in await reading.rows(order)
    ]


async def discard(tx: Transaction, log: EventLogTables, consumer: str, subject: str) -> bool:
    """Forget what is parked of `subject`; whether anything was. Its next version is taken as usual."""
    await _lock(tx, log, consumer, subject)
    return await tx.execute(delete(log.parked).where(_one(log, consumer, subject))) > 0


async def release(
    database: Database, log: EventLogTables, subscription: Subscription, subject: str, at: datetime
) -> bool:
    """Try the newest version of `subject` again; whether it was taken. If not, it stays parked, with the new reason.

    Raises LookupError if it is not parked, NotAnEvent if it can never be taken, DatabaseUnavailable.
    """
    try:
        async with database.transaction() as tx:
            event = await _held(tx, log, subscription.consumer, subject)
            refused = await subscription.handle(tx, [event], at)
            if not refused:
                await tx.execute(delete(log.parked).where(_one(log, subscription.consumer, subject)))
                return True
            reason = refused[0].reason
    except (LookupError, NotAnEvent, DatabaseUnavailable):
        raise
    except Exception as error:  # noqa: BLE001  # whatever a handler raises keeps its subject parked
        reason = why(error)
    async with database.transaction() as tx:
        tried = {"reason": reason, "last_at": at, "attempts": log.parked.c.attempts + 1}
        await tx.execute(update(log.parked).where(_one(log, subscription.consumer, subject)).values(**tried))
    return False


async def park(
    tx: Transaction, reader: Reader, refused: Sequence[ParkedSubject], newest: dict[str, Delivered], at: datetime
) -> None:
    """Park the subjects of `refused` with the `newest` version of each."""
    rows = [_row(reader, refusal.reason, newest[refusal.subject], at) for refusal in refused]
    await tx.upsert_many(reader.log.parked, rows, key=["consumer", "subject"])


async def park_malformed(tx: Transaction, reader: Reader, records: Sequence[Malformed], at: datetime) -> None:
    """Park what is no event."""
    rows = [
        {
            "consumer": reader.subscription.consumer,
            "subject": record.subject,
            "data": record.data,
            "reason": record.reason,
            "attempts": 1,
            "first_at": at,
            "last_at": at,
        }
        for record in records
    ]
    await tx.insert_many(reader.log.parked, rows, on_conflict="ignore")


async def keep_behind(tx: Transaction, reader: Reader, newest: Sequence[Delivered]) -> int:
    """Keep later versions behind their parked subjects; how many rows that touched."""
    table = reader.log.parked
    statement = (
        update(table)
        .where(table.c.consumer == reader.subscription.consumer, table.c.subject == bindparam("of"))
        .values(
            {name: bindparam(f"new_{name}") for name in ("event_id", "type", "trust", "epoch", "version", "at", "data")}
        )
    )
    touched = 0
    for delivered in newest:
        event = delivered.event
        touched += await tx.execute(
            statement,
            {
                "of": event.subject,
                "new_event_id": event.id,
                "new_type": event.type,
                "new_trust": event.trust,
                "new_epoch": delivered.epoch,
                "new_version": event.version,
                "new_at": event.at,
                "new_data": event.data,
            },
        )
    return touched


async def refuse_if_too_many(reading: Reading, reader: Reader, at: datetime) -> None:
    """Raise TooManyParked if `reader` parked more than its limit within the hour before `at`."""
    table = reader.log.parked
    consumer = reader.subscription.consumer
    lately = select(func.count()).where(table.c.consumer == consumer, table.c.first_at > at - timedelta(hours=1))
    count = int(await reading.value(lately) or 0)
    if count > reader.parking_limit:
        raise TooManyParked(f"{consumer} parked {count} subjects within an hour; it stops until somebody has looked")


def _row(reader: Reader, reason: str, delivered: Delivered, at: datetime) -> dict[str, object]:
    event = delivered.event
    return {
        "consumer": reader.subscription.consumer,
        "subject": event.subject,
        "event_id": event.id,
        "type": event.type,
        "trust": event.trust,
        "epoch": delivered.epoch,
        "version": event.version,
        "at": event.at,
        "data": event.data,
        "reason": reason,
        "attempts": 1,
        "first_at": at,
        "last_at": at,
    }


def _one(log: EventLogTables, consumer: str, subject: str) -> ColumnElement[bool]:
    return and_(log.parked.c.consumer == consumer, log.parked.c.subject == subject)


async def _lock(tx: Transaction, log: EventLogTables, consumer: str, subject: str) -> None:
    # The reader locks the inbox's row before it looks whether a subject is parked: so must we.
    inbox = log.inbox
    held = select(inbox).where(inbox.c.consumer == consumer, inbox.c.subject == subject)
    await tx.rows(held.with_for_update())


async def _held(tx: Transaction, log: EventLogTables, consumer: str, subject: str) -> Event:
    await _lock(tx, log, consumer, subject)
    row: Row[Any] | None = await tx.row(select(log.parked).where(_one(log, consumer, subject)))
    if row is None:
        raise LookupError("this subject is not parked")
    if row.version is None:
        raise NotAnEvent("what is parked is no event; look at it and discard it")
    return Event(row.event_id, row.type, subject, row.trust, row.version, row.at, row.data)
