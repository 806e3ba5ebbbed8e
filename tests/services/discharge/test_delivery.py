"""Stays brought to discharge by the real consumer: repeats, late ones, poisoned ones, and two readers at once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text

from services.discharge.handlers.encounters import handle
from services.discharge.handlers.setup import apply
from services.discharge.store import cover
from services.discharge.subscriptions import ENCOUNTERS
from services.discharge.tables import metadata
from services.discharge.tables.cases import holdings, log, past_tasks, timeline
from shared.clock import SettableClock
from shared.contracts.encounters import EncounterState, Location
from shared.database import Database
from shared.eventlog import consumer
from shared.eventlog.events import Delivered, Reader, Taken
from tests.services.discharge.riverside import (
    HOUR,
    MONDAY,
    TRUST,
    after,
    case_of,
    event,
    left,
    riverside,
    set_up,
    stay,
    told,
)


def _reader(database: Database) -> Reader:
    return Reader(database, log, ENCOUNTERS, SettableClock(MONDAY + HOUR))


async def _take(database: Database, *stays: EncounterState) -> Taken:
    """Take a batch as a carrier does: again, when somebody was faster."""
    batch = [Delivered(event(one), 1, no) for no, one in enumerate(stays, 1)]
    while True:
        try:
            return await consumer.take(_reader(database), batch)
        except consumer.Overtaken:
            await asyncio.sleep(0)


async def _kept(database: Database) -> list[object]:
    async with database.reading() as reading:
        tables = (log.outbox, holdings, past_tasks, timeline)
        return [await reading.value(select(func.count()).select_from(table)) for table in tables]


async def test_a_replay_changes_nothing(riverside_database: Database):
    here = stay(1)
    story = (here, stay(2), after(here, location=Location(ward_code="W2", bed="1")), left(stay(2), MONDAY + HOUR))
    assert (await _take(riverside_database, *story)).fresh == 4
    before, said = await _kept(riverside_database), await told(riverside_database)
    for one in (story, story[:2], story[2:], story[::-1]):
        assert (await _take(riverside_database, *one)).fresh == 0
    assert (await _kept(riverside_database), await told(riverside_database)) == (before, said)


async def test_late_news_of_an_earlier_version_changes_nothing(riverside_database: Database):
    here = stay(1)
    await _take(riverside_database, after(here, location=Location(ward_code="W2", bed="1")))
    assert (await _take(riverside_database, here)).repeats == 1
    assert (await case_of(riverside_database)).ward_id == "w2"


async def test_a_stay_whose_rule_fails_is_parked_and_the_others_are_kept(riverside_database: Database):
    beyond = datetime(9999, 12, 31, 23, tzinfo=UTC)  # what is due a day later has no date
    taken = await _take(riverside_database, stay(1, admitted_at=beyond), stay(2))
    assert (taken.fresh, taken.parked) == (2, 1)
    assert [one.encounter_id for one in await told(riverside_database)] == ["stay-2"]
    async with riverside_database.reading() as reading:
        parked = await reading.rows(select(log.parked.c.subject, log.parked.c.reason))
    assert [(row.subject, row.reason) for row in parked] == [("stay-1", "a rule failed: OverflowError")]


@pytest.fixture
async def on_postgres(postgres_database: Database) -> Database:
    """Riverside where two may really write at once."""
    await postgres_database.create_all(metadata)
    await set_up(postgres_database)
    return postgres_database


async def test_batches_that_race_for_one_cluster_share_it_fairly(on_postgres: Database):
    batches = [[stay(number) for number in range(first, first + 3)] for first in (1, 11, 21, 31)]
    await asyncio.gather(*(_take(on_postgres, *batch) for batch in batches))
    given = [one.holding.coordinator_id for one in await told(on_postgres) if one.holding]
    assert sorted(str(one) for one in given) == ["asha"] * 6 + ["ben"] * 6


async def until_somebody_waits(database: Database) -> None:
    async with asyncio.timeout(30):
        while True:
            async with database.reading() as reading:
                if await reading.value(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                    return
            await asyncio.sleep(0.02)


async def test_a_batch_starts_over_when_its_case_came_to_another_cluster(on_postgres: Database):
    here = stay(1)
    await _take(on_postgres, here)
    moved = after(here, location=Location(ward_code="W2", bed="1"))
    late = Delivered(event(after(moved, location=Location(ward_code="W2", bed="2"))), 1, 3)
    async with on_postgres.transaction() as tx:
        await cover.lock_clusters(tx, TRUST, ["north", "south"])
        racing = asyncio.create_task(consumer.take(_reader(on_postgres), [late]))
        await until_somebody_waits(on_postgres)
        await handle(tx, [event(moved)], MONDAY + HOUR)
    with pytest.raises(consumer.Overtaken):
        await racing
    assert (await case_of(on_postgres)).bed == "1"
    assert (await consumer.take(_reader(on_postgres), [late])).fresh == 1
    assert (await case_of(on_postgres)).bed == "2"


async def test_a_batch_starts_over_when_the_hospital_was_set_up_anew_meanwhile(on_postgres: Database):
    hospital = riverside()
    north = replace(hospital, rota=tuple(line for line in hospital.rota if line.staff != "asha"))
    async with on_postgres.transaction() as tx:
        await apply(tx, north, MONDAY)
        racing = asyncio.create_task(consumer.take(_reader(on_postgres), [Delivered(event(stay(1)), 1, 1)]))
        await until_somebody_waits(on_postgres)
    with pytest.raises(consumer.Overtaken):
        await racing
    await _take(on_postgres, stay(1))
    held = (await case_of(on_postgres)).holding
    assert held is not None
    assert held.coordinator_id == "ben"
