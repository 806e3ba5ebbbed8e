"""The doors as senders meet them: real sockets, real HTTP routes, a real Kafka."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Row, select

from services.admissions.handlers.answer import Door, acknowledged
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.incoming import Incoming
from services.admissions.mllp import Listener, Policy
from services.admissions.subscriptions import kafka_intake, keep_records
from services.admissions.tables import messages, rejects
from shared.clock import SettableClock
from shared.contracts.envelope import TOPIC_ADT_INTAKE
from shared.contracts.roles import Role
from shared.database import Database
from shared.eventlog.intake import IntakeRecord
from shared.eventlog.kafka import ensure_topics
from shared.eventlog.topics import Topic
from shared.mllp_client import Link
from tests.processes.topics import produce
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_rest import ER7, EVENT, House, house

_ = house
NOW = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
TRAINING = er7(control_id="T1", processing_id="T")
WIDE = TRAINING.replace(b"|T|2.4", b"|T|2.4|||||GBR|UNICODE UTF-16").decode()
ODD = [
    WIDE.encode("utf-16"),
    b"\x00" + TRAINING,
    b"\x0c" + TRAINING,
    b" " * 5000 + TRAINING,
    TRAINING.replace(b"||ADT", b"|a\nb|ADT"),
]


@asynccontextmanager
async def listening(door: Door) -> AsyncGenerator[int]:
    """An MLLP port in front of `door`."""

    async def keep(incoming: Incoming) -> bytes | None:
        return await acknowledged(door, incoming)

    listener = Listener(Policy(), keep, door.clock)
    try:
        yield await listener.open("127.0.0.1", 0)
    finally:
        await listener.close()


async def told(port: int, sent: Sequence[bytes]) -> list[bytes]:
    """What follows `MSA|` in the answer to each message."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(10):
            answers: list[bytes] = []
            for raw in sent:
                writer.write(b"\x0b" + raw + b"\x1c\r")
                answers.append(await reader.readuntil(b"\x1c\r"))
    finally:
        writer.close()
    return [answer.split(b"MSA|")[1].split(b"\r")[0].removesuffix(b"\x1c") for answer in answers]


async def rows(database: Database, table: Any) -> list[Row[Any]]:
    async with database.reading() as reading:
        return await reading.rows(select(table).order_by(table.c.id))


async def test_over_mllp_a_training_message_is_refused_in_every_shape(door: Door, database: Database) -> None:
    async with listening(door) as port:
        answers = await told(port, ODD)
    assert [answer.split(b"|")[:2] for answer in answers] == [[b"AR", b"T1"]] * len(ODD)
    assert await rows(database, messages) == []
    assert {row.reason for row in await rows(database, rejects)} == {"processing-id"}


async def test_over_http_a_training_message_is_refused_in_every_shape(house: House) -> None:
    async with house.caller(Role.INTAKE) as pas:
        for raw in [*ODD, b"\x0b" + TRAINING + b"\x1c\r"]:
            answered = await pas.post("/messages", content=raw, headers=ER7)
            assert b"\rMSA|AR|T1|" in answered.content
    assert await rows(house.database, messages) == []


async def test_a_message_after_an_odd_beginning_is_taken_and_known(door: Door, database: Database) -> None:
    sent = [before + er7(control_id=str(n)) for n, before in enumerate((b"\r", b"\n", b"\r\n", b"\x00", b"\x0c"))]
    async with listening(door) as port:
        assert await told(port, sent) == [b"AA|%d" % number for number in range(len(sent))]
    kept = await rows(database, messages)
    assert [(row.control_id, row.trigger, row.sending_application) for row in kept] == [
        (str(number), "A01", "PAS") for number in range(len(sent))
    ]


async def test_the_second_of_two_messages_is_never_lost_behind_the_first(door: Door, database: Database) -> None:
    two = er7(control_id="1") + er7(control_id="2", mrn="H2", visit="V2")
    async with listening(door) as port:
        answers = await told(port, [before + two for before in (b"\x00", b"\x0c", b"")])
    assert [answer[:5] for answer in answers] == [b"AR|1|"] * 3
    assert await rows(database, messages) == []


