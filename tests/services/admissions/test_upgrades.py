"""A database with messages in it goes back by a revision and comes forward again: what feeds sent is counted anew."""

from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import Connection

from migrations.upgrade import configuration, upgrade
from services.admissions.handlers.answer import Door, answer
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.handlers.receive import Intake
from services.admissions.handlers.setup import set_up
from services.admissions.store import feed_counts
from shared.clock import SettableClock
from shared.database import Database
from shared.database.tending import tend
from tests.servers.databases import Held
from tests.services.admissions.hospital import TRUST, er7

BEFORE = "admissions@admissions_0006"
SENDER = ("mllp", "PAS", TRUST)


@pytest.fixture
def held() -> Held:
    """None: migrations make them."""
    return Held()


def _back(connection: Connection) -> None:
    command.downgrade(configuration(connection), BEFORE)


async def _send(database: Database, clock: SettableClock) -> None:
    """Four messages in three hours, the first too long ago to be counted by hour; the last is not read yet."""
    intake = Intake(database, deadline=5, woken=lambda: None)
    door, now = Door(intake, clock, "P"), clock.now()
    for number, ago in enumerate((timedelta(weeks=9), timedelta(hours=3), timedelta(hours=2), timedelta(0))):
        clock.set(now - ago)
        if number == 3:
            await interpret_waiting(database, TRUST, now)
        raw = er7(control_id=str(number), mrn="" if number == 2 else "H1000001")
        await answer(door, raw, feed="mllp", received_at=clock.now())
    await intake.close()


async def _counted(database: Database) -> tuple[list[tuple[int, ...]], dict[datetime, int]]:
    async with database.reading() as reading:
        rows = await feed_counts.totals(reading, TRUST)
        hours = (await feed_counts.hours_of(reading, TRUST, [SENDER]))[SENDER]
    return sorted((row.applied, row.no_effect, row.quarantined, row.waiting) for row in rows), hours


async def test_what_feeds_sent_before_is_counted(database_url: str) -> None:
    await tend(database_url, upgrade)
    database, now = await Database.open(database_url), datetime.now(UTC)
    async with database.transaction() as tx:
        await set_up(tx, TRUST, now, {})
    await _send(database, SettableClock(now))
    before, hours = await _counted(database)
    lately = {hour: number for hour, number in hours.items() if hour > now - timedelta(weeks=5)}
    assert before == [(0, 0, 0, 1), (2, 0, 1, 0)]
    assert sorted(lately.values()) == [1, 1]
    await database.close()
    await tend(database_url, _back)
    await tend(database_url, upgrade)
    database = await Database.open(database_url)
    assert await _counted(database) == (before, lately)
    await database.close()
