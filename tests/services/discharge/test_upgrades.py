"""A database with cases in it goes back by a revision and comes forward again: nothing of what it holds is lost."""

from pathlib import Path

from alembic import command
from sqlalchemy import Connection, text

from migrations.upgrade import configuration, upgrade
from services.discharge.store import cover
from shared.database import Database
from shared.database.tending import tend
from tests.services.discharge.door import BASE, door
from tests.services.discharge.riverside import TRUST, case_id_of, hear, set_up, stay

BEFORE = "discharge@discharge_0006"


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
