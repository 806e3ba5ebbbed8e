"""The embedded carrier: a reader follows the outbox where it is."""

import asyncio

import structlog

from shared.database import DatabaseUnavailable, Transaction
from shared.eventlog import consumer, positions
from shared.eventlog.events import Reader, Task
from shared.eventlog.positions import Followed, Position
from shared.eventlog.tables import EventLogTables
from shared.pauses import Pauses, woken_by

POLL_SECONDS = 1.0
_log = structlog.get_logger()


def follow(reader: Reader, source: EventLogTables) -> Task:
    """The task in which `reader` follows the outbox `source`, which lies in the reader's database, until told to stop.

    The reader's position moves in the transaction of what it does. It is woken by each commit and looks for itself
    every second. Any number of processes may run it: one at a time gets on. Raises TooManyParked.
    """

    async def task(stop: asyncio.Event) -> None:
        followed = Followed(reader.subscription.consumer, reader.log, source)
        waker = reader.database.waker(source.topic)
        pauses = Pauses()
        known: dict[str, Position] | None = None
        try:
            async with woken_by(stop, waker):
                while not stop.is_set():
                    try:
                        known = known if known is not None else await _load(reader, followed)
                        moved = await _advance(reader, followed, known)
                        pauses.over()
                        if not moved:
                            await waker.wait(POLL_SECONDS)
                    except consumer.Overtaken:
                        known = None
                        await waker.wait(POLL_SECONDS)
                    except DatabaseUnavailable as error:
                        _log.warning("reader_waits", consumer=followed.consumer, why=str(error))
                        known = None
                        await pauses.pause(stop)
        finally:
            reader.database.forget(source.topic, waker)

    return task


async def _load(reader: Reader, followed: Followed) -> dict[str, Position]:
    async with reader.database.reading() as reading:
        return await positions.load(reading, followed)


async def _advance(reader: Reader, followed: Followed, known: dict[str, Position]) -> bool:
    """Take one batch of every lane that has gone on; whether there was any."""
    most = reader.subscription.most
    async with reader.database.reading() as reading:
        lanes = [
            (trust, await positions.after(reading, followed, trust, known.get(trust, positions.START), most))
            for trust in await positions.ahead(reading, followed, known)
        ]
    for trust, batch in lanes:
        if not batch:
            continue
        held, reached = known.get(trust, positions.START), (batch[-1].epoch, batch[-1].no)

        async def keep(tx: Transaction, trust: str = trust, held: Position = held, to: Position = reached) -> None:
            await positions.move(tx, followed, trust, held, to)

        await consumer.take(reader, batch, keep)
        known[trust] = reached
    return any(batch for _trust, batch in lanes)
