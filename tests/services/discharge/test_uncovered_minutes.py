"""The minutes that people had no named co-ordinator: counted through late news, corrections and a wrong clock."""

from dataclasses import replace
from datetime import datetime, timedelta

from prometheus_client.parser import text_string_to_metric_families

from services.discharge.handlers.clock import decide
from services.discharge.handlers.put_right import put_right
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.contracts.api.discharge.uncovered import UncoveredMeasure
from shared.contracts.encounters import EncounterStatus, Location
from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import (
    DAY,
    HOUR,
    MONDAY,
    TRUST,
    after,
    case_id_of,
    case_of,
    hear,
    left,
    riverside,
    set_up,
    stay,
    without_rota,
)

MINUTE = timedelta(minutes=1)


async def _measured(door: Door, at: datetime, days: str = "", trust: str = TRUST) -> UncoveredMeasure:
    door.clock.set(at)
    async with door.as_("priya", Role.BED_MANAGER, trust) as priya:
        answer = await priya.get(f"{BASE}/uncovered-minutes{days}")
    assert answer.status_code == 200, answer.text
    return UncoveredMeasure.model_validate_json(answer.content)


async def _minutes(door: Door, at: datetime) -> dict[tuple[int, str | None], int]:
    """By day of the month and cluster."""
    return {(one.day.day, one.cluster_id): one.minutes for one in (await _measured(door, at)).items}


async def _look(door: Door, at: datetime) -> None:
    async with door.database.reading() as reading:
        due = await timers.due(reading, timers_table, at, 100)
    await decide(door.database, due, at)


async def test_from_when_it_is_known_until_somebody_is_named(at_the_door: Door):
    """Ward 4 belongs to a cluster nobody works for; at noon a social worker takes the person."""
    await hear(at_the_door.database, stay(ward="W4"))
    at_the_door.clock.set(MONDAY + 3 * HOUR)
    async with at_the_door.as_("cara") as cara:
        wish = {"coordinator_id": "cara", "reason": "I know her"}
        url = f"{BASE}/cases/{await case_id_of(at_the_door.database)}/coordinator"
        assert (await cara.post(url, json=wish, headers={"If-Match": '"1"'})).status_code == 200
    found = await _measured(at_the_door, MONDAY + 5 * HOUR)
    assert [(one.cluster_id, one.minutes) for one in found.items] == [("empty", 180)]
    assert (found.total, found.uncovered_now) == (180, 0)


async def test_who_has_nobody_counts_until_now_day_by_day(at_the_door: Door):
    await hear(at_the_door.database, stay(1, ward="W3"), stay(2, ward="W3"))
    at = MONDAY + DAY
    assert await _minutes(at_the_door, at) == {(4, None): 2 * 14 * 60, (5, None): 2 * 10 * 60}
    found = await _measured(at_the_door, at, "?first_day=2026-05-05&last_day=2026-05-05")
    assert (found.total, found.uncovered_now) == (2 * 10 * 60, 2)


async def test_each_cluster_has_the_minutes_of_the_time_the_person_was_there(at_the_door: Door):
    """On Ward 4 for an hour, then on Ward 3, that no cluster covers, for half an hour, then where Cara is."""
    here = stay(ward="W4")
    await hear(at_the_door.database, here)
    there = after(here, location=Location(ward_code="W3"))
    await hear(at_the_door.database, there, at=MONDAY + HOUR)
    await hear(at_the_door.database, after(there, location=Location(ward_code="W2")), at=MONDAY + HOUR + 30 * MINUTE)
    assert await _minutes(at_the_door, MONDAY + 5 * HOUR) == {(4, "empty"): 60, (4, None): 30}


async def test_two_clusters_of_one_name_are_told_apart(at_the_door: Door):
    one = without_rota(riverside())
    await set_up(at_the_door.database, replace(one, clusters=tuple(replace(each, name="A") for each in one.clusters)))
    here = stay(ward="W1")
    await hear(at_the_door.database, here)
    await hear(at_the_door.database, after(here, location=Location(ward_code="W2")), at=MONDAY + HOUR)
    assert await _minutes(at_the_door, MONDAY + 2 * HOUR) == {(4, "north"): 60, (4, "south"): 60}


async def test_an_admission_told_late_counts_from_when_it_was_told(at_the_door: Door):
    """Nobody could be named for a person nobody had told us of: that time is not of this measure."""
    await hear(at_the_door.database, stay(ward="W4"), at=MONDAY + 2 * HOUR)
    assert await _minutes(at_the_door, MONDAY + 3 * HOUR) == {(4, "empty"): 60}


