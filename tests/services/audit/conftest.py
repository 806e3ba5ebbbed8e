"""An owner's audit tables on a real database of each kind, and who does things."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from shared import audit
from shared.callers import Caller
from shared.contracts.roles import Role
from shared.database import Database

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANN = Caller("person", "ann", "Ann Lee", frozenset({Role.LEAD, Role.SOCIAL_WORKER}), "RZZ", (), "s1")


async def trail_in(database: Database, keys: Path, owner: str = "ward") -> audit.Trail:
    """The tables of an owner, made, and the key."""
    metadata = MetaData()
    tables = audit.make(owner, metadata), audit.make_seals(owner, metadata)
    await database.create_all(metadata)
    return audit.open_trail(*tables, audit.ensure_key(keys))


@pytest.fixture
async def trail(any_database: Database, tmp_path: Path) -> audit.Trail:
    return await trail_in(any_database, tmp_path)


async def record(database: Database, trail: audit.Trail, many: int, after: timedelta = timedelta(0)) -> None:
    """`many` reads, a second apart."""
    for number in range(many):
        act = audit.Act("case-read", [f"case-{number}"], AT + after + timedelta(seconds=number))
        await audit.record_read(database, trail, ANN, act)
