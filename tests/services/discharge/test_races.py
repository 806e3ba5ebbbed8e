"""Two at once over one case, on PostgreSQL: whoever comes second decides on what the first left."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.discharge.handlers import acts
from services.discharge.handlers.clock import decide
from services.discharge.handlers.encounters import handle
from services.discharge.model.hospital import ClusterId, WardCluster, WardId
from services.discharge.rules.handing_over import Taker, given
from services.discharge.store import cover
from services.discharge.tables import metadata
from services.discharge.tables.cases import audit_seals, audited
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.audit import open_trail
from shared.callers import Caller
from shared.contracts.encounters import Location
from shared.contracts.roles import Role
from shared.database import Database
from shared.timers import Timer
from tests.services.discharge.door import BASE, Door, door
from tests.services.discharge.riverside import (
    DAY,
    HOUR,
    MONDAY,
    TRUST,
    after,
    case_id_of,
    case_of,
    event,
    hear,
    riverside,
    set_up,
    stay,
)
from tests.services.discharge.test_delivery import until_somebody_waits

LENA = Caller("person", "lena", "Lena Wolf", frozenset({Role.LEAD}), TRUST, ("north",), "s-1")


@pytest.fixture
async def on_postgres(postgres_database: Database, tmp_path: Path) -> Door:
    """Riverside where two may really write at once."""
    await postgres_database.create_all(metadata)
    await set_up(postgres_database)
    return door(postgres_database, tmp_path / "keys")


async def _due(database: Database, at: datetime) -> list[Timer]:
    async with database.reading() as reading:
        return await timers.due(reading, timers_table, at, 10)


async def test_the_clock_leaves_a_case_that_came_to_another_cluster_meanwhile(on_postgres: Door):
    """The move is told in time for the case to be due all the same, and nothing was set up anew meanwhile."""
    database, at = on_postgres.database, MONDAY + DAY
    told = at - timedelta(minutes=5)
    await hear(database, stay())
    await hear(database, stay(2, "W9"), at=told)
    due = [one for one in await _due(database, at) if one.subject == await case_id_of(database)]
    assert len(due) == 1
    async with database.transaction() as tx:
        await cover.lock_clusters(tx, TRUST, ["north", "south"])
        looking = asyncio.create_task(decide(database, due, at))
        await until_somebody_waits(database)
        await handle(tx, [event(after(stay(), location=Location(ward_code="W2", bed="1")))], told)
    await looking
    assert (await case_of(database)).version == 2, "its new cluster was not locked: left for the next look"
    assert due[0].subject in {one.subject for one in await _due(database, at)}
    await decide(database, await _due(database, at), at)
    assert (await case_of(database)).version == 3


async def test_the_clock_waits_for_who_names_in_a_cluster_that_nobody_was_named_from_yet(on_postgres: Door):
    database, at = on_postgres.database, MONDAY + HOUR
    await hear(database, stay(ward="W3"))
    south = WardCluster(ClusterId("south"), "South cluster", (WardId("w2"), WardId("w3")))
    others = [one for one in riverside().clusters if one.id != "south"]
    await set_up(database, replace(riverside(), clusters=(*others, south)))
    async with database.transaction() as tx:
        await cover.lock_clusters(tx, TRUST, ["south"])
        looking = asyncio.create_task(decide(database, await _due(database, at), at))
        await until_somebody_waits(database)
        assert (await case_of(database)).holding.coordinator_id is None  # type: ignore[union-attr]
    await looking
    assert (await case_of(database)).holding.coordinator_id == "cara"  # type: ignore[union-attr]


async def test_a_sheet_is_not_given_that_became_another_while_it_was_handed_over(on_postgres: Door):
    database = on_postgres.database
    await hear(database, stay())
    case_id = await case_id_of(database)
    async with on_postgres.as_("asha") as asha:
        edition = (await asha.get(f"{BASE}/cases/{case_id}/sheet")).json()["edition"]
        async with database.transaction() as tx:
            wish = acts.Wish(LENA, case_id, "case-reassigned", MONDAY, re_names=True)
            ben = Taker("ben", "Ben Cole", None)
            await acts.change(
                tx,
                open_trail(audited, audit_seals, b"key"),
                wish,
                lambda file, by: given(file, ben, "He knows her", by),
            )
            giving = asyncio.create_task(
                asha.post(f"{BASE}/cases/{case_id}/sheets", json={"edition": edition, "given_to": "carer"})
            )
            await until_somebody_waits(database)
        answered = await giving
    assert (answered.status_code, answered.json()["type"]) == (409, "urn:homeward:problem:sheet-stale")
