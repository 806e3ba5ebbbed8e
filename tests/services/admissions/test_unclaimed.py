"""Several trusts and one intake topic: what no trust claims holds nothing up, is not lost and is shown to no other."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Row, select

from services.admissions import schedules
from services.admissions.handlers import receive
from services.admissions.handlers.answer import Door
from services.admissions.handlers.claiming import give_claimed
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.handlers.setup import set_up
from services.admissions.model import Feed, Sender
from services.admissions.schedules import Interpreter
from services.admissions.store import unclaimed
from services.admissions.subscriptions import kafka_intake, keep_records
from services.admissions.tables import messages, metadata, rejects
from shared.clock import SettableClock
from shared.contracts.envelope import TOPIC_ADT_INTAKE
from shared.database import Database, DatabaseUnavailable
from shared.eventlog.intake import IntakeRecord
from shared.eventlog.kafka import ensure_topics
from shared.eventlog.topics import Topic
from tests.processes.topics import produce
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_doors import listening, told

NOW = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
OTHER = "RZZ"
POISON = b"\x00\xff poison"
BAD_JSON = b'{"trigger": NaN}'
HL7, JSON = "x-application/hl7-v2+er7", "application/json"


def of(facility: str, control_id: str, **more: str) -> bytes:
    return er7(control_id=control_id, **more).replace(b"|RXX|", f"|{facility}|".encode())


def record(value: bytes, content_type: str = HL7) -> IntakeRecord:
    return IntakeRecord(TOPIC_ADT_INTAKE, 0, 0, NOW, None, content_type, {}, value)


async def named(database: Database, trust: str, *senders: Sender) -> None:
    async with database.transaction() as tx:
        await set_up(tx, trust, NOW, {one: Feed("feed", one[2]) for one in senders})


@pytest.fixture(autouse=True)
def looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read of the trusts is read again for each message."""
    monkeypatch.setattr(receive, "KNOWN_SECONDS", 0.0)


async def two_trusts(database: Database, by: str = "") -> None:
    await named(database, TRUST, (by, "PAS", TRUST))
    await named(database, OTHER, (by, "PAS", OTHER))


async def rows(database: Database, table: Any) -> list[Row[Any]]:
    async with database.reading() as reading:
        return await reading.rows(select(table).order_by(table.c.control_id, table.c.trust, table.c.id))


async def whose(database: Database, table: Any = messages) -> list[tuple[str, str]]:
    return [(row.control_id, row.trust) for row in await rows(database, table)]


async def interpreted(database: Database) -> list[tuple[str, str, str]]:
    for trust in (TRUST, OTHER):
        while (await interpret_waiting(database, trust, NOW)).messages:
            pass
    return [(row.control_id, row.trust, row.outcome) for row in await rows(database, messages)]


@pytest.mark.parametrize(
    "odd", [record(POISON), record(BAD_JSON, JSON), record(of("ELSEWHERE", ""))], ids=["no MSH", "bad JSON", "unnamed"]
)
async def test_what_no_trust_claims_is_kept_for_nobody_and_its_neighbours_for_whom_they_are(
    door: Door, database: Database, odd: IntakeRecord
) -> None:
    await two_trusts(database)
    for _ in range(2):
        await keep_records(door, [record(of(TRUST, "1")), odd, record(of(OTHER, "2"))])
    assert await interpreted(database) == [("", "", "waiting"), ("1", TRUST, "applied"), ("2", OTHER, "applied")]
    assert [row.repeats for row in await rows(database, messages)] == [1, 1, 1]


async def test_a_sender_named_later_gets_all_it_sent_each_once(door: Door, database: Database) -> None:
    await two_trusts(database)
    first, second, training = of("NEW", "1"), of("NEW", "2"), of("NEW", "T", processing_id="T")
    await keep_records(door, [record(one) for one in (first, second, training, of("OLD", "3"), POISON)])
    assert await whose(database, rejects) == [("T", "")]
    assert await give_claimed(database) == 0
    await named(database, OTHER, ("", "PAS", OTHER), ("", "PAS", "NEW"))
    await keep_records(door, [record(first), record(training)])  # again, before what is nobody's was given away
    assert await give_claimed(database) == 3
    assert await give_claimed(database) == 0
    assert await interpreted(database) == [
        ("", "", "waiting"),
        ("1", OTHER, "applied"),
        ("2", OTHER, "applied"),
        ("3", "", "waiting"),
    ]
    assert [(row.control_id, row.repeats) for row in await rows(database, messages)] == [
        ("", 0),
        ("1", 1),
        ("2", 0),
        ("3", 0),
    ]
    assert [(row.control_id, row.trust, row.times) for row in await rows(database, rejects)] == [("T", OTHER, 2)]


