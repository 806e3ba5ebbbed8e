"""What a message costs the database does not grow with the messages there are, nor with those interpreted at once."""

from collections.abc import AsyncGenerator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from migrations.upgrade import upgrade
from services.admissions.arrivals import Arrival, of_er7
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.handlers.keeping import Stored, keep_group
from services.admissions.handlers.setup import set_up
from services.admissions.handlers.showing import feeds_of_day
from services.admissions.store import refused
from services.admissions.store.messages import Between, listed
from services.admissions.tables import messages, metadata
from shared.database import Database
from shared.database.tending import tend
from shared.london import london_date
from tests.servers.asked import Asked, asked_of
from tests.servers.databases import Held
from tests.services.admissions.conftest import START
from tests.services.admissions.hospital import TRUST, er7

FILLED = 2_000
YOUNG = 20
AT_ONCE = 20
TO_JOIN = 7
"""Statements that two person-files which turn out to be one cost beyond that: one a table they lie in, and a timer."""
LATER = "202603021000"
TRIGGERS = ("A01", "A02", "A08", "A03", "A13", "A11", "A40")


@pytest.fixture
def held() -> Held:
    """None: migrations make them."""
    return Held()


def _said(number: int, trigger: str = "A01", control_id: str = "") -> Arrival:
    """What is told of the person and the stay of a number; two persons are one, by A40."""
    raw = er7(
        trigger,
        control_id=control_id or f"{trigger}-{number}",
        at=LATER,
        mrn=f"H{number:07}",
        visit=f"V{number}",
        ward=f"W{number % 40}",
        merged=f"H{FILLED - number:07}" if trigger == "A40" else "",
        extra="" if trigger == "A40" else f"PV2|||{trigger}",
    )
    return of_er7(raw, trust=TRUST, feed="mllp", received_at=START, processing_id="P")


async def _keep(database: Database, said: Sequence[Arrival]) -> None:
    await keep_group(database, said, {one.id: "AA" for one in said})


async def _interpret(database: Database) -> None:
    while (await interpret_waiting(database, TRUST, START)).messages:
        pass


@pytest.fixture
async def filled(database_url: str) -> AsyncGenerator[Database]:
    """Thousands of stays, and a planner that knows of few."""
    await tend(database_url, lambda connection: upgrade(connection, ("admissions",)))
    database = await Database.open(database_url)
    async with database.transaction() as tx:
        await set_up(tx, TRUST, START, {})
    await _keep(database, [_said(number) for number in range(YOUNG)])
    await _interpret(database)
    if database.dialect == "postgresql":
        async with database.transaction() as tx:
            for name in metadata.tables:
                await tx.execute(text(f"ALTER TABLE {name} SET (autovacuum_enabled = false)"))
            await tx.execute(text("ANALYZE"))
    for first in range(YOUNG, FILLED, 500):
        await _keep(database, [_said(number) for number in range(first, min(first + 500, FILLED))])
    await _interpret(database)
    await database.close()
    database = await Database.open(database_url)
    yield database
    await database.close()


async def _interpreting(database: Database, numbers: Sequence[int]) -> dict[str, Asked]:
    """What is asked while messages of each trigger, about each of `numbers`, are interpreted."""
    found: dict[str, Asked] = {}
    for trigger in TRIGGERS:
        known = numbers if trigger != "A01" else [FILLED + number for number in numbers]
        await _keep(database, [_said(number, trigger) for number in known])
        async with asked_of(database) as asked:
            await _interpret(database)
        found[trigger] = asked
    return found


async def test_a_message_goes_through_what_concerns_it(filled: Database) -> None:
    asked = await _interpreting(filled, [5])
    assert {trigger: one.more_than(FILLED // 2) for trigger, one in asked.items()} == {one: {} for one in TRIGGERS}


async def test_twenty_messages_cost_as_many_statements_as_one(filled: Database) -> None:
    one, twenty = await _interpreting(filled, [5]), await _interpreting(filled, range(10, 10 + AT_ONCE))
    numbers = {trigger: len(asked.statements) for trigger, asked in one.items()}
    joined = {"A40": numbers["A40"] + TO_JOIN * (AT_ONCE - 1)}
    assert {trigger: len(asked.statements) for trigger, asked in twenty.items()} == numbers | joined
    assert numbers["A01"] <= 21


async def test_a_message_that_comes_again_is_found_though_all_bear_one_control_id(filled: Database) -> None:
    alike = [_said(number, control_id="SAME") for number in range(FILLED)]
    for first in range(0, FILLED, 500):
        await _keep(filled, alike[first : first + 500])
    async with asked_of(filled) as asked:
        (kept,) = await keep_group(filled, [again := _said(7, control_id="SAME")], {again.id: "AA"})
    assert isinstance(kept, Stored)
    assert (kept.repeat, kept.id) == (True, alike[7].id)
    assert asked.more_than(FILLED // 2) == {}


async def test_a_message_that_comes_again_is_found_among_all_of_its_feed(filled: Database) -> None:
    async with asked_of(filled) as asked:
        (kept,) = await keep_group(filled, [again := _said(7)], {again.id: "AA"})
    assert isinstance(kept, Stored)
    assert (kept.repeat, kept.id != again.id) == (True, True)
    assert asked.more_than(FILLED // 2) == {}


async def test_a_day_and_a_time_are_asked_for_without_those_of_others(filled: Database) -> None:
    """Of thousands that came on one day, few on the next; those before, between and after are asked for."""
    async with filled.transaction() as tx:
        later = select(messages.c.id).order_by(messages.c.id.desc()).limit(YOUNG).scalar_subquery()
        moved = update(messages).where(messages.c.id.in_(later)).values(received_at=START + timedelta(days=1))
        assert await tx.execute(moved) == YOUNG
    today, tomorrow = london_date(START), london_date(START) + timedelta(days=1)
    came = Between(START + timedelta(hours=1), START + timedelta(days=2))
    async with asked_of(filled) as asked, filled.reading() as reading:
        told = [
            (await feeds_of_day(reading, TRUST, START + timedelta(days=2), {}, day=day)).items[0]
            for day in (today - timedelta(days=1), tomorrow, None)
        ]
        found = await listed(
            reading, TRUST, outcome=None, feed=None, control_id=None, before=None, limit=200, came=came
        )
        turned_away = await refused.listed(reading, TRUST, limit=200, came=came)
    assert [(one.received, one.waiting_now) for one in told] == [(0, 0), (YOUNG, 0), (0, 0)]
    assert (len(found), turned_away) == (YOUNG, [])
    assert asked.more_than(FILLED // 2) == {}
