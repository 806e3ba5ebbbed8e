"""A hospital set up anew: its open cases are looked at again by what now holds, without a message or a click."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete

from services.discharge.handlers.clock import decide
from services.discharge.handlers.setup import apply
from services.discharge.model.hospital import Setup, Site, TrustCode, WardId
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.contracts.cases import CaseStatus
from shared.contracts.encounters import EncounterStatus
from shared.database import Database
from shared.timers import Timer
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import (
    DAY,
    HOUR,
    MONDAY,
    after,
    case_id_of,
    case_of,
    hear,
    riverside,
    set_up,
    stay,
)

LATER = MONDAY + 2 * HOUR


async def _due(database: Database, at: datetime) -> list[Timer]:
    async with database.reading() as reading:
        return await timers.due(reading, timers_table, at, 100)


async def _look(database: Database, at: datetime) -> list[Timer]:
    """Let the clock decide what is due; what is still due after it."""
    await decide(database, await _due(database, at), at)
    return await _due(database, at)


def _limit(hours: int) -> Setup:
    one = riverside()
    return replace(one, policy=replace(one.policy, delay_after=timedelta(hours=hours)))


async def _ready(door: Door, number: int = 1) -> None:
    review = {"meets_criteria": False, "encounter_id": f"stay-{number}"}
    async with door.as_("asha") as asha:
        answer = await asha.post(f"{BASE}/cases/{await case_id_of(door.database, number)}/reviews", json=review)
    assert answer.status_code == 200


async def test_a_shorter_limit_counts_for_who_is_ready_already(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay())
    await _ready(at_the_door)
    assert await _look(database, LATER) == []
    assert (await case_of(database)).delay is None
    await set_up(database, _limit(1))
    assert await _look(database, LATER) == []
    delay = (await case_of(database)).delay
    assert delay is not None
    assert (delay.since, delay.over_since) == (MONDAY, MONDAY + HOUR)


async def test_a_case_that_waits_for_nothing_is_looked_at_too(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay())
    await _ready(at_the_door)
    async with database.transaction() as tx:
        await tx.execute(delete(timers_table))
    await set_up(database, _limit(1))
    assert await _look(database, LATER) == []
    assert (await case_of(database)).delay is not None


async def test_a_ward_that_another_cluster_now_covers_hands_its_people_over(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay(1), stay(2, ward="W2"))
    one = riverside()
    clusters = tuple(
        replace(each, wards={"north": (), "south": (WardId("w1"), WardId("w2"))}.get(each.id, each.wards))
        for each in one.clusters
    )
    await set_up(database, replace(one, clusters=clusters))
    assert await _look(database, LATER) == []
    moved, stayed = await case_of(database, 1), await case_of(database, 2)
    assert moved.holding is not None
    assert (moved.cluster_id, moved.holding.coordinator_id) == ("south", "asha")
    assert moved.hand_over is not None
    assert (moved.hand_over.to_cluster, moved.hand_over.accept_by) == ("south", LATER + 4 * HOUR)
    assert (stayed.version, stayed.hand_over) == (1, None)


async def test_a_ward_whose_people_do_not_count_has_no_delays(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay())
    await _ready(at_the_door)
    await set_up(database, _limit(1))
    await _look(database, LATER)
    assert (await case_of(database)).delay is not None
    one = _limit(1)
    wards = tuple(replace(ward, counts=ward.id != "w1") for ward in one.wards)
    await set_up(database, replace(one, wards=wards))
    assert await _look(database, LATER) == []
    case = await case_of(database)
    assert (case.delay, case.delay_ended_by) == (None, "undone")


async def test_who_is_no_longer_of_age_is_no_longer_held_until_that_is_taken_back(at_the_door: Door):
    database = at_the_door.database
    young = stay().person.model_copy(update={"born": MONDAY.date().replace(year=MONDAY.year - 18)})
    await hear(database, stay(person=young))
    one = riverside()
    await set_up(database, replace(one, policy=replace(one.policy, adult_from_age=19)))
    assert await _look(database, LATER) == []
    assert (await case_of(database)).status is CaseStatus.WITHDRAWN
    await set_up(database)
    assert await _look(database, LATER) == []
    again = await case_of(database)
    assert (again.status, again.holding and again.holding.coordinator_id) == (CaseStatus.OPEN, "asha")


async def test_uncovered_people_of_a_ward_that_is_now_known_are_named_at_once(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay(ward="W9"))
    one = riverside()
    wards = tuple(replace(ward, codes=("W1", "W9")) if ward.id == "w1" else ward for ward in one.wards)
    await set_up(database, replace(one, wards=wards))
    assert await _look(database, MONDAY) == []
    held = (await case_of(database)).holding
    assert held is not None
    assert held.coordinator_id == "asha"


async def test_what_changes_no_case_makes_none_due(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay())
    await set_up(database)
    one = riverside()
    await set_up(database, replace(one, sites=tuple(replace(site, name="Old site") for site in one.sites)))
    elsewhere = _limit(1)
    await set_up(database, replace(elsewhere, trust=replace(elsewhere.trust, code=TrustCode("RYY"))))
    assert await _due(database, MONDAY) == []


async def test_a_case_that_ended_is_not_looked_at(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay())
    await hear(database, after(stay(), status=EncounterStatus.CANCELLED))
    await set_up(database, _limit(1))
    assert await _due(database, MONDAY + DAY) == []


async def test_a_site_that_is_closed_is_gone_the_first_time(riverside_database: Database):
    told: list[tuple[str, ...]] = []
    for sites in ((Site("main", "Main site"), Site("other", "Other site")), riverside().sites, riverside().sites):
        async with riverside_database.transaction() as tx:
            told.append((await apply(tx, replace(riverside(), sites=sites), MONDAY)).changes)
    assert told == [("site other added",), ("site other removed",), ()]