async def test_more_than_one_transaction_takes_is_given_too(
    door: Door, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unclaimed, "AT_ONCE", 2)
    await two_trusts(database)
    await keep_records(door, [record(of("NEW", str(number))) for number in range(5)])
    await named(database, OTHER, ("", "PAS", "NEW"))
    assert await give_claimed(database) == 5
    assert {trust for _, trust in await whose(database)} == {OTHER}


@pytest.mark.parametrize(
    ("senders", "owner"),
    [
        ({TRUST: "kafka", OTHER: "mllp"}, TRUST),
        ({TRUST: "mllp", OTHER: "kafka"}, OTHER),
        ({TRUST: "kafka", OTHER: ""}, ""),
        ({TRUST: "mllp", OTHER: "mllp"}, ""),
    ],
    ids=str,
)
async def test_what_names_no_sender_is_the_trusts_whose_senders_alone_come_by_that_door(
    door: Door, database: Database, senders: dict[str, str], owner: str
) -> None:
    for trust, by in senders.items():
        await named(database, trust, (by, "PAS", trust))
    await keep_records(door, [record(POISON), record(BAD_JSON, JSON), record(of("ELSEWHERE", "1"))])
    assert await whose(database) == [("", owner), ("", owner), ("1", "")]
    outcome = "quarantined" if owner else "waiting"
    assert await interpreted(database) == [("", owner, outcome)] * 2 + [("1", "", "waiting")]


async def test_while_no_trust_is_set_up_records_wait(any_database: Database, clock: SettableClock) -> None:
    await any_database.create_all(metadata)
    intake = receive.Intake(any_database, deadline=5, woken=lambda: None)
    with pytest.raises(DatabaseUnavailable, match="no trust is set up"):
        await keep_records(Door(intake, clock, "P"), [record(of(TRUST, "1"))])
    assert await rows(any_database, messages) == []
    await intake.close()


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (POISON, b"AR|"),
        (of("ELSEWHERE", "T", processing_id="T"), b"AR|T|"),
        (of("ELSEWHERE", "1"), b"AE|1|not stored: the setup file of no trust here names this sender"),
    ],
    ids=["no MSH", "training", "unnamed"],
)
async def test_over_mllp_what_is_refused_is_refused_whoever_sent_it(
    door: Door, database: Database, sent: bytes, answered: bytes
) -> None:
    await two_trusts(database)
    async with listening(door) as port:
        (said,) = await told(port, [sent])
    assert said.startswith(answered)
    assert await rows(database, messages) == []
    assert [row.trust for row in await rows(database, rejects)] == ([""] if answered.startswith(b"AR") else [])


async def test_through_kafka_poison_and_an_unnamed_sender_hold_up_nobody(
    door: Door, database: Database, kafka_bootstrap: str, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "CLAIM_SECONDS", 0.0)
    await two_trusts(database)
    await ensure_topics(kafka_bootstrap, [Topic(TOPIC_ADT_INTAKE, 1, 1)])
    sent = [(POISON, HL7), (BAD_JSON, JSON), (of("NEW", "1"), HL7), (of(TRUST, "2"), HL7), (of(OTHER, "3"), HL7)]
    for raw, kind in sent:
        await produce(kafka_bootstrap, TOPIC_ADT_INTAKE, "x", raw, {"content-type": kind})
    stop = asyncio.Event()
    interpreter = Interpreter(database, clock, pressed=lambda: False)
    running = [asyncio.ensure_future(kafka_intake(kafka_bootstrap, door)(stop))]
    try:
        await until(database, 5, "waiting")
        assert await whose(database) == [("", ""), ("", ""), ("1", ""), ("2", TRUST), ("3", OTHER)]
        running.append(asyncio.ensure_future(interpreter.run(stop)))
        await until(database, 2, "applied")
        await named(database, OTHER, ("", "PAS", OTHER), ("", "PAS", "NEW"))
        await until(database, 3, "applied")
        await produce(kafka_bootstrap, TOPIC_ADT_INTAKE, "x", of("NEW", "4"), {"content-type": HL7})
        await until(database, 4, "applied")
    finally:
        stop.set()
        await asyncio.gather(*running)
    assert await whose(database) == [("", ""), ("", ""), ("1", OTHER), ("2", TRUST), ("3", OTHER), ("4", OTHER)]


async def until(database: Database, number: int, outcome: str) -> None:
    async with asyncio.timeout(60):
        while [row.outcome for row in await rows(database, messages)].count(outcome) < number:  # noqa: ASYNC110  # seen from outside
            await asyncio.sleep(0.05)
