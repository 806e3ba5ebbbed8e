"""An admissions service on a real database, and fictional messages to send it."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from services.admissions.handlers.answer import Door
from services.admissions.handlers.receive import Intake
from services.admissions.handlers.setup import set_up
from services.admissions.tables import metadata
from shared.clock import SettableClock
from shared.database import Database
from tests.servers.databases import Held
from tests.services.admissions.hospital import TRUST

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def held(request: pytest.FixtureRequest) -> Held:
    return Held((metadata,), _one_trust if "database" in request.fixturenames else None)


async def _one_trust(database: Database) -> None:
    async with database.transaction() as tx:
        await set_up(tx, TRUST, START, {})


@pytest.fixture
def database(any_database: Database) -> Database:
    """Admissions' tables, with one trust set up; on each kind of database in turn."""
    return any_database


@pytest_asyncio.fixture
async def clock() -> SettableClock:
    return SettableClock(START)


@pytest_asyncio.fixture
async def door(database: Database, clock: SettableClock) -> AsyncGenerator[Door]:
    """A door with an intake behind it."""
    intake = Intake(database, deadline=5, woken=lambda: None)
    yield Door(intake, clock, "P")
    await intake.close()
