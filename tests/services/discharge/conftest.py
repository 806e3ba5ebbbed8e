"""Riverside on a real database of each kind."""

from pathlib import Path

import pytest
from hypothesis import settings

from services.discharge.tables import cases as case_tables
from services.discharge.tables import metadata
from shared.database import Database
from tests.servers.databases import Held
from tests.services.discharge.door import Door, door
from tests.services.discharge.riverside import hear, set_up, stay
from tests.services.discharge.specialists import specialists

settings.register_profile("long", max_examples=1600)
"""With `--hypothesis-profile=long` the tests that make days and hospitals up make sixteen times as many."""

__all__ = ["at_the_door", "riverside_database"]


@pytest.fixture
def held(request: pytest.FixtureRequest) -> Held:
    assert case_tables.cases.metadata is metadata
    return Held((metadata,), set_up if "riverside_database" in request.fixturenames else None)


@pytest.fixture
def riverside_database(any_database: Database) -> Database:
    """Riverside set up, with no case yet."""
    return any_database


@pytest.fixture
def at_the_door(riverside_database: Database, tmp_path: Path) -> Door:
    """Discharge's front door on Riverside."""
    return door(riverside_database, tmp_path / "keys")


@pytest.fixture
async def ward_one(at_the_door: Door) -> Door:
    """Somebody on a ward of North, where a mental health liaison nurse is on the rota."""
    await set_up(at_the_door.database, specialists())
    await hear(at_the_door.database, stay())
    return at_the_door
