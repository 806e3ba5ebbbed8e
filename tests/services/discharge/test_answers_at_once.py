"""Two who answer at once over one case, on PostgreSQL: one is heard, the other told, and somebody is always named."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from services.discharge.store import case_files
from services.discharge.tables import metadata
from services.discharge.tables.cases import holdings
from services.discharge.tables.offers import declines
from shared.database import Database
from tests.services.discharge.door import BASE, Door, door
from tests.services.discharge.riverside import TRUST, case_id_of, case_of, hear, set_up, stay
from tests.services.discharge.specialists import answer, needs, shown, specialists, standing
from tests.services.discharge.test_delivery import until_somebody_waits


@pytest.fixture
async def on_postgres(postgres_database: Database, tmp_path: Path) -> Door:
    """Riverside with its specialists where two may really write at once, and somebody on a ward of North."""
    await postgres_database.create_all(metadata)
    await set_up(postgres_database, specialists())
    await hear(postgres_database, stay())
    return door(postgres_database, tmp_path / "keys")


async def test_who_declines_twice_at_once_is_heard_once(on_postgres: Door) -> None:
    path = f"{BASE}/cases/{await case_id_of(on_postgres.database)}/decline"
    async with on_postgres.as_("asha") as asha:
        seen = {"If-Match": '"1"'}
        wishes = (asha.post(path, json={"reason": "A neighbour"}, headers=seen) for _ in range(4))
        told = sorted(one.status_code for one in await asyncio.gather(*wishes))
    assert told == [200, 409, 409, 409]
    case = await case_of(on_postgres.database)
    assert (case.version, case.holding.coordinator_id if case.holding else None) == (2, "ben")
    async with on_postgres.database.reading() as reading:
        assert len(await reading.rows(select(declines.c.number))) == 1
        assert len(await reading.rows(select(holdings.c.number).where(holdings.c.is_current))) == 1


@pytest.mark.parametrize("seen", [{}, {"If-Match": '"1"'}])
async def test_an_offer_is_answered_once(on_postgres: Door, seen: dict[str, str]) -> None:
    await needs(on_postgres, "dementia")
    said = ("join", "take_over", "decline", "join")
    async with on_postgres.database.transaction() as tx:
        await case_files.lock(tx, TRUST, [await case_id_of(on_postgres.database)])
        answering = [asyncio.create_task(answer(on_postgres, "mo", one, headers=seen)) for one in said]
        await until_somebody_waits(on_postgres.database)
    answers = await asyncio.gather(*answering)
    assert sorted(one.status_code for one in answers) == [200, *([412 if seen else 409] * 3)]
    case = await shown(on_postgres)
    status = {"join": "joined", "take_over": "taken_over", "decline": "declined"}
    won = next(status[what] for what, one in zip(said, answers, strict=True) if one.status_code == 200)
    assert standing(case)[0] == (won, "Mo Reid")
    assert case["summary"]["holding"]["coordinator_id"] == ("mo" if won == "taken_over" else "asha")
