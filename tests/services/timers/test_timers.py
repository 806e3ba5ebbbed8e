"""Timers: what is due is decided, what fails waits, and nothing spins."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import MetaData, Table, select

from shared import timers
from shared.clock import SettableClock
from shared.database import Database
from shared.timers import Timer

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


async def _table(database: Database) -> Table:
    metadata = MetaData()
    table = timers.make("ward", metadata)
    await database.create_all(metadata)
    return table


async def _due(database: Database, table: Table, at: datetime) -> list[tuple[str, str]]:
    async with database.reading() as reading:
        return [(one.rule, one.subject) for one in await timers.due(reading, table, at, 100)]


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  # looked at from outside
            await asyncio.sleep(0.01)


async def test_a_timer_is_due_from_its_time_on_and_the_last_setting_counts(any_database: Database) -> None:
    table = await _table(any_database)
    async with any_database.transaction() as tx:
        await timers.set_due(
            tx, table, [("delay", "a", AT), ("delay", "b", LATER), ("delay", "b", AT), ("stay", "a", AT)]
        )
    async with any_database.transaction() as tx:
        await timers.set_due(tx, table, [("stay", "a", None), ("delay", "a", LATER), ("stay", "nobody", None)])
    assert await _due(any_database, table, AT - timedelta(microseconds=1)) == []
    assert await _due(any_database, table, AT) == [("delay", "b")]
    assert await _due(any_database, table, LATER) == [("delay", "b"), ("delay", "a")]


async def test_the_worker_decides_what_is_due_and_is_woken_by_what_is_set(any_database: Database) -> None:
    table, clock, stop = await _table(any_database), SettableClock(AT), asyncio.Event()
    decided: list[str] = []

    async def decide(database: Database, due: Sequence[Timer], at: datetime) -> None:
        async with database.transaction() as tx:
            again = await timers.of_subjects(tx, table, ["delay"], [one.subject for one in due], at)
            await timers.set_due(tx, table, [(one.rule, one.subject, None) for one in again])
            tx.after_commit(lambda: decided.extend(one.subject for one in again))

    working = asyncio.ensure_future(timers.work(any_database, table, clock, decide, most=3)(stop))
    async with any_database.transaction() as tx:
        await timers.set_due(tx, table, [("delay", f"s{number}", AT) for number in range(8)])
    await _until(lambda: len(decided) == 8)
    stop.set()
    await working
    assert sorted(decided) == [f"s{number}" for number in range(8)]
    assert await _due(any_database, table, LATER) == []


async def test_a_timer_that_fails_is_parked_and_the_others_are_decided(any_database: Database) -> None:
    table, clock, stop = await _table(any_database), SettableClock(AT), asyncio.Event()
    looks: list[tuple[str, ...]] = []

    async def decide(database: Database, due: Sequence[Timer], _at: datetime) -> None:
        looks.append(tuple(one.subject for one in due))
        if any(one.subject == "bad" for one in due):
            raise ArithmeticError
        async with database.transaction() as tx:
            await timers.set_due(tx, table, [(one.rule, one.subject, None) for one in due])

    async with any_database.transaction() as tx:
        await timers.set_due(tx, table, [("delay", name, AT) for name in ("bad", "good")])
    working = asyncio.ensure_future(timers.work(any_database, table, clock, decide)(stop))
    await _until(lambda: ("good",) in looks)
    clock.advance(timedelta(seconds=29))
    await asyncio.sleep(0.05)
    assert looks == [("bad", "good"), ("bad",), ("good",)]
    clock.advance(timedelta(seconds=2))
    async with any_database.transaction() as tx:
        await timers.set_due(tx, table, [("delay", "new", AT)])
    await _until(lambda: ("new",) in looks)
    stop.set()
    await working
    assert looks[3:] == [("bad", "new"), ("bad",), ("new",)]
    async with any_database.reading() as reading:
        row = await reading.row(select(table.c.failures, table.c.parked_until, table.c.reason))
    assert row is not None
    assert (row.failures, row.parked_until) == (2, clock.now() + timedelta(minutes=1))
    assert row.reason.startswith("ArithmeticError at timers/test_timers.py:")


async def test_a_timer_left_due_because_its_subject_was_locked_does_not_spin(any_database: Database) -> None:
    table, clock, stop = await _table(any_database), SettableClock(AT), asyncio.Event()
    looks: list[int] = []

    async def decide(_database: Database, due: Sequence[Timer], _at: datetime) -> None:
        looks.append(len(due))

    async with any_database.transaction() as tx:
        await timers.set_due(tx, table, [("delay", "locked", AT)])
    working = asyncio.ensure_future(timers.work(any_database, table, clock, decide)(stop))
    await _until(lambda: bool(looks))
    for _ in range(20):
        await asyncio.sleep(0.005)
    stop.set()
    await working
    assert looks == [1]


async def test_what_was_decided_too_early_is_put_right_at_the_start_and_when_the_clock_goes_back(
    any_database: Database,
) -> None:
    table, clock, stop = await _table(any_database), SettableClock(LATER), asyncio.Event()
    righted: list[datetime] = []
    decided: list[datetime] = []

    async def put_right(database: Database, at: datetime) -> int:
        righted.append(at)
        async with database.transaction() as tx:
            await timers.set_due(tx, table, [("delay", "early", at)])
        return 1

    async def decide(database: Database, due: Sequence[Timer], at: datetime) -> None:
        async with database.transaction() as tx:
            await timers.set_due(tx, table, [(one.rule, one.subject, None) for one in due])
            tx.after_commit(lambda: decided.append(at))

    working = asyncio.ensure_future(timers.work(any_database, table, clock, decide, put_right=put_right)(stop))
    await _until(lambda: decided == [LATER])
    for at in (LATER + timedelta(days=3), AT):
        clock.set(at)
        async with any_database.transaction() as tx:
            await timers.set_due(tx, table, [("delay", "wakes", at)])
        await _until(lambda at=at: at in decided)
    stop.set()
    await working
    assert righted == [LATER, AT]


async def test_a_timer_that_was_rewritten_while_its_rule_failed_is_not_parked(any_database: Database) -> None:
    table, clock, stop = await _table(any_database), SettableClock(AT), asyncio.Event()
    looks: list[datetime] = []

    async def decide(database: Database, due: Sequence[Timer], _at: datetime) -> None:
        looks.extend(one.due_at for one in due)
        async with database.transaction() as tx:
            if due[0].due_at == AT:
                await timers.set_due(tx, table, [("delay", "case", AT - timedelta(minutes=1))])
            else:
                await timers.set_due(tx, table, [("delay", "case", None)])
        if due[0].due_at == AT:
            raise ArithmeticError

    async with any_database.transaction() as tx:
        await timers.set_due(tx, table, [("delay", "case", AT)])
    working = asyncio.ensure_future(timers.work(any_database, table, clock, decide)(stop))
    await _until(lambda: looks[-1:] == [AT - timedelta(minutes=1)])
    stop.set()
    await working
    assert await _due(any_database, table, LATER) == []


async def test_a_parked_timer_is_not_due_before_its_time(any_database: Database) -> None:
    table, clock, stop = await _table(any_database), SettableClock(AT), asyncio.Event()
    looks: list[int] = []

    async def decide(_database: Database, due: Sequence[Timer], _at: datetime) -> None:
        looks.append(len(due))
        raise ArithmeticError

    async with any_database.transaction() as tx:
        await timers.set_due(tx, table, [("delay", "bad", AT)])
    working = asyncio.ensure_future(timers.work(any_database, table, clock, decide)(stop))
    await _until(lambda: len(looks) == 2)
    stop.set()
    await working
    assert await _due(any_database, table, AT + timedelta(seconds=29)) == []
    assert await _due(any_database, table, AT + timedelta(seconds=30)) == [("delay", "bad")]
