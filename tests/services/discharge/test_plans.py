"""What a case costs the database does not grow with the cases there are, nor with those that are heard at once."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy import select, text

from migrations.upgrade import upgrade
from services.discharge.handlers.clock import decide
from services.discharge.model.hospital import (
    ClusterId,
    RotaPattern,
    Setup,
    StaffId,
    StaffMember,
    Ward,
    WardCluster,
    WardId,
    WardKind,
)
from services.discharge.store.case_files import LOOK
from services.discharge.tables.cases import cases, holdings
from services.discharge.tables.cases import timers as timer_table
from shared.contracts.encounters import Location
from shared.contracts.roles import Role
from shared.database import Database
from shared.database.tending import tend
from shared.timers import Timer
from tests.servers.asked import Asked, asked_of
from tests.servers.databases import Held
from tests.services.discharge.riverside import DAY, HOUR, MONDAY, TRUST, after, hear, left, riverside, set_up, stay

FILLED = 2_000
WARDS = 100
AT_ONCE = 20


@pytest.fixture
def held() -> Held:
    """None: migrations make them."""
    return Held()


def large() -> Setup:
    """A hospital of a hundred wards, each a cluster of its own that two people work for."""
    wards = [f"v{number}" for number in range(WARDS)]
    staff = [
        StaffMember(StaffId(f"{ward}-{one}"), one, "HSW", frozenset({Role.SOCIAL_WORKER}), (ClusterId(ward),))
        for ward in wards
        for one in ("early", "late")
    ]
    return replace(
        riverside(),
        wards=tuple(Ward(WardId(one), one, "main", WardKind.INPATIENT, (one.upper(),)) for one in wards),
        clusters=tuple(WardCluster(ClusterId(one), one, (WardId(one),)) for one in wards),
        staff=tuple(staff),
        rota=tuple(RotaPattern(one.id, one.clusters[0], frozenset(range(7)), time(8), time(20)) for one in staff),
    )


@pytest.fixture
async def filled(database_url: str) -> AsyncGenerator[Database]:
    """Thousands of cases, one co-ordinator who has held every one of them once, and a planner that knows of few."""
    await tend(database_url, lambda connection: upgrade(connection, ("discharge",)))
    database = await Database.open(database_url)
    await set_up(database, large())
    await _hear_from(database, range(AT_ONCE))
    if database.dialect == "postgresql":
        async with database.transaction() as tx:
            for table in (cases, holdings, timer_table):
                await tx.execute(text(f"ALTER TABLE {table.name} SET (autovacuum_enabled = false)"))
            await tx.execute(text("ANALYZE"))
    for first in range(AT_ONCE, FILLED, 500):
        await _hear_from(database, range(first, min(first + 500, FILLED)))
    async with database.transaction() as tx:
        rows = await tx.rows(select(holdings))
        held_once: dict[str, object] = {
            "number": 99,
            "is_current": False,
            "ended_at": MONDAY,
            "coordinator_id": "v5-early",
        }
        await tx.insert_many(holdings, [dict(zip(holdings.c.keys(), row, strict=True)) | held_once for row in rows])
    await database.close()
    database = await Database.open(database_url)
    await hear(database, stay(FILLED, ward="V1"))
    yield database
    await database.close()


async def _hear_from(database: Database, numbers: Iterable[int]) -> None:
    assert await hear(database, *(stay(number, ward=_ward(number)) for number in numbers)) == []


def _ward(number: int) -> str:
    return f"V{number % WARDS}"


async def _opens(database: Database, numbers: Sequence[int]) -> None:
    await _hear_from(database, [FILLED + number for number in numbers])


async def _moves(database: Database, numbers: Sequence[int]) -> None:
    moved = [after(stay(one, ward=_ward(one)), location=Location(ward_code=_ward(one + 5))) for one in numbers]
    assert await hear(database, *moved, at=MONDAY + HOUR) == []


async def _leaves(database: Database, numbers: Sequence[int]) -> None:
    gone = [left(stay(one, ward=_ward(one), version=2), MONDAY + HOUR) for one in numbers]
    assert await hear(database, *gone, at=MONDAY + 2 * HOUR) == []


async def _is_looked_at(database: Database, numbers: Sequence[int]) -> None:
    async with database.reading() as reading:
        found = await reading.rows(
            select(cases.c.case_id).where(
                cases.c.trust == TRUST, cases.c.encounter_id.in_([f"stay-{number}" for number in numbers])
            )
        )
    assert len(found) == len(numbers)
    at = MONDAY + 3 * DAY
    await decide(database, [Timer(LOOK, row.case_id, at) for row in found], at)


ACTS: dict[str, Callable[[Database, Sequence[int]], Awaitable[None]]] = {
    "opens and is named": _opens,
    "moves to another cluster": _moves,
    "goes home": _leaves,
    "is looked at again": _is_looked_at,
}


async def _asked(database: Database, numbers: Sequence[int]) -> dict[str, Asked]:
    found: dict[str, Asked] = {}
    for name, act in ACTS.items():
        await act(database, [numbers[-1] + 50])  # the hospital, as at that time, is read once for all cases
        async with asked_of(database) as asked:
            await act(database, numbers)
        found[name] = asked
    return found


async def test_a_case_goes_through_what_concerns_it(filled: Database) -> None:
    asked = await _asked(filled, [5])
    assert {name: one.more_than(FILLED // 2) for name, one in asked.items()} == {name: {} for name in ACTS}


async def test_twenty_cases_cost_as_many_statements_as_one(filled: Database) -> None:
    one, twenty = await _asked(filled, [5]), await _asked(filled, range(10, 10 + AT_ONCE))
    assert {name: len(asked.statements) for name, asked in one.items()} == {
        name: len(asked.statements) for name, asked in twenty.items()
    }
    assert len(one["opens and is named"].statements) <= 13
