"""Riverside on a real database of each kind."""

import pytest

from services.discharge.tables import cases as case_tables
from services.discharge.tables import metadata
from shared.database import Database
from tests.services.discharge.riverside import set_up

__all__ = ["riverside_database"]


@pytest.fixture
async def riverside_database(any_database: Database) -> Database:
    """Riverside set up, with no case yet."""
    assert case_tables.cases.metadata is metadata
    await any_database.create_all(metadata)
    await set_up(any_database)
    return any_database
