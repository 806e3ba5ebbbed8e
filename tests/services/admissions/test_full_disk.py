"""A disk that fills while messages come: each sender is told, and whoever runs Homeward is told once."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest_asyncio
from sqlalchemy import event, func, select, text
from structlog.testing import capture_logs

from services.admissions.handlers.answer import Answered, Door, answer
from services.admissions.handlers.receive import Intake
from services.admissions.handlers.setup import set_up
from services.admissions.tables import messages, metadata
from shared.clock import SettableClock
from shared.database import Database
from tests.services.admissions.conftest import START
from tests.services.admissions.hospital import TRUST, er7


@pytest_asyncio.fixture
async def door(sqlite_database: Database) -> AsyncGenerator[Door]:
    await sqlite_database.create_all(metadata)
    async with sqlite_database.transaction() as tx:
        await set_up(tx, TRUST, START, {})
    intake = Intake(sqlite_database, deadline=5, woken=lambda: None)
    yield Door(intake, SettableClock(START), "P")
    await intake.close()


@asynccontextmanager
async def _no_room(database: Database) -> AsyncGenerator[None]:
    """Let the file not grow, whichever connection writes it: SQLite then says what it says of a full disk."""
    writers = database._writers.sync_engine

    def limit(connection: Any, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    async with database.transaction() as tx:
        await tx.value(text("PRAGMA max_page_count = 1"))
    event.listen(writers, "connect", limit)
    yield
    event.remove(writers, "connect", limit)


async def _sent(door: Door, number: int) -> Answered:
    raw = er7(control_id=str(number)) + b"NTE|1||" + b"x" * 100_000 + b"\r"
    return await answer(door, raw, feed="mllp", received_at=START)


async def test_each_sender_is_told_and_the_log_says_it_once(door: Door) -> None:
    with capture_logs() as logs:
        async with _no_room(door.intake._database):
            refused = [await _sent(door, number) for number in range(5)]
        taken = await _sent(door, 5)
    codes = [one.acknowledgement.split(b"\r")[1][4:6] for one in (*refused, taken) if one.acknowledgement]
    assert codes == [b"AE"] * 5 + [b"AA"]
    said = [(one["event"], one.get("why"), one.get("not_stored")) for one in logs]
    assert said == [
        ("intake_cannot_store", "the disk is full (SQLITE_FULL)", None),
        ("intake_stores_again", None, 5),
    ]
    async with door.intake._database.reading() as reading:
        assert await reading.value(select(func.count()).select_from(messages)) == 1
