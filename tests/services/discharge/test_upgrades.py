"""A database with cases in it goes back by a revision and comes forward again: nothing of what it holds is lost."""

from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, select, text

from migrations.upgrade import configuration, upgrade
from services.discharge.handlers.clock import decide
from services.discharge.store import cover
from services.discharge.tables.cases import cases
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.contracts.encounters import Location
from shared.contracts.roles import Role
from shared.database import Database
from shared.database.tending import tend
from tests.servers.databases import Held
from tests.services.discharge.door import BASE, door
from tests.services.discharge.riverside import HOUR, MONDAY, TRUST, after, case_id_of, case_of, hear, left, set_up, stay

BEFORE = "discharge@discharge_0006"
BEFORE_MAPPINGS = "discharge@discharge_0009"
BEFORE_WHEREABOUTS = "discharge@discharge_0014"


@pytest.fixture
def held() -> Held:
    """None: migrations make them."""
    return Held()


def _back(connection: Connection) -> list[float]:
    """Take the newest revision back; the weights of the cases as they then stand."""
    command.downgrade(configuration(connection), BEFORE)
    found = [row[0] for row in connection.execute(text("SELECT weight FROM discharge_cases ORDER BY weight"))]
    connection.rollback()
    return found


async def _carried(database: Database) -> float:
    async with database.reading() as reading:
        return sum((await cover.caseload(reading, TRUST, ["asha", "ben", "cara"])).load.values())


async def test_what_cases_weigh_goes_back_and_forth(database_url: str, tmp_path: Path) -> None:
    await tend(database_url, upgrade)
    database = await Database.open(database_url)
    await set_up(database)
    at_the_door = door(database, tmp_path / "keys")
    await hear(database, stay(1), stay(2))
    case_id = await case_id_of(database, 1)
    async with at_the_door.as_("asha") as asha:
        assert (await asha.post(f"{BASE}/cases/{case_id}/pathway", json={"pathway": "P3"})).status_code == 200
    before = await _carried(database)
    assert before == 4.0
    await database.close()
    assert await tend(database_url, _back) == [1.0, 3.0]
    await tend(database_url, upgrade)
    database = await Database.open(database_url)
    assert await _carried(database) == before
    await database.close()


def _back_before_mappings(connection: Connection) -> list[str]:
    """Take the table of mappings back; the codes that the setup file says, as they then stand."""
    command.downgrade(configuration(connection), BEFORE_MAPPINGS)
    found = [row[0] for row in connection.execute(text("SELECT code FROM discharge_ward_codes ORDER BY code"))]
    connection.rollback()
    return found


async def test_a_database_with_people_at_an_unknown_code_takes_mappings(database_url: str, tmp_path: Path) -> None:
    await tend(database_url, upgrade)
    database = await Database.open(database_url)
    await set_up(database)
    await hear(database, stay(1), stay(2, ward="W9"))
    await database.close()
    assert await tend(database_url, _back_before_mappings) == ["TH", "W1", "W2", "W3", "W4"]
    await tend(database_url, upgrade)
    database = await Database.open(database_url)
    async with door(database, tmp_path / "keys").as_("kim", Role.ADMINISTRATOR) as kim:
        body = {"code": "W9", "ward_id": "w2", "valid_from": "2026-05-01"}
        assert (await kim.put(f"{BASE}/hospital/ward-mappings/m-1", json=body)).status_code == 201
        listed = (await kim.get(f"{BASE}/hospital/unmapped-ward-codes")).json()
    assert listed == {"items": []}
    async with database.reading() as reading:
        due = await timers.due(reading, timers_table, MONDAY, 10)
    await decide(database, due, MONDAY)
    named = [(await case_of(database, number)).holding for number in (1, 2)]
    assert [held and held.coordinator_id for held in named] == ["asha", "cara"]
    await database.close()


def _back_before_whereabouts(connection: Connection) -> None:
    command.downgrade(configuration(connection), BEFORE_WHEREABOUTS)
    connection.rollback()


async def _place_told_at(database: Database) -> dict[str, datetime | None]:
    async with database.reading() as reading:
        rows = await reading.rows(select(cases.c.encounter_id, cases.c.place_told_at))
    return {row.encounter_id: row.place_told_at for row in rows}


async def test_when_a_place_was_last_told_is_found_on_the_timelines_there_are(database_url: str) -> None:
    await tend(database_url, upgrade)
    database = await Database.open(database_url)
    await set_up(database)
    await hear(database, stay(1), stay(2), stay(3))
    await hear(database, after(stay(1), location=Location(ward_code="W2", bed="1")), at=MONDAY + HOUR)
    await hear(database, left(stay(2), MONDAY + HOUR), at=MONDAY + HOUR)
    await hear(database, after(stay(2), version=3), at=MONDAY + 2 * HOUR)
    told = {"stay-1": MONDAY + HOUR, "stay-2": MONDAY + 2 * HOUR, "stay-3": None}
    assert await _place_told_at(database) == told
    await database.close()
    await tend(database_url, _back_before_whereabouts)
    await tend(database_url, upgrade)
    database = await Database.open(database_url)
    assert await _place_told_at(database) == told
    await database.close()
