"""An independent Kafka client (librdkafka): what really lies on a topic."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

LOOK_SECONDS = 0.5
TIMEOUT = 15.0


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it lies there."""

    key: str
    headers: dict[str, str]
    value: bytes

    @property
    def version(self) -> int:
        """CloudEvents' extension `version`."""
        return int(self.headers.get("ce_version", "0"))

    @property
    def state(self) -> dict[str, Any]:
        """The state the event carries."""
        return json.loads(self.value)["data"]


def _text(header: tuple[str, str | bytes | None]) -> tuple[str, str]:
    name, value = header
    return name, value.decode() if isinstance(value, bytes) else value or ""


@dataclass(slots=True)
class Topic:
    """A reader of a topic, from its beginning, which remembers what it read."""

    bootstrap: str
    name: str
    records: list[Record] = field(default_factory=list[Record])
    consumer: Consumer | None = None

    def _open(self) -> Consumer:
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": f"test-{uuid4().hex}"})
        try:
            partitions = consumer.list_topics(self.name, timeout=TIMEOUT).topics[self.name].partitions
            consumer.assign([TopicPartition(self.name, each, 0) for each in partitions])
        except BaseException:
            consumer.close()
            raise
        return consumer

    def _read(self) -> int:
        if self.consumer is None:
            self.consumer = self._open()
        found = self.consumer.consume(500, LOOK_SECONDS)
        for message in found:
            error = message.error()
            if error is None:
                headers = dict(map(_text, dict(message.headers() or []).items()))
                self.records.append(Record((message.key() or b"").decode(), headers, message.value() or b""))
            elif error.code() != KafkaError._PARTITION_EOF and not error.retriable():
                raise KafkaException(error)
        return len(found)

    async def read(self) -> list[Record]:
        """Read on for a moment; everything read so far."""
        await asyncio.to_thread(self._read)
        return self.records

    async def until(self, holds: Callable[[list[Record]], bool], seconds: float) -> list[Record]:
        """Read until what was read `holds`; fail after so many seconds."""
        end = asyncio.get_running_loop().time() + seconds
        while not holds(await self.read()):
            assert asyncio.get_running_loop().time() < end, f"{self.name}: not within {seconds:g} s: {self.records}"
        return self.records

    def close(self) -> None:
        """Leave."""
        if self.consumer is not None:
            self.consumer.close()
            self.consumer = None


def firsts(records: list[Record]) -> dict[str, list[int]]:
    """The versions of each subject in the order in which each was first read."""
    found: dict[str, list[int]] = {}
    for record in records:
        versions = found.setdefault(record.key, [])
        if record.version not in versions:
            versions.append(record.version)
    return found


async def produce(bootstrap: str, topic: str, key: str, value: bytes, headers: dict[str, str]) -> None:
    """Put a record on a topic by hand."""
    producer = Producer({"bootstrap.servers": bootstrap})
    producer.produce(topic, value=value, key=key, headers=[(name, text.encode()) for name, text in headers.items()])
    left = await asyncio.to_thread(producer.flush, TIMEOUT)
    assert left == 0, "Kafka did not take the record"
