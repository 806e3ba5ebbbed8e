"""The lane's numbers are commit order without gaps, on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import MetaData, select

from shared.database import Conflict, Database
from shared.eventlog import EventLogTables, outbox, positions, tables
from shared.eventlog.positions import START, Followed
from shared.housekeeping import tidy
from tests.contracts.eventlog.house import AT, event


class _ChangedMind(Exception):
    pass


async def _log(database: Database) -> EventLogTables:
    metadata = MetaData()
    log = tables.make("hospital", metadata, "homeward.test.v1")
    await database.create_all(metadata)
    return log


async def _numbers(database: Database, log: EventLogTables, trust: str) -> list[int]:
    async with database.reading() as reading:
        statement = select(log.outbox.c.no).where(log.outbox.c.trust == trust).order_by(log.outbox.c.no)
        return [row.no for row in await reading.rows(statement)]


async def _write(database: Database, log: EventLogTables, name: str, random: Random) -> None:
    for turn in range(15):
        try:
            async with database.transaction() as tx:
                for trust in random.sample(["RXX", "RYY", "RZZ"], random.randint(1, 3)):
                    outbox.append(tx, log, event(f"{name}-{turn}-{trust}", 1, trust))
                await asyncio.sleep(random.random() / 500)
                if random.random() < 0.2:
                    # After the numbers were minted, too: a number given back must be given out again.
                    if random.random() < 0.5:
                        await tx.run_last_acts()
                    raise _ChangedMind  # noqa: TRY301  # what rolls the transaction back
        except _ChangedMind:
            continue


async def test_a_follower_never_sees_a_gap_whoever_commits_when(any_database: Database) -> None:
    log = await _log(any_database)
    followed = Followed("reader", log, log)
    seen: dict[str, list[int]] = {"RXX": [], "RYY": [], "RZZ": []}

    async def look() -> None:
        async with any_database.reading() as reading:
            for trust, numbers in seen.items():
                held = (1, numbers[-1]) if numbers else START
                numbers += [one.no for one in await positions.after(reading, followed, trust, held, 7)]

    async def follow(done: asyncio.Event) -> None:
        while not done.is_set():
            await look()

    done = asyncio.Event()
    following = asyncio.create_task(follow(done))
    await asyncio.gather(*(_write(any_database, log, f"w{number}", Random(number)) for number in range(8)))  # noqa: S311
    done.set()
    await following
    for trust, numbers in seen.items():
        kept = await _numbers(any_database, log, trust)
        assert kept == list(range(1, len(kept) + 1))
        assert len(kept) > 20
        while len(numbers) < len(kept):
            await look()
        assert numbers == kept


async def test_a_version_is_announced_once(any_database: Database) -> None:
    log = await _log(any_database)
    async with any_database.transaction() as tx:
        outbox.append(tx, log, event("a", 1))
    with pytest.raises(Conflict):
        async with any_database.transaction() as tx:
            outbox.append(tx, log, event("a", 1))
    assert await _numbers(any_database, log, "RXX") == [1]


async def test_what_no_reader_could_take_is_refused(any_database: Database) -> None:
    log = await _log(any_database)
    async with any_database.transaction() as tx:
        with pytest.raises(ValueError, match="version"):
            outbox.append(tx, log, event("a", 0))
        with pytest.raises(ValueError, match="at most"):
            outbox.append(tx, log, event("a", 1, data=b"x" * 600_000))


async def test_a_restore_gives_every_lane_a_new_epoch_new_lanes_too(any_database: Database) -> None:
    log = await _log(any_database)
    async with any_database.transaction() as tx:
        outbox.append(tx, log, event("a", 1, "RXX"))
    async with any_database.transaction() as tx:
        first = await outbox.restored(tx, log, AT)
    async with any_database.transaction() as tx:
        second = await outbox.restored(tx, log, AT)
    async with any_database.transaction() as tx:
        outbox.append(tx, log, event("a", 2, "RXX"))
        outbox.append(tx, log, event("b", 1, "RNEW"))
    async with any_database.reading() as reading:
        place = select(log.outbox.c.trust, log.outbox.c.epoch, log.outbox.c.no)
        places = sorted(tuple(row) for row in await reading.rows(place))
    assert 1 < first < second
    assert places == [("RNEW", second, 1), ("RXX", 1, 1), ("RXX", second, 1)]


async def test_pruning_keeps_what_was_told_at_any_time_since(any_database: Database) -> None:
    log = await _log(any_database)
    told = [event("a", 1), event("a", 2), replace(event("a", 3), at=AT + timedelta(days=2)), event("b", 1)]
    async with any_database.transaction() as tx:
        for one in told:
            outbox.append(tx, log, one)
    async with any_database.transaction() as tx:
        assert await outbox.prune(tx, log, AT + timedelta(days=1)) == 1
    assert await _numbers(any_database, log, "RXX") == [2, 3, 4]
    async with any_database.transaction() as tx:
        assert await outbox.prune(tx, log, AT + timedelta(days=3)) == 1
    assert await _numbers(any_database, log, "RXX") == [3, 4]


async def test_pruning_takes_some_at_a_time_until_nothing_is_left(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PRUNED_AT_ONCE", 2)
    log = await _log(any_database)
    async with any_database.transaction() as tx:
        for version in range(1, 7):
            outbox.append(tx, log, event("a", version))
    async with any_database.transaction() as tx:
        assert await outbox.prune(tx, log, AT + timedelta(days=1)) == 2
    await tidy(any_database, log, None, AT + timedelta(days=8))
    assert await _numbers(any_database, log, "RXX") == [6]


async def test_pruning_keeps_the_newest_of_each_subject(any_database: Database) -> None:
    log = await _log(any_database)
    async with any_database.transaction() as tx:
        for one in (event("a", 1), event("a", 2), event("a", 3), event("b", 1)):
            outbox.append(tx, log, one)
    async with any_database.transaction() as tx:
        assert await outbox.prune(tx, log, AT) == 0
        assert await outbox.prune(tx, log, AT + timedelta(days=1)) == 2
    assert await _numbers(any_database, log, "RXX") == [3, 4]
