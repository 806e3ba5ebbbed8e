"""A ward code is mapped over REST: who waited is named, the code leaves the list, nothing of it is ever lost."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from services.discharge.handlers import ward_map
from services.discharge.handlers.clock import decide
from services.discharge.handlers.encounters import handle
from services.discharge.handlers.setup import apply
from services.discharge.model.hospital import Setup, Ward
from services.discharge.store import cover
from services.discharge.tables import metadata
from services.discharge.tables.cases import audited
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.contracts.cases import CaseState
from shared.contracts.roles import Role
from shared.database import Database
from shared.eventlog.consumer import Overtaken
from tests.services.discharge.door import BASE, Door, door
from tests.services.discharge.riverside import DAY, HOUR, MONDAY, TRUST, case_of, event, hear, riverside, set_up, stay
from tests.services.discharge.test_delivery import until_somebody_waits

MAPPINGS = f"{BASE}/hospital/ward-mappings"
ONE = f"{MAPPINGS}/m-1"
W9 = {"code": "W9", "ward_id": "w1", "valid_from": "2026-05-04"}


def _engineer(door: Door) -> httpx2.AsyncClient:
    return door.as_("kim", Role.INTEGRATION_ENGINEER)


async def _put(door: Door, *, version: int | None = None, path: str = ONE, **changes: str) -> httpx2.Response:
    return await _ask_for(door, {**W9, **changes}, path, version)


async def _ask_for(door: Door, body: dict[str, str], path: str = ONE, version: int | None = None) -> httpx2.Response:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    async with _engineer(door) as kim:
        return await kim.put(path, json=body, headers=headers)


async def _take_back(door: Door, version: int) -> httpx2.Response:
    async with _engineer(door) as kim:
        said = {"reason": "The wrong ward"}
        return await kim.post(f"{ONE}/take-back", json=said, headers={"If-Match": f'"{version}"'})


async def _unmapped(door: Door) -> list[str]:
    async with _engineer(door) as kim:
        return [one["code"] for one in (await kim.get(f"{BASE}/hospital/unmapped-ward-codes")).json()["items"]]


async def _stands(door: Door) -> list[tuple[str, str]]:
    async with door.as_("lena", Role.LEAD) as lena:
        return [(one["code"], one["stands"]) for one in (await lena.get(MAPPINGS)).json()["items"]]


async def _look(door: Door, at: datetime) -> None:
    """Let the clock decide what is due, and what that makes due."""
    door.clock.set(at)
    for _ in range(2):
        async with door.database.reading() as reading:
            due = await timers.due(reading, timers_table, at, 100)
        await decide(door.database, due, at)
    async with door.database.reading() as reading:
        assert await timers.due(reading, timers_table, at, 100) == []


async def _case(door: Door, number: int = 1) -> tuple[str | None, str | None]:
    """The ward that the case is counted to, and who is named for it."""
    case: CaseState = await case_of(door.database, number)
    return case.ward_id, case.holding.coordinator_id if case.holding else None


def _with(setup: Setup, ward: str, **changes: object) -> Setup:
    wards: tuple[Ward, ...] = tuple(replace(one, **changes) if one.id == ward else one for one in setup.wards)
    return replace(setup, wards=wards)


async def test_who_waited_at_the_code_is_named_and_the_code_leaves_the_list(at_the_door: Door):
    await hear(at_the_door.database, stay(1, ward="W9"), stay(2, ward="X9"))
    assert await _case(at_the_door) == (None, None)
    assert await _unmapped(at_the_door) == ["W9", "X9"]
    answer = await _put(at_the_door)
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    assert answer.json() == {
        **W9,
        "mapping_id": "m-1",
        "version": 1,
        "ward_name": "Ward 1",
        "valid_until": None,
        "stands": "in_force",
        "at": "2026-05-04T09:00:00Z",
        "by": "Kim",
        "reason": None,
    }
    assert await _unmapped(at_the_door) == ["X9"]
    await _look(at_the_door, MONDAY)
    assert [await _case(at_the_door), await _case(at_the_door, 2)] == [("w1", "asha"), (None, None)]
    await hear(at_the_door.database, stay(3, ward="W9"))
    assert await _case(at_the_door, 3) == ("w1", "ben")


async def test_a_mapping_changes_by_its_version_and_every_state_is_kept(at_the_door: Door):
    await hear(at_the_door.database, stay(1, ward="W9"))
    await _put(at_the_door)
    again, blind = await _put(at_the_door), await _put(at_the_door, ward_id="w2")
    stale = await _put(at_the_door, version=7, ward_id="w2")
    assert [again.status_code, blind.status_code, stale.status_code] == [200, 428, 412]
    assert (again.json()["version"], stale.headers["etag"]) == (1, '"1"')
    changed = await _put(at_the_door, version=1, ward_id="w2", reason="It is Ward 2")
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    await _look(at_the_door, MONDAY + HOUR)
    assert await _case(at_the_door) == ("w2", "cara")
    assert (await _take_back(at_the_door, 1)).status_code == 412
    assert (await _take_back(at_the_door, 2)).json()["stands"] == "taken_back"
    assert [(await _take_back(at_the_door, 3)).status_code, (await _put(at_the_door, version=3)).status_code] == [
        409
    ] * 2
    async with _engineer(at_the_door) as kim:
        states = (await kim.get(f"{ONE}/history")).json()
        assert (await kim.get(ONE)).headers["etag"] == '"3"'
    assert [(one["act"], one["ward_id"], one["by"], one["reason"]) for one in states] == [
        ("taken_back", "w2", "Kim", "The wrong ward"),
        ("changed", "w2", "Kim", "It is Ward 2"),
        ("mapped", "w1", "Kim", None),
    ]
    async with at_the_door.database.reading() as reading:
        acts = await reading.rows(select(audited.c.act, audited.c.caller).order_by(audited.c.at))
    assert sorted(f"{row.caller} {row.act}" for row in acts) == [
        *("kim ward-code-mapped", "kim ward-code-mapped"),
        "kim ward-mapping-taken-back",
    ]


async def test_a_mapping_taken_back_hands_its_people_to_nobody_new_and_lists_the_code_again(at_the_door: Door):
    await hear(at_the_door.database, stay(1, ward="W9"))
    await _put(at_the_door)
    await _look(at_the_door, MONDAY)
    await _take_back(at_the_door, 1)
    await _look(at_the_door, MONDAY + HOUR)
    assert await _case(at_the_door) == (None, "asha")
    assert (await _unmapped(at_the_door), await _stands(at_the_door)) == (["W9"], [("W9", "taken_back")])


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"ward_id": "no-ward"}, 422, "unknown-ward"),
        ({"code": "W2"}, 409, "code-of-a-ward"),
        ({"code": "X9", "valid_from": "2026-05-20"}, 409, "mapping-overlaps"),
        ({"code": "X9", "valid_from": "2026-05-01", "valid_until": "2026-05-10"}, 409, "mapping-overlaps"),
        ({"code": "X9", "valid_from": "2026-05-01", "valid_until": "2026-05-09"}, 201, ""),
        ({"code": "X9", "valid_from": "2026-05-21"}, 201, ""),
        ({"valid_until": "2026-05-03"}, 422, "last day is before the first"),
        ({"valid_from": "1026-05-04"}, 422, "year"),
        ({"code": " "}, 422, "string_too_short"),
        ({"code": "W\u00019"}, 422, "control"),
    ],
)
async def test_what_cannot_be_mapped_is_refused_and_keeps_nothing(
    at_the_door: Door, changes: dict[str, str], status: int, code: str
):
    other = {"code": "X9", "valid_from": "2026-05-10", "valid_until": "2026-05-20"}
    assert (await _ask_for(at_the_door, {**W9, **other}, f"{MAPPINGS}/other")).status_code == 201
    answer = await _ask_for(at_the_door, {**W9, **changes})
    assert answer.status_code == status, answer.text
    assert code in answer.text
    assert len(await _stands(at_the_door)) == (2 if status == 201 else 1)


async def test_there_is_nothing_to_change_where_nothing_is_and_another_code_is_another_mapping(at_the_door: Door):
    assert [(await _put(at_the_door, version=1)).status_code, (await _take_back(at_the_door, 1)).status_code] == [
        412,
        404,
    ]
    await _put(at_the_door)
    assert (await _put(at_the_door, version=1, code="X9")).status_code == 422
    async with at_the_door.as_("kim", Role.INTEGRATION_ENGINEER, trust="RZZ") as elsewhere:
        assert [(await elsewhere.get(path)).status_code for path in (MAPPINGS, ONE)] == [404, 404]
        assert (await elsewhere.put(f"{MAPPINGS}/m-2", json=W9)).status_code == 404
    async with at_the_door.as_("lena", Role.LEAD) as lena:
        assert (await lena.put(f"{MAPPINGS}/m-2", json=W9)).status_code == 403


async def test_a_code_means_another_ward_from_midnight_in_london(at_the_door: Door):
    await _put(at_the_door, valid_until="2026-05-05")
    await _put(at_the_door, path=f"{MAPPINGS}/m-2", valid_from="2026-05-06", ward_id="w2")
    assert await _stands(at_the_door) == [("W9", "in_force"), ("W9", "to_come")]
    await hear(at_the_door.database, stay(1, ward="W9"))
    midnight = datetime.fromisoformat("2026-05-05T23:00:00Z")
    await _look(at_the_door, midnight - HOUR)
    assert await _case(at_the_door) == ("w1", "asha")
    await _look(at_the_door, midnight)
    case = await case_of(at_the_door.database)
    assert (case.ward_id, case.hand_over and case.hand_over.to_cluster) == ("w2", "south")
    assert await _stands(at_the_door) == [("W9", "over"), ("W9", "in_force")]
    assert await _unmapped(at_the_door) == []


async def test_a_hospital_worked_out_before_midnight_does_not_serve_after_it(at_the_door: Door):
    await _put(at_the_door, valid_from="2026-05-06")
    midnight = datetime.fromisoformat("2026-05-05T23:00:00Z")
    await hear(at_the_door.database, stay(1, ward="W9"), at=midnight - HOUR / 60)
    assert (await _case(at_the_door))[0] is None
    await hear(at_the_door.database, stay(2, ward="W9"), at=midnight)
    assert (await _case(at_the_door, 2))[0] == "w1"


async def _told(database: Database, setup: Setup, at: datetime) -> list[str]:
    async with database.transaction() as tx:
        return [one for one in (await apply(tx, setup, at)).changes if "mapping" in one]


async def test_the_setup_file_wins_for_the_codes_it_names_and_throws_no_mapping_away(at_the_door: Door):
    database, one = at_the_door.database, riverside()
    await hear(database, stay(1, ward="W9"))
    await _put(at_the_door)
    await _look(at_the_door, MONDAY)
    await set_up(database, replace(one, policy=replace(one.policy, delay_after=HOUR)))
    assert await _stands(at_the_door) == [("W9", "in_force")]
    told = await _told(database, _with(one, "w2", codes=("W2", "W9")), MONDAY)
    assert told == ["mapping of ward code W9 to ward w1 counts no more: the file says that the code is ward w2"]
    await _look(at_the_door, MONDAY + HOUR)
    assert ((await _case(at_the_door))[0], await _stands(at_the_door)) == ("w2", [("W9", "overruled")])
    assert await _told(database, one, MONDAY) == ["mapping of ward code W9 to ward w1 counts again"]
    await _look(at_the_door, MONDAY + 2 * HOUR)
    assert ((await _case(at_the_door))[0], await _stands(at_the_door)) == ("w1", [("W9", "in_force")])


async def test_a_mapping_to_a_ward_that_is_closed_counts_no_more(at_the_door: Door):
    database, one = at_the_door.database, riverside()
    await _put(at_the_door, ward_id="w3")
    closed = replace(one, wards=tuple(ward for ward in one.wards if ward.id != "w3"))
    told = await _told(database, closed, MONDAY + DAY)
    assert told == ["mapping of ward code W9 to ward w3 counts no more: the file has no such ward"]
    await hear(database, stay(1, ward="W9"), at=MONDAY + DAY)
    assert (await _unmapped(at_the_door), await _stands(at_the_door)) == (["W9"], [("W9", "ward_closed")])


@pytest.fixture
async def on_postgres(postgres_database: Database, tmp_path: Path) -> Door:
    """Riverside where two may really write at once."""
    await postgres_database.create_all(metadata)
    await set_up(postgres_database)
    return door(postgres_database, tmp_path / "keys")


async def test_who_comes_to_the_code_while_it_is_mapped_is_found(on_postgres: Door):
    database = on_postgres.database
    async with database.transaction() as tx:
        await handle(tx, [event(stay(1, ward="W9"))], MONDAY)
        mapping = asyncio.create_task(_put(on_postgres))
        await until_somebody_waits(database)
    assert (await mapping).status_code == 201
    await _look(on_postgres, MONDAY)
    assert await _case(on_postgres) == ("w1", "asha")


async def test_two_who_map_one_code_at_once_do_not_both(on_postgres: Door):
    async with on_postgres.database.transaction() as tx:
        await cover.lock_clusters(tx, TRUST, ["empty"])
        both = [asyncio.create_task(_put(on_postgres, path=f"{MAPPINGS}/m-{number}")) for number in (1, 2)]
        await until_somebody_waits(on_postgres.database)
    assert sorted([(await one).status_code for one in both]) == [201, 409]


@pytest.mark.parametrize("heard", ["waits for its clusters", "comes after"])
async def test_who_began_before_midnight_does_not_decide_by_the_map_of_yesterday(on_postgres: Door, heard: str):
    """A moment before midnight by the clock of who hears of the stay; meanwhile the clock looks everybody over."""
    database = on_postgres.database
    await _put(on_postgres, valid_from="2026-05-06")
    midnight = datetime.fromisoformat("2026-05-05T23:00:00Z")
    began = midnight - timedelta(seconds=1)
    hearing: asyncio.Task[list[str]] | None = None
    async with database.transaction() as tx:
        await ward_map.changed(tx, TRUST, midnight)
        if heard == "waits for its clusters":
            hearing = asyncio.create_task(hear(database, stay(1, ward="W9"), at=began))
            await until_somebody_waits(database)
    if hearing is not None:
        with pytest.raises(Overtaken):
            await hearing
    await hear(database, stay(1, ward="W9"), at=began)
    assert (await _case(on_postgres))[0] == "w1"


async def test_a_clock_that_was_put_back_reads_the_map_of_its_own_day(at_the_door: Door):
    await _put(at_the_door, valid_from="2026-05-06")
    await _look(at_the_door, datetime.fromisoformat("2026-05-05T23:00:00Z"))
    await hear(at_the_door.database, stay(1, ward="W9"), at=MONDAY)
    assert (await _case(at_the_door))[0] is None
