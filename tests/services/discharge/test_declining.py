"""A named co-ordinator who cannot take a case says so: somebody else is named, or a lead decides. Nobody is unowned."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import httpx2
import pytest
from sqlalchemy import select

from services.discharge.handlers.clock import decide
from services.discharge.model.hospital import ClusterId, RotaPattern, StaffId
from services.discharge.rules.settle import UNCOVERED_RETRY
from services.discharge.tables.cases import holdings, timeline
from services.discharge.tables.cases import timers as timers_table
from services.discharge.tables.offers import declines
from shared import timers
from shared.contracts.cases import CaseState, Holding
from shared.contracts.encounters import Location
from shared.contracts.roles import Role
from shared.database import Database
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import (
    HOUR,
    MONDAY,
    after,
    case_id_of,
    case_of,
    hear,
    left,
    riverside,
    set_up,
    stay,
)

WHY = "She is my neighbour"
TEN = MONDAY + HOUR


async def decline(door: Door, who: str, seen: str | None = '"1"', **headers: str) -> httpx2.Response:
    path = f"{BASE}/cases/{await case_id_of(door.database)}/decline"
    matched = {"If-Match": seen} if seen else {}
    async with door.as_(who) as client:
        return await client.post(path, json={"reason": WHY}, headers=matched | headers)


async def given(door: Door, to: str, seen: int) -> None:
    path = f"{BASE}/cases/{await case_id_of(door.database)}/coordinator"
    async with door.as_("lena", Role.LEAD) as lena:
        wish = {"coordinator_id": to, "reason": "Nobody knows her better"}
        answer = await lena.post(path, json=wish, headers={"If-Match": f'"{seen}"'})
    assert answer.status_code == 200, answer.text


async def held(door: Door) -> tuple[CaseState, Holding]:
    case = await case_of(door.database)
    assert case.holding is not None
    return case, case.holding


async def look(database: Database, at: datetime) -> None:
    async with database.reading() as reading:
        due = await timers.due(reading, timers_table, at, 10)
    await decide(database, due, at)


async def told(door: Door) -> list[str]:
    async with door.database.reading() as reading:
        rows = await reading.rows(select(timeline.c.text).order_by(timeline.c.at, timeline.c.entry_id))
    return [row.text for row in rows]


async def test_somebody_else_is_named_at_once_and_the_steps_say_who_declined(at_the_door: Door):
    await hear(at_the_door.database, stay())
    assert (await held(at_the_door))[1].coordinator_id == "asha"
    at_the_door.clock.set(TEN)
    answer = await decline(at_the_door, "asha")
    assert answer.status_code == 200, answer.text
    case, holding = await held(at_the_door)
    assert (holding.coordinator_id, holding.since, case.declined_since) == ("ben", TEN, None)
    assert holding.explanation == (
        "Asha Patel declined on Monday 4 May at 11am.",
        "North cluster covers Ward 1.",
        "On duty now: Ben Cole.",
        "Ben Cole is the only one on duty.",
    )
    said = await told(at_the_door)
    assert f"Asha Patel declined the case: {WHY}" in said
    assert "Ben Cole was named co-ordinator" in said
    async with at_the_door.database.reading() as reading:
        kept = await reading.rows(select(declines))
        ended = await reading.rows(select(holdings.c.ended_at).order_by(holdings.c.number))
    assert [(row.staff_id, row.holding, row.person_id, row.reason) for row in kept] == [("asha", 1, "person-1", WHY)]
    assert [row.ended_at for row in ended] == [TEN, None]
    assert answer.json()["declines"] == [
        {"at": "2026-05-04T10:00:00Z", "by_id": "asha", "by": "Asha Patel", "reason": WHY, "undecided": False}
    ]


async def test_when_everybody_has_declined_the_last_stays_named_until_a_lead_decides(at_the_door: Door):
    await hear(at_the_door.database, stay())
    await decline(at_the_door, "asha")
    at_the_door.clock.set(TEN)
    answer = await decline(at_the_door, "ben", '"2"')
    assert answer.status_code == 200, answer.text
    case, holding = await held(at_the_door)
    assert (case.version, holding.coordinator_id, case.declined_since) == (3, "ben", TEN)
    assert [one["undecided"] for one in answer.json()["declines"]] == [False, True]
    nobody = "Nobody else can be named. Nobody else is on the rota of North cluster. Ben Cole stays named until a lead "
    assert f"{nobody}decides" in await told(at_the_door)
    at_the_door.clock.set(TEN + HOUR)
    await given(at_the_door, "ben", 3)
    case, holding = await held(at_the_door)
    assert (holding.coordinator_id, holding.since, case.declined_since) == ("ben", TEN + HOUR, None)
    assert holding.explanation[:2] == (
        "Lena gave the case to Ben Cole.",
        "Until then Ben Cole was named, who had declined.",
    )


async def test_the_clock_names_somebody_as_soon_as_there_is_somebody(at_the_door: Door):
    database = at_the_door.database
    alone = replace(riverside(), rota=riverside().rota[:1])
    await set_up(database, alone)
    await hear(database, stay())
    await decline(at_the_door, "asha")
    assert (await held(at_the_door))[0].declined_since == MONDAY
    before = await told(at_the_door)
    await look(database, MONDAY + UNCOVERED_RETRY)
    assert await told(at_the_door) == before, "nobody yet, and nothing new to say"
    late = RotaPattern(StaffId("ben"), ClusterId("north"), frozenset(range(5)), time(12), time(20))
    await set_up(database, replace(alone, rota=(*alone.rota, late)))
    await look(database, TEN)
    case, holding = await held(at_the_door)
    assert (holding.coordinator_id, case.declined_since) == ("ben", None)
    assert holding.covered_by == "the duty desk"


async def test_who_is_looked_for_anew_is_looked_for_every_quarter_of_an_hour(at_the_door: Door):
    database = at_the_door.database
    await set_up(database, replace(riverside(), rota=riverside().rota[:1]))
    await hear(database, stay())
    await decline(at_the_door, "asha")
    async with database.reading() as reading:
        due = await timers.due(reading, timers_table, MONDAY + UNCOVERED_RETRY, 10)
        early = await timers.due(reading, timers_table, MONDAY + UNCOVERED_RETRY - timedelta(seconds=1), 10)
    assert ([one.subject for one in due], early) == ([await case_id_of(database)], [])


async def test_a_case_that_was_declined_and_moves_is_named_where_it_comes(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay())
    await decline(at_the_door, "asha")
    await decline(at_the_door, "ben", '"2"')
    await hear(database, after(stay(), location=Location(ward_code="W2", bed="1")), at=TEN)
    case, holding = await held(at_the_door)
    assert (holding.coordinator_id, case.declined_since, case.hand_over) == ("cara", None, None)


async def test_back_and_forth_between_clusters_names_nobody_anew(at_the_door: Door):
    database, one = at_the_door.database, stay()
    await hear(database, one)
    await decline(at_the_door, "asha")
    there = after(one, location=Location(ward_code="W2", bed="1"))
    await hear(database, there, at=MONDAY + HOUR / 4)
    await hear(database, after(there, location=one.location), at=MONDAY + HOUR / 2)
    case, holding = await held(at_the_door)
    assert (holding.coordinator_id, holding.since, case.hand_over) == ("ben", MONDAY, None)


async def test_a_lead_may_give_it_back_to_who_declined_and_the_rule_may_not(at_the_door: Door):
    await hear(at_the_door.database, stay())
    await decline(at_the_door, "asha")
    await given(at_the_door, "asha", 2)
    assert (await held(at_the_door))[1].coordinator_id == "asha"
    answer = await decline(at_the_door, "asha", '"3"')
    assert answer.status_code == 200
    assert (await held(at_the_door))[1].coordinator_id == "ben", "asha is never chosen again; ben did not decline"


async def test_what_was_declined_of_somebody_else_counts_no_more(at_the_door: Door):
    database, one = at_the_door.database, stay()
    await hear(database, one)
    await decline(at_the_door, "asha")
    await decline(at_the_door, "ben", '"2"')
    other = after(one, person=one.person.model_copy(update={"person_id": "person-2"}))
    await hear(database, other, at=TEN)
    case, holding = await held(at_the_door)
    assert (holding.coordinator_id, case.declined_since) == ("ben", None)
    assert (await decline(at_the_door, "ben", f'"{case.version}"')).status_code == 200
    assert (await held(at_the_door))[1].coordinator_id == "asha", "of this person she has declined nothing"


@pytest.mark.parametrize(
    ("who", "seen", "status", "code"),
    [
        ("ben", '"1"', 403, "not-allowed"),
        ("lena", '"1"', 403, "not-allowed"),
        ("asha", None, 428, "version-needed"),
        ("asha", "*", 428, "version-needed"),
        ("asha", '"9"', 412, "version-stale"),
    ],
)
async def test_who_may_decline_and_of_which_version(
    at_the_door: Door, who: str, seen: str | None, status: int, code: str
):
    await hear(at_the_door.database, stay())
    refused = await decline(at_the_door, who, seen)
    assert (refused.status_code, refused.json()["type"]) == (status, f"urn:homeward:problem:{code}")
    assert WHY not in refused.text
    assert (await held(at_the_door))[0].version == 1


async def test_who_has_declined_does_not_decline_again(at_the_door: Door):
    await hear(at_the_door.database, stay())
    await decline(at_the_door, "asha")
    await decline(at_the_door, "ben", '"2"')
    for who in ("asha", "ben"):
        refused = await decline(at_the_door, who, '"3"')
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:homeward:problem:declined-already")


async def test_a_case_that_has_ended_is_not_declined(at_the_door: Door):
    one = stay()
    await hear(at_the_door.database, one)
    died = one.person.model_copy(update={"deceased": True, "deceased_at": TEN})
    await hear(at_the_door.database, after(left(one, TEN), person=died), at=TEN)
    refused = await decline(at_the_door, "asha", '"2"')
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:homeward:problem:case-ended")


async def test_a_reason_is_needed_and_a_key_is_obeyed(at_the_door: Door):
    await hear(at_the_door.database, stay())
    path = f"{BASE}/cases/{await case_id_of(at_the_door.database)}/decline"
    async with at_the_door.as_("asha") as asha:
        for body in ({}, {"reason": ""}, {"reason": "   "}):
            assert (await asha.post(path, json=body, headers={"If-Match": '"1"'})).status_code == 422
    key = {"Idempotency-Key": "5b2f6f0e-1c1c-4b53-9d2d-7b64b7b5f001"}
    first = await decline(at_the_door, "asha", **key)
    second = await decline(at_the_door, "asha", **key)
    assert (first.status_code, second.status_code) == (200, 200)
    assert (await held(at_the_door))[0].version == 2
    async with at_the_door.database.reading() as reading:
        assert len(await reading.rows(select(declines.c.number))) == 1


async def test_what_was_typed_is_not_announced(at_the_door: Door):
    await hear(at_the_door.database, stay())
    await decline(at_the_door, "asha")
    assert WHY not in (await case_of(at_the_door.database)).model_dump_json()
