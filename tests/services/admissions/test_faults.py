"""Nothing that was accepted is lost and nothing is kept twice, whatever the database does meanwhile."""

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Generator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url, select

from services.admissions.arrivals import of_er7
from services.admissions.handlers import keeping
from services.admissions.handlers.answer import Answered, Door, answer
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.handlers.keeping import NotStored
from services.admissions.handlers.receive import Intake
from services.admissions.handlers.setup import set_up
from services.admissions.subscriptions import keep_records
from services.admissions.tables import messages, metadata
from shared.clock import SettableClock
from shared.database import Database, DatabaseUnavailable
from shared.eventlog.intake import IntakeRecord
from stack import postgres
from tests.services.admissions.conftest import START
from tests.services.admissions.hospital import MRN, TRUST, er7

HEADING = ("sending_application", "sending_facility", "control_id")
NOW = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)


async def send(door: Door, control_id: str) -> Answered:
    return await answer(door, er7(control_id=control_id), feed="mllp", received_at=NOW)


def code(answered: Answered) -> str:
    return "" if answered.acknowledgement is None else answered.acknowledgement.split(b"\r")[1].split(b"|")[1].decode()


async def control_ids(database: Database) -> list[str]:
    async with database.reading() as reading:
        return sorted(row.control_id for row in await reading.rows(select(messages.c.control_id)))


async def prepared(database: Database) -> Database:
    await database.create_all(metadata)
    async with database.transaction() as tx:
        await set_up(tx, TRUST, START, {})
    return database


async def admin(url: str) -> asyncpg.Connection:
    server = make_url(url).set(drivername="postgresql", database="postgres")
    return await asyncpg.connect(server.render_as_string(hide_password=False))


async def test_links_lost_again_and_again_lose_no_message(
    postgres_database: Database, postgres_url: str, clock: SettableClock
) -> None:
    database = await prepared(postgres_database)
    door = Door(Intake(database, deadline=10, woken=lambda: None), clock, "P")
    killer = await admin(postgres_url)
    accepted: list[str] = []
    running = True

    async def link(number: int) -> None:
        for turn in range(40):
            control_id = f"{number}-{turn}"
            while code(await send(door, control_id)) != "AA":  # noqa: ASYNC110  # a sender pauses before it tries again
                await asyncio.sleep(0.01)
            accepted.append(control_id)

    async def kill() -> None:
        while running:
            await killer.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                make_url(postgres_url).database,
            )
            await asyncio.sleep(0.05)

    killing = asyncio.create_task(kill())
    await asyncio.gather(*(link(number) for number in range(8)))
    running = False
    await killing
    await killer.close()
    await door.intake.close()
    assert await control_ids(database) == sorted(accepted)
    assert len(accepted) == 320


