"""What the database itself refuses, and what the clock does with people nobody holds."""

import pytest
from sqlalchemy import delete, insert, update

from services.discharge.handlers.clock import decide
from services.discharge.tables.cases import cases, holdings
from shared.contracts.cases import CaseStatus
from shared.database import Conflict, Database
from shared.timers import Timer
from tests.services.discharge.riverside import (
    DAY,
    HOUR,
    MONDAY,
    TRUST,
    case_id_of,
    case_of,
    hear,
    left,
    riverside,
    set_up,
    stay,
    told,
    without_rota,
)


def _holding(case_id: str, **changes: object) -> dict[str, object]:
    row: dict[str, object] = {"trust": TRUST, "case_id": case_id, "number": 2, "is_current": True, "since": MONDAY}
    return {**row, "coordinator_id": "ben", "reason": "a test", "explanation": [], **changes}


async def test_the_database_refuses_a_second_holding(riverside_database: Database):
    await hear(riverside_database, stay())
    case_id = await case_id_of(riverside_database)
    with pytest.raises(Conflict):
        async with riverside_database.transaction() as tx:
            await tx.execute(insert(holdings).values(**_holding(case_id)))


@pytest.mark.parametrize("who", [{"coordinator_id": None}, {"uncovered_since": MONDAY}])
async def test_the_database_refuses_a_holding_by_nobody_and_by_both(riverside_database: Database, who):
    await hear(riverside_database, stay())
    case_id = await case_id_of(riverside_database)
    ended = {"is_current": False, "ended_at": MONDAY}
    with pytest.raises(Conflict):
        async with riverside_database.transaction() as tx:
            await tx.execute(insert(holdings).values(**_holding(case_id, **ended, **who)))


@pytest.mark.parametrize(
    "statement",
    [
        update(cases).values(holding=None),
        delete(holdings),
        update(holdings).values(is_current=False, ended_at=MONDAY),
    ],
    ids=["forgotten", "deleted", "ended"],
)
async def test_the_database_refuses_an_open_case_without_a_holding(riverside_database: Database, statement):
    await hear(riverside_database, stay())
    with pytest.raises(Conflict):
        async with riverside_database.transaction() as tx:
            await tx.execute(statement)


async def _look(database: Database, at) -> None:
    timer = Timer("case", await case_id_of(database), at)
    await decide(database, [timer], at)


async def test_uncovered_is_named_when_somebody_comes_onto_the_rota(riverside_database: Database):
    await set_up(riverside_database, without_rota(riverside()))
    await hear(riverside_database, stay())
    assert (await case_of(riverside_database)).holding is not None
    await set_up(riverside_database)
    await _look(riverside_database, MONDAY + HOUR)
    held = (await case_of(riverside_database)).holding
    assert held is not None
    assert (held.coordinator_id, held.uncovered_since) == ("asha", None)


async def test_the_follow_up_lapses(riverside_database: Database):
    await hear(riverside_database, stay())
    await hear(riverside_database, left(stay(), MONDAY + DAY), at=MONDAY + DAY)
    await _look(riverside_database, MONDAY + 15 * DAY)
    case = await case_of(riverside_database)
    assert (case.status, case.holding, case.moments.followed_up) == (CaseStatus.CLOSED, None, None)
    versions = [one.version for one in await told(riverside_database)]
    assert versions == list(range(1, len(versions) + 1))