async def test_the_messages_of_one_kafka_record_are_all_applied(
    door: Door, database: Database, clock: SettableClock, kafka_bootstrap: str
) -> None:
    await ensure_topics(kafka_bootstrap, [Topic(TOPIC_ADT_INTAKE, 1, 1)])
    two = er7(control_id="K1") + er7(control_id="K2", mrn="H2", visit="V2")
    torn = er7(control_id="K3") + b"\x0b" + er7(control_id="K4")
    stop = asyncio.Event()
    for raw in (two, torn, er7(control_id="K5", processing_id="T"), b"PID|1"):
        await produce(kafka_bootstrap, TOPIC_ADT_INTAKE, "x", raw, {"content-type": "text/plain"})
    running = asyncio.ensure_future(kafka_intake(kafka_bootstrap, door)(stop))
    try:
        async with asyncio.timeout(60):
            while len(await rows(database, messages)) < 3 or len(await rows(database, rejects)) < 2:  # noqa: ASYNC110  # seen from outside
                await asyncio.sleep(0.1)
    finally:
        stop.set()
        await running
    while (await interpret_waiting(database, TRUST, clock.now())).messages:
        pass
    kept = sorted((row.control_id, row.outcome, row.answer) for row in await rows(database, messages))
    assert kept == [("", "quarantined", ""), ("K1", "applied", ""), ("K2", "applied", "")]
    refused = await rows(database, rejects)
    assert sorted((row.reason, bytes(row.raw) == torn, row.control_id, row.answer) for row in refused) == [
        ("batch", True, "K3", ""),
        ("processing-id", False, "K5", ""),
    ]


@pytest.mark.parametrize(
    ("trailers", "noted"),
    [
        (b"BTS|2\rFTS|1\r", []),
        (b"BTS\rFTS\r", []),
        (b"BTS|3\rFTS|1\r", [("batch-count", "PAS", TRUST, "")]),
        (b"BTS|2\rFTS|2\r", [("batch-count", "PAS", TRUST, "")]),
    ],
)
async def test_of_a_batch_by_kafka_that_says_another_number_it_is_noted_and_its_messages_are_kept(
    door: Door, database: Database, trailers: bytes, noted: list[tuple[str, ...]]
) -> None:
    batch = b"FHS|^~\\&|X\rBHS|^~\\&|X\r" + er7(control_id="K1") + er7(control_id="K2", mrn="H2", visit="V2") + trailers
    record = IntakeRecord("t", 0, 0, door.clock.now(), None, None, {}, batch)
    await keep_records(door, [record, record])
    assert [row.control_id for row in await rows(database, messages)] == ["K1", "K2"]
    refused = await rows(database, rejects)
    assert [(row.reason, row.sending_application, row.trust, row.answer) for row in refused] == noted
    assert [row.times for row in refused] == [2] * len(noted)


@pytest.mark.parametrize("kind", ["application/hl7-v2", "application/hl7-v2+er7", "text/plain"])
async def test_the_answer_comes_in_the_type_that_was_sent(house: House, kind: str) -> None:
    async with house.caller(Role.INTAKE) as pas:
        answered = await pas.post("/messages", content=er7(), headers={"content-type": f"{kind}; charset=utf-8"})
    assert answered.headers["content-type"].partition(";")[0] == kind


async def test_a_token_of_a_trust_nobody_set_up_is_told_so_and_nothing_is_kept(house: House) -> None:
    async with house.caller(Role.INTAKE, trust="NOPE") as stranger:
        for path, given in (("/messages", {"content": er7(), "headers": ER7}), ("/adt-events", {"json": EVENT})):
            answered = await stranger.post(path, **given)  # type: ignore[arg-type]
            assert (answered.status_code, answered.json()["type"].rpartition(":")[2]) == (403, "trust-not-set-up")
    assert await rows(house.database, messages) == []


def _wanting(wanted: bytes, control_id: str, processing_id: str = "P") -> bytes:
    """A message whose MSH-15 and MSH-16 say which answers are wanted."""
    marked = f"|{processing_id}|2.4".encode()
    return er7(control_id=control_id, processing_id=processing_id).replace(marked, marked + b"|||" + wanted, 1)


async def test_the_client_waits_for_no_answer_that_is_not_asked_for(
    door: Door, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.mllp_client.SILENT_SECONDS", 0.5)
    sent = [
        _wanting(b"NE|NE", "1"),
        _wanting(b"AL|NE", "2"),
        _wanting(b"ER|ER", "3"),
        _wanting(b"ER|ER", "4", "T"),
        er7(control_id="5"),
    ]
    async with listening(door) as port:
        link = await Link.open("127.0.0.1", port)
        codes = [await link.ask(raw) for raw in sent]
        link.close()
    assert codes == ["-", "CA", "-", "CR", "AA"]
    assert {row.control_id for row in await rows(database, messages)} == {"1", "2", "3", "5"}