@pytest.fixture
def folder() -> Generator[Path]:
    """A folder that the user of a database server can reach."""
    made = Path(tempfile.mkdtemp(prefix="homeward-postgres-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


async def test_a_database_that_is_gone_is_told_and_forgiven(folder: Path, clock: SettableClock) -> None:
    server = await asyncio.to_thread(postgres.start, folder, durable=True)
    database = await prepared(await Database.open(server.url()))
    door = Door(Intake(database, deadline=10, woken=lambda: None), clock, "P")
    try:
        assert code(await send(door, "before")) == "AA"
        await asyncio.to_thread(postgres.kill, server)
        gone = await asyncio.gather(*(send(door, f"gone-{number}") for number in range(3)))
        assert [code(one) for one in gone] == ["AE"] * 3
        with pytest.raises(DatabaseUnavailable):
            await interpret_waiting(database, TRUST, START)
        server = await asyncio.to_thread(postgres.start, folder, server.port, durable=True)
        back = await asyncio.gather(*(send(door, f"gone-{number}") for number in range(3)))
        assert [code(one) for one in back] == ["AA"] * 3
        assert await control_ids(database) == ["before", "gone-0", "gone-1", "gone-2"]
    finally:
        await door.intake.close()
        await database.close()
        await asyncio.to_thread(postgres.kill, server)


async def test_an_answer_is_never_late(database: Database, clock: SettableClock) -> None:
    """While nothing can be committed the deadline passes: the link is closed, and sending again is right."""
    door = Door(Intake(database, deadline=0.2, woken=lambda: None), clock, "P")
    await door.intake.learn()
    async with database.transaction() as tx:
        await tx.insert_many(messages, [_row("1")])
        late = await send(door, "1")
    assert late.fate == NotStored(late=True)
    assert late.acknowledgement is None
    await door.intake.close()
    again = Door(Intake(database, deadline=10, woken=lambda: None), clock, "P")
    assert code(await send(again, "1")) == "AA"
    assert await control_ids(database) == ["1"]
    await again.intake.close()


def _row(control_id: str) -> dict[str, object]:
    """The row another process is just inserting for the same message."""
    one = of_er7(er7(control_id=control_id), trust=TRUST, feed="mllp", received_at=NOW, processing_id="P")
    names = ("trust", "feed", *HEADING, "sha256", "content_type", "trigger", "raw", "received_at")
    return {"id": "another", "answer": "AA", **{name: getattr(one, name) for name in names}}


async def test_a_message_the_database_refuses_harms_no_neighbour(
    door: Door, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Content cannot do it; a defect might. The group is split until the culprit stands alone."""

    def refusing(plain: Callable[..., Awaitable[int]]) -> Callable[..., Awaitable[int]]:
        async def keep(into: object, arrivals: list[object], answers: dict[str, str]) -> int:
            if any(getattr(one, "control_id", "") == "13" for one in arrivals):
                raise ValueError("cannot be kept")
            return await plain(into, arrivals, answers)

        return keep

    for name in ("keep", "keep_alone"):
        monkeypatch.setattr(keeping.store, name, refusing(getattr(keeping.store, name)))
    codes = [code(one) for one in await asyncio.gather(*(send(door, str(number)) for number in range(40)))]
    assert codes == ["AE" if number == 13 else "AA" for number in range(40)]
    assert len(await control_ids(database)) == 39


def record(value: bytes, content_type: str | None) -> IntakeRecord:
    return IntakeRecord("homeward.adt-intake.v1", 0, 0, NOW, None, content_type, {}, value)


async def test_the_intake_topic_takes_either_kind_and_keeps_poison(door: Door, database: Database) -> None:
    event = (
        b'{"control_id":"J","sending_application":"PAS","sending_facility":"RXX","trigger":"A01",'
        b'"recorded_at":"2026-03-02T09:00:00Z","person":{"mrn":"H9","mrn_issuer":"RXX"},"patient_class":"I"}'
    )
    records = [
        record(er7(control_id="1"), "x-application/hl7-v2+er7"),
        record(event, "application/json; charset=utf-8"),
        record(b"\x00\xff poison", "x-application/hl7-v2+er7"),
        record(b'{"trigger": NaN}', "application/json"),
        record(b"", None),
        record(er7(control_id="1"), None),
    ]
    for _ in range(2):
        await keep_records(door, records)
        while (await interpret_waiting(database, TRUST, NOW)).messages:
            pass
    async with database.reading() as reading:
        rows = await reading.rows(select(messages).order_by(messages.c.id))
    assert sorted((row.control_id, row.outcome, row.repeats) for row in rows) == [
        ("", "quarantined", 1),
        ("", "quarantined", 1),
        ("", "quarantined", 1),
        ("1", "applied", 3),
        ("J", "applied", 1),
    ]


async def test_nothing_of_the_patient_is_logged(
    door: Door, database: Database, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for number, raw in enumerate((er7(), er7(mrn=""), er7("Z99"), er7().replace(b"FICTION", b"\xff"), b"FICTION")):
        await answer(door, raw.replace(b"|1|P|", b"|%d|P|" % number), feed="mllp", received_at=NOW)
    while (await interpret_waiting(database, TRUST, NOW)).messages:
        pass
    ours = [line for line in caplog.messages if not line.startswith(("executing", "operation", "returning"))]
    said = "".join(capsys.readouterr()) + "".join(ours)
    assert MRN not in said
    assert "FICTION" not in said