async def test_an_admission_taken_back_was_none_and_counts_again_without_the_gap_once_that_is_undone(at_the_door: Door):
    here = stay(ward="W4")
    await hear(at_the_door.database, here)
    undone = after(here, status=EncounterStatus.CANCELLED)
    await hear(at_the_door.database, undone, at=MONDAY + HOUR)
    assert await _minutes(at_the_door, MONDAY + 2 * HOUR) == {}
    again = after(undone, status=EncounterStatus.ADMITTED)
    await hear(at_the_door.database, again, at=MONDAY + 3 * HOUR)
    assert await _minutes(at_the_door, MONDAY + 4 * HOUR) == {(4, "empty"): 120}


async def test_a_discharge_taken_back_loses_and_doubles_no_minute(at_the_door: Door):
    """Followed at home the person has nobody either: it counts on, and the A13 changes nothing."""
    here = stay(ward="W4")
    await hear(at_the_door.database, here)
    gone = left(here, MONDAY + HOUR)
    await hear(at_the_door.database, gone, at=MONDAY + HOUR)
    assert await _minutes(at_the_door, MONDAY + 2 * HOUR) == {(4, "empty"): 120}
    back = after(gone, status=EncounterStatus.ADMITTED, discharged_at=None)
    await hear(at_the_door.database, back, at=MONDAY + 2 * HOUR)
    assert await _minutes(at_the_door, MONDAY + 3 * HOUR) == {(4, "empty"): 180}


async def test_who_died_counts_no_longer(at_the_door: Door):
    here = stay(ward="W4")
    await hear(at_the_door.database, here)
    died = here.person.model_copy(update={"deceased": True})
    await hear(at_the_door.database, after(here, person=died), at=MONDAY + HOUR)
    assert await _minutes(at_the_door, MONDAY + 3 * HOUR) == {(4, "empty"): 60}


async def test_a_clock_that_was_ahead_takes_no_minute_away(at_the_door: Door):
    """Four days ahead a person is found without a name; the clock is right again, and the next one comes on duty."""
    await set_up(at_the_door.database, without_rota(riverside()))
    await hear(at_the_door.database, stay(), at=MONDAY + 4 * DAY)
    assert (await _measured(at_the_door, MONDAY + HOUR)).total == 0
    await set_up(at_the_door.database)
    await put_right(at_the_door.database, MONDAY + HOUR)
    await _look(at_the_door, MONDAY + HOUR)
    held = (await case_of(at_the_door.database)).holding
    assert held is not None
    assert held.coordinator_id == "asha"
    assert await _minutes(at_the_door, MONDAY + 5 * DAY) == {}


async def test_monitoring_is_told_by_cluster_and_of_nobody_else(at_the_door: Door):
    await hear(at_the_door.database, stay(1, ward="W4"), stay(2, ward="W3"), at=MONDAY)
    at_the_door.clock.set(MONDAY + DAY)
    metrics = at_the_door.service.metrics
    assert metrics is not None
    text = (await metrics.text(TRUST)).decode()
    told = {
        family.name: {sample.labels["cluster"]: sample.value for sample in family.samples}
        for family in text_string_to_metric_families(text)
        if family.name.startswith("homeward_uncovered")
    }
    assert told == {
        "homeward_uncovered_people": {"empty": 1, "none": 1},
        "homeward_uncovered_minutes_today": {"empty": 600, "none": 600},
    }
    assert "stay-1" not in text
    assert "homeward_uncovered_people{" not in (await metrics.text("RYY")).decode()
    assert (await _measured(at_the_door, MONDAY + DAY, trust="RYY")).total == 0


async def test_days_that_are_out_of_order_or_too_many_are_refused(at_the_door: Door):
    async with at_the_door.as_("priya", Role.BED_MANAGER) as priya:
        for days in (
            "first_day=2026-05-05&last_day=2026-05-04",
            "first_day=2025-05-01&last_day=2026-05-04",
            "last_day=0001-01-01",
            "last_day=9999-12-31",
            "first_day=yesterday",
        ):
            answer = await priya.get(f"{BASE}/uncovered-minutes?{days}")
            assert answer.status_code == 422, days
        assert (await priya.get(f"{BASE}/uncovered-minutes?first_day=2025-05-04&last_day=2026-05-04")).is_success
