"""What lies on Kafka, read by clients and libraries that are not ours."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import confluent_kafka
import pytest
import pytest_asyncio
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.database import Database, DatabaseUnavailable
from shared.eventlog import headers, parked
from shared.eventlog.events import Delivered
from shared.eventlog.intake import IntakeRecord, intake
from tests.contracts.eventlog.house import AT, House, build, event, until


@pytest_asyncio.fixture
async def shipped(sqlite_database: Database, kafka_bootstrap: str, topic: str) -> AsyncGenerator[House]:
    """A house whose events go through Kafka."""
    yield await build(sqlite_database, kafka_bootstrap, topic)


def _read(bootstrap: str, topic: str, count: int) -> list[confluent_kafka.Message]:
    settings = {"bootstrap.servers": bootstrap, "group.id": f"independent-{topic}", "auto.offset.reset": "earliest"}
    consumer = confluent_kafka.Consumer(settings)
    consumer.subscribe([topic])
    try:
        return consumer.consume(count, timeout=30)
    finally:
        consumer.close()


def _send(bootstrap: str, topic: str, *records: tuple[bytes, bytes, list[tuple[str, str | bytes | None]]]) -> None:
    producer = confluent_kafka.Producer({"bootstrap.servers": bootstrap})
    for key, value, described in records:
        producer.produce(topic, value, key, headers=described)
    assert producer.flush(30) == 0


async def test_a_record_is_a_cloud_event_to_others(shipped: House) -> None:
    sent = event("0190-case", 3, data=b'{"state": "open"}')
    await shipped.announce(sent)
    async with shipped.running():
        await shipped.until_seen(("0190-case", 3))
    (message,) = await asyncio.to_thread(_read, shipped.bootstrap or "", shipped.source.topic, 1)
    found = {name: value for name, value in message.headers() or [] if isinstance(value, bytes)}
    raw = KafkaMessage(headers=found, key=message.key(), value=message.value() or b"")
    read = from_binary(raw, JSONFormat(), CloudEvent)
    assert message.key() == b"0190-case"
    assert (read.get_id(), read.get_source(), read.get_type()) == (sent.id, "urn:homeward:hospital", sent.type)
    assert (read.get_subject(), read.get_time(), read.get_specversion()) == ("0190-case", AT, "1.0")
    assert read.get_data() == {"state": "open"}
    assert read.get_datacontenttype() == "application/json"
    assert [read.get_extension(name) for name in ("trust", "version", "epoch", "no")] == ["RXX", "3", "1", "1"]


def test_headers_read_back_as_they_were_written() -> None:
    sent = Delivered(event("a", 2, data=b"{}"), 5, 9)
    assert headers.read(headers.write(sent, "discharge"), b"{}") == sent


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_specversion", b"0.3"),
        ("ce_id", b""),
        ("ce_subject", b"x" * 65),
        ("ce_trust", b"\xff"),
        ("ce_version", b"-1"),
        ("ce_version", b"0"),
        ("ce_no", b"9" * 30),
        ("ce_time", b"2026-03-02T09:30:00"),
        ("ce_time", b"yesterday"),
    ],
)
def test_headers_of_no_event_are_refused_by_name(name: str, value: bytes) -> None:
    written = dict(headers.write(Delivered(event("a", 2), 5, 9), "discharge"))
    with pytest.raises(headers.NotCloudEvent, match=name):
        headers.read(list((written | {name: value}).items()), b"{}")


async def test_a_record_that_is_no_event_is_parked_and_others_flow(shipped: House) -> None:
    bootstrap, topic = shipped.bootstrap or "", shipped.source.topic
    await asyncio.to_thread(_send, bootstrap, topic, (b"k", b"\xff\x00", []), (b"k", b"{}", [("ce_id", "1")]))
    await shipped.announce(event("a", 1))
    async with shipped.running():
        await shipped.until_seen(("a", 1))

        async def both_parked() -> bool:
            async with shipped.database.reading() as reading:
                found = await parked.listed(reading, shipped.own)
            return [one.data for one in found] == [b"\xff\x00", b"{}"] and {one.version for one in found} == {None}

        await until(both_parked)
    async with shipped.database.reading() as reading:
        first = (await parked.listed(reading, shipped.own))[0]
    assert first.subject.startswith(topic)
    with pytest.raises(parked.NotAnEvent):
        await parked.release(shipped.database, shipped.own, shipped.subscription(), first.subject, AT)


async def test_intake_hands_over_what_was_sent_and_again_until_it_is_kept(kafka_bootstrap: str, topic: str) -> None:
    kind: list[tuple[str, str | bytes | None]] = [("content-type", "x-application/hl7-v2+er7")]
    await asyncio.to_thread(_send, kafka_bootstrap, topic, (b"RXX", b"MSH|1\rPID|", kind), (b"RXX", b"MSH|2\x00", []))
    tries: list[list[IntakeRecord]] = []

    async def handle(records: Sequence[IntakeRecord]) -> None:
        tries.append(list(records))
        if len(tries) == 1:
            raise DatabaseUnavailable

    async def run(enough: int) -> None:
        stop = asyncio.Event()
        running = asyncio.ensure_future(intake(kafka_bootstrap, topic, f"intake-{topic}", handle)(stop))

        async def tried() -> bool:
            return sum(map(len, tries[1:])) >= enough

        await until(tried)
        stop.set()
        await running

    await run(2)
    kept = [record for records in tries[1:] for record in records]
    assert [(one.key, one.content_type, one.value) for one in kept] == [
        (b"RXX", "x-application/hl7-v2+er7", b"MSH|1\rPID|"),
        (b"RXX", None, b"MSH|2\x00"),
    ]
    await asyncio.to_thread(_send, kafka_bootstrap, topic, (b"RXX", b"MSH|3", []))
    await run(3)
    assert [one.value for one in tries[-1]] == [b"MSH|3"]
