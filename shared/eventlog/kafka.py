"""The Kafka carrier, reading side: groups of consumers, offsets committed only after the database has.

The client's known traps decide the settings: it hands out what comes after a failed batch unless told to seek back, it
can be alive and not consume, and it may hang while starting, committing or stopping. So each of these has a deadline.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from shared.database import DatabaseUnavailable
from shared.eventlog import consumer as loop
from shared.eventlog import headers
from shared.eventlog.events import Delivered, Fetched, Malformed, Reader, Task
from shared.eventlog.topics import Topic, TopicsNotMade
from shared.pauses import Pauses

START_SECONDS = 30.0
DEADLINE_SECONDS = 10.0
LOOK_MILLISECONDS = 500
STALLED_SECONDS = 60.0
REBUILDS = 3
_log = structlog.get_logger()

Record = ConsumerRecord[bytes, bytes]
Apply = Callable[[Sequence[Record]], Awaitable[None]]


class ReaderStuck(Exception):
    """A consumer stayed behind without moving, and making it anew did not help."""


class _Stalled(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Group:
    """A group of consumers of one topic; `most` is how many records it is given at once, `fetched` what is left."""

    name: str
    topic: str
    bootstrap: str
    instance: str | None
    most: int
    fetched: Fetched = field(default_factory=Fetched)


def consume(reader: Reader, bootstrap: str, instance: str | None = None) -> Task:
    """The task in which `reader` takes its topic from Kafka, in the group `homeward-<consumer>`, until told to stop.

    A record that is no event is parked under its place in the topic. Raises TooManyParked, ReaderStuck.
    """
    subscription = reader.subscription

    async def apply(records: Sequence[Record]) -> None:
        delivered, malformed = _split(records)
        await loop.take(reader, delivered, malformed=malformed)

    name = f"homeward-{subscription.consumer}"
    group = Group(name, subscription.topic, bootstrap, instance, subscription.most, reader.fetched)
    return following(group, apply)


async def ensure_topics(bootstrap: str, topics: Sequence[Topic]) -> list[str]:
    """Make those of `topics` that are not there; their names. Existing ones are left. Raises TopicsNotMade."""
    try:
        return await _ensure_topics(bootstrap, topics)
    except (KafkaError, TimeoutError, OSError) as error:
        raise TopicsNotMade(type(error).__name__) from error


async def _ensure_topics(bootstrap: str, topics: Sequence[Topic]) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=int(DEADLINE_SECONDS * 1000))
    made: list[str] = []
    try:
        async with asyncio.timeout(START_SECONDS):
            await admin.start()
            wanted = [NewTopic(one.name, one.partitions, one.replicas, None, dict(one.settings)) for one in topics]
            answer = await admin.create_topics(wanted, timeout_ms=int(DEADLINE_SECONDS * 1000))
        # The client does not type its answers: (name, error code, words) a topic.
        errors = cast("list[tuple[str, int, str]]", getattr(answer, "topic_errors", []))
        for name, code, *_words in errors:
            error = for_code(code)
            if code == 0:
                made.append(name)
            elif error is not TopicAlreadyExistsError:
                raise error(f"topic {name}")
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DEADLINE_SECONDS):
                await admin.close()
    return made


def following(group: Group, apply: Apply) -> Task:
    """The task that gives `apply` the records of `group` in batches, and commits each batch once it returned.

    If `apply` raises DatabaseUnavailable or Overtaken the batch comes again; anything else ends the task. Raises
    ReaderStuck.
    """

    async def task(stop: asyncio.Event) -> None:
        pauses, stalled = Pauses(), 0
        while not stop.is_set():
            consumer = _consumer(group)
            progress = _Progress()
            try:
                async with asyncio.timeout(START_SECONDS):
                    await consumer.start()
                await _read(consumer, group, apply, stop, progress)
            except _Stalled:
                stalled = 1 if progress.made else stalled + 1
                _log.error("consumer_stalled", group=group.name, times=stalled)
                if stalled > REBUILDS:
                    raise ReaderStuck(group.name) from None
            except (KafkaError, TimeoutError, OSError) as error:
                _log.warning("consumer_waits", group=group.name, why=type(error).__name__)
                if progress.made:
                    pauses.over()
                await pauses.pause(stop)
            finally:
                await _stop(consumer)

    return task


def _consumer(group: Group) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        group.topic,
        bootstrap_servers=group.bootstrap,
        client_id=group.instance or group.name,
        group_id=group.name,
        group_instance_id=group.instance and f"{group.name}-{group.instance}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=45_000,
        heartbeat_interval_ms=3_000,
        rebalance_timeout_ms=60_000,
        max_poll_interval_ms=300_000,
        fetch_max_wait_ms=500,
        metadata_max_age_ms=30_000,
    )


class _Progress:
    def __init__(self) -> None:
        self.made = False
        self._since = asyncio.get_running_loop().time()

    def record(self) -> None:
        self.made = True
        self._since = asyncio.get_running_loop().time()

    async def check(self, consumer: AIOKafkaConsumer) -> None:
        """Raise _Stalled if nothing came for a minute although something is there."""
        now = asyncio.get_running_loop().time()
        if now - self._since < STALLED_SECONDS:
            return
        self._since = now
        async with asyncio.timeout(DEADLINE_SECONDS):
            assigned = consumer.assignment()
            ends = cast("dict[TopicPartition, int]", await consumer.end_offsets(assigned)) if assigned else {}
            for partition, end in ends.items():
                if await consumer.position(partition) < end:
                    raise _Stalled


async def _read(
    consumer: AIOKafkaConsumer, group: Group, apply: Apply, stop: asyncio.Event, progress: _Progress
) -> None:
    pauses, commits = Pauses(), _Commits(consumer)
    try:
        while not stop.is_set():
            batches = cast(
                "dict[TopicPartition, list[Record]]",
                await consumer.getmany(timeout_ms=LOOK_MILLISECONDS, max_records=group.most),
            )
            _tell(group.fetched, consumer, {partition: records[0].offset for partition, records in batches.items()})
            if not batches:
                await progress.check(consumer)
                continue
            try:
                await apply([record for records in batches.values() for record in records])
            except (DatabaseUnavailable, loop.Overtaken) as error:
                _log.warning("reader_waits", group=group.name, why=str(error))
                _seek_back(consumer, batches)
                await pauses.pause(stop)
                continue
            pauses.over()
            progress.record()
            taken = {partition: records[-1].offset + 1 for partition, records in batches.items()}
            _tell(group.fetched, consumer, taken)
            commits.ask(taken)
    finally:
        await commits.finish()


def _tell(fetched: Fetched, consumer: AIOKafkaConsumer, reached: Mapping[TopicPartition, int]) -> None:
    """Say how much is ahead of what was `reached`: the first offset of a partition that is still to be taken."""
    held = consumer.assignment()
    ends = {one: cast("int | None", consumer.highwater(one)) for one in reached if one in held}
    ahead = {one.partition: max(0, end - reached[one]) for one, end in ends.items() if end is not None}
    fetched.tell(ahead, {one.partition for one in held})


def _seek_back(consumer: AIOKafkaConsumer, batches: Mapping[TopicPartition, Sequence[Record]]) -> None:
    assigned = consumer.assignment()
    for partition, records in batches.items():
        if partition in assigned:
            consumer.seek(partition, records[0].offset)


class _Commits:
    """Commits offsets beside the work, one request at a time. One lost means a repeat, which changes nothing."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._wanted: dict[TopicPartition, int] = {}
        self._sending: asyncio.Task[None] | None = None

    def ask(self, offsets: Mapping[TopicPartition, int]) -> None:
        self._wanted.update(offsets)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())

    async def finish(self) -> None:
        if self._sending is not None:
            await asyncio.wait([self._sending], timeout=DEADLINE_SECONDS)

    async def _send(self) -> None:
        while self._wanted:
            assigned = self._consumer.assignment()
            offsets = {partition: offset for partition, offset in self._wanted.items() if partition in assigned}
            self._wanted = {}
            try:
                async with asyncio.timeout(DEADLINE_SECONDS):
                    await self._consumer.commit(offsets)
            except (KafkaError, TimeoutError, OSError) as error:
                _log.warning("commit_failed", why=type(error).__name__)


async def _stop(consumer: AIOKafkaConsumer) -> None:
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            await consumer.stop()
    except (KafkaError, TimeoutError, OSError) as error:
        _log.warning("consumer_abandoned", why=type(error).__name__)


def _split(records: Sequence[Record]) -> tuple[list[Delivered], list[Malformed]]:
    delivered: list[Delivered] = []
    malformed: list[Malformed] = []
    for record in records:
        try:
            delivered.append(headers.read(record.headers, record.value))
        except headers.NotCloudEvent as error:
            place = f"{record.topic}/{record.partition}/{record.offset}"
            malformed.append(Malformed(place, f"no event of ours: {error}", record.value or b""))
    return delivered, malformed
