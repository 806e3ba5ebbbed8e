"""The Kafka carrier, writing side: the reader whose effect is Kafka.

It follows its owner's outbox by position like any reader. Sending comes before the position moves, so a crash between
sends again; readers ignore repeats. No Kafka call happens inside a database transaction. The idempotent producer may
hang for ever when brokers go away, so each use has a deadline and a producer that failed once is made anew.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import cast

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared import crashpoints
from shared.database import Database, DatabaseUnavailable
from shared.eventlog import headers, positions
from shared.eventlog.consumer import Overtaken
from shared.eventlog.events import Delivered, Task
from shared.eventlog.positions import START, Followed, Position
from shared.eventlog.tables import EventLogTables
from shared.pauses import Pauses, pause, woken_by

CONSUMER = "relay"
MOST = 500
POLL_SECONDS = 1.0
DEADLINE_SECONDS = 10.0
STAND_BY_SECONDS = 3.0
_log = structlog.get_logger()


class NotShipped(Exception):
    """Kafka did not take a batch in time. It is not known what it took; it will be sent again."""


def ship(database: Database, log: EventLogTables, bootstrap: str) -> Task:
    """The task that sends what `log`'s owner announces to its topic, in order, until told to stop.

    Of several processes one ships; the others stand by and take over within seconds of its silence.
    """

    async def task(stop: asyncio.Event) -> None:
        followed = Followed(CONSUMER, log, log)
        waker = database.waker(log.topic)
        producer, pauses = _Producer(bootstrap), Pauses()
        known: dict[str, Position] | None = None
        try:
            async with woken_by(stop, waker):
                while not stop.is_set():
                    try:
                        known = known if known is not None else await _load(database, followed)
                        if not await _ship(database, followed, known, producer):
                            await waker.wait(POLL_SECONDS)
                        pauses.over()
                    except Overtaken:
                        known = await _stand_by(database, followed, stop)
                    except (DatabaseUnavailable, NotShipped) as error:
                        _log.warning("relay_waits", topic=log.topic, why=str(error))
                        known = None
                        await pauses.pause(stop)
        finally:
            database.forget(log.topic, waker)
            await producer.abandon()

    return task


async def _load(database: Database, followed: Followed) -> dict[str, Position]:
    async with database.reading() as reading:
        return await positions.load(reading, followed)


async def _ship(database: Database, followed: Followed, known: dict[str, Position], producer: "_Producer") -> bool:
    """Send the next events of every lane at once, then move the positions; whether there were any."""
    async with database.reading() as reading:
        lanes = {
            trust: await positions.after(reading, followed, trust, known.get(trust, START), MOST)
            for trust in await positions.ahead(reading, followed, known)
        }
    reached = {trust: (events[-1].epoch, events[-1].no) for trust, events in lanes.items() if events}
    if not reached:
        return False
    await producer.send(followed.source, [event for events in lanes.values() for event in events])
    crashpoints.reached("relayed")
    async with database.transaction() as tx:
        for trust, position in sorted(reached.items()):
            await positions.move(tx, followed, trust, known.get(trust, START), position)
    known.update(reached)
    return True


async def _stand_by(database: Database, followed: Followed, stop: asyncio.Event) -> dict[str, Position] | None:
    """Wait while another process ships; the positions when it has left something lying, None when told to stop."""
    seen: Mapping[str, Position] | None = None
    while not stop.is_set():
        with contextlib.suppress(DatabaseUnavailable):
            async with database.reading() as reading:
                now = await positions.load(reading, followed)
                if now == seen and await positions.ahead(reading, followed, now):
                    return now
                seen = now
        await pause(stop, STAND_BY_SECONDS)
    return None


class _Producer:
    """A producer that is made when first needed, and anew after any failure."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._made: AIOKafkaProducer | None = None

    async def send(self, log: EventLogTables, events: Sequence[Delivered]) -> None:
        """Send `events` in order and wait until all replicas have them. Raises NotShipped, in ten seconds at most."""
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                await self._send(await self._ready(), log, events)
        except (KafkaError, TimeoutError, OSError) as error:
            await self.abandon()
            raise NotShipped(type(error).__name__) from None

    async def abandon(self) -> None:
        """Close the producer, if it can be closed."""
        made, self._made = self._made, None
        if made is None:
            return
        try:
            async with asyncio.timeout(DEADLINE_SECONDS / 2):
                await made.stop()
        except (KafkaError, TimeoutError, OSError) as error:
            _log.warning("producer_abandoned", why=type(error).__name__)

    async def _ready(self) -> AIOKafkaProducer:
        if self._made is None:
            self._made = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap,
                client_id="homeward-relay",
                acks="all",
                enable_idempotence=True,
                linger_ms=0,
                max_batch_size=262_144,
                request_timeout_ms=int(DEADLINE_SECONDS * 1000),
                metadata_max_age_ms=30_000,
            )
            await self._made.start()
        return self._made

    async def _send(self, producer: AIOKafkaProducer, log: EventLogTables, events: Sequence[Delivered]) -> None:
        sent: list[asyncio.Future[object]] = []
        for one in events:
            key, described = one.event.subject.encode(), headers.write(one, log.owner)
            future = cast(
                "asyncio.Future[object]", await producer.send(log.topic, one.event.data, key=key, headers=described)
            )
            # Those not waited for after a failure would complain of an error nobody looked at.
            future.add_done_callback(_look)
            sent.append(future)
        for future in sent:
            await future


def _look(future: "asyncio.Future[object]") -> None:
    if not future.cancelled():
        future.exception()
