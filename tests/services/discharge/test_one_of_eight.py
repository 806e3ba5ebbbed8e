"""Eight who want the same person at the same moment: one has them, and each of the others is told so."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import httpx2
import pytest
from sqlalchemy import func, insert, select, text

from services.discharge.model.hospital import ClusterId, StaffId, StaffMember
from services.discharge.tables.cases import holdings
from shared.contracts.encounters import Location
from shared.contracts.roles import Role
from shared.database import Conflict, Database
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import (
    HOUR,
    MONDAY,
    TRUST,
    after,
    case_id_of,
    case_of,
    hear,
    riverside,
    set_up,
    stay,
)

EIGHT = tuple(f"worker-{number}" for number in range(8))


async def _eight(door: Door) -> None:
    """Eight more social workers of the South cluster, on no rota."""
    more = [
        StaffMember(StaffId(one), one.title(), "HSW", frozenset({Role.SOCIAL_WORKER}), (ClusterId("south"),))
        for one in EIGHT
    ]
    await set_up(door.database, replace(riverside(), staff=(*riverside().staff, *more)))


async def _all_ask(
    door: Door, path: str, *, role: Role = Role.SOCIAL_WORKER, match: Sequence[str] = ()
) -> list[httpx2.Response]:
    """All eight post at once, each for themselves."""

    async def ask(number: int, staff: str) -> httpx2.Response:
        headers = {"If-Match": match[number]} if match else {}
        body = {"coordinator_id": staff} | ({"reason": "I know her"} if path == "coordinator" else {})
        async with door.as_(staff, role) as one:
            url = f"{BASE}/cases/{await case_id_of(door.database)}/{path}"
            return await one.post(url, json=body, headers=headers)

    return list(await asyncio.gather(*(ask(number, staff) for number, staff in enumerate(EIGHT))))


async def _is_held_once_by(database: Database, winner: str) -> None:
    """Exactly one current holding, the winner's; and no more holdings than the one before and theirs."""
    case_id = await case_id_of(database)
    async with database.reading() as reading:
        rows = await reading.rows(
            select(holdings.c.coordinator_id, holdings.c.is_current)
            .where(holdings.c.case_id == case_id)
            .order_by(holdings.c.number)
        )
    assert [(row.coordinator_id, row.is_current) for row in rows][1:] == [(winner, True)]
    assert not rows[0].is_current
    held = (await case_of(database)).holding
    assert held is not None
    assert (held.coordinator_id, held.uncovered_since) == (winner, None)


def _winner(answers: Sequence[httpx2.Response], others: tuple[int, str]) -> str:
    """Who was answered 200; every other answer is a problem with this status and type."""
    told = Counter(
        (one.status_code, one.json()["type"].removeprefix("urn:homeward:problem:"))
        for one in answers
        if one.status_code != 200
    )
    assert told == {others: 7}, [one.text for one in answers]
    return EIGHT[next(number for number, one in enumerate(answers) if one.status_code == 200)]


async def test_of_eight_who_take_an_uncovered_person_one_has_them_and_the_others_saw_an_older_case(at_the_door: Door):
    await _eight(at_the_door)
    await hear(at_the_door.database, stay(ward="W3"))
    answers = await _all_ask(at_the_door, "coordinator", match=['"1"'] * 8)
    await _is_held_once_by(at_the_door.database, _winner(answers, (412, "version-stale")))


async def test_of_eight_leads_who_give_a_case_one_gives_it(at_the_door: Door):
    await _eight(at_the_door)
    await hear(at_the_door.database, stay())
    answers = await _all_ask(at_the_door, "coordinator", role=Role.LEAD, match=['"1"'] * 8)
    await _is_held_once_by(at_the_door.database, _winner(answers, (412, "version-stale")))


async def test_of_eight_who_accept_one_hand_over_one_has_it_and_none_waits_for_the_others(at_the_door: Door):
    await _eight(at_the_door)
    here = stay()
    await hear(at_the_door.database, here)
    await hear(at_the_door.database, after(here, location=Location(ward_code="W2", bed="1")), at=MONDAY + HOUR)
    answers = await _all_ask(at_the_door, "hand-over/accept", role=Role.LEAD)
    await _is_held_once_by(at_the_door.database, _winner(answers, (409, "no-hand-over")))


async def test_it_is_the_index_that_refuses_a_second_holding(riverside_database: Database):
    await hear(riverside_database, stay())
    second = {"trust": TRUST, "case_id": await case_id_of(riverside_database), "number": 2, "is_current": True}
    row = {**second, "since": MONDAY, "coordinator_id": "ben", "reason": "a test", "explanation": []}
    with pytest.raises(Conflict):
        async with riverside_database.transaction() as tx:
            await tx.execute(insert(holdings).values(**row))
    async with riverside_database.transaction() as tx:
        await tx.execute(text("DROP INDEX discharge_holdings_one_current"))
        await tx.execute(insert(holdings).values(**row))
    async with riverside_database.reading() as reading:
        current = select(func.count()).select_from(holdings).where(holdings.c.is_current)
        assert await reading.value(current) == 2, "without the index nothing else refuses it"
