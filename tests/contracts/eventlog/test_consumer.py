"""What is handled and how far the reader is are kept together or not at all; of two who take a subject one does."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy import select, text

from shared.database import Database, Transaction
from shared.eventlog import Event, ParkedSubject, consumer, positions
from shared.eventlog.events import Delivered, Reader, Taken
from shared.eventlog.positions import START, Followed
from tests.contracts.eventlog.house import House, build, event, until

FIRST = (1, 1)


@pytest.fixture
async def ward(any_database: Database) -> House:
    """A house nothing is carried to: the tests hand over themselves."""
    return await build(any_database)


def _followed(house: House) -> Followed:
    return Followed("wards", house.own, house.source)


async def _take(house: House, reader: Reader, batch: Sequence[Delivered]) -> Taken:
    async def keep(tx: Transaction) -> None:
        await positions.move(tx, _followed(house), "RXX", START, FIRST)

    return await consumer.take(reader, batch, keep)


async def _position(house: House) -> positions.Position:
    async with house.database.reading() as reading:
        return (await positions.load(reading, _followed(house))).get("RXX", START)


async def test_the_position_is_not_kept_without_what_it_stands_for(ward: House) -> None:
    async def told_to_stop(_tx: Transaction, _batch: Sequence[Event], _at: datetime) -> Sequence[ParkedSubject]:
        raise asyncio.CancelledError

    ward.handler = told_to_stop
    with pytest.raises(asyncio.CancelledError):
        await _take(ward, ward.reader(), [Delivered(event("a", 1), 1, 1)])
    assert await _position(ward) == START
    ward.handler = ward.handle
    assert (await _take(ward, ward.reader(), [Delivered(event("a", 1), 1, 1)])).fresh == 1
    assert (await ward.seen(), await _position(ward)) == ([("a", 1)], FIRST)


async def test_what_was_handled_is_not_kept_when_another_process_moved_the_position(ward: House) -> None:
    async with ward.database.transaction() as tx:
        await positions.move(tx, _followed(ward), "RXX", START, FIRST)
    with pytest.raises(consumer.Overtaken):
        await _take(ward, ward.reader(), [Delivered(event("a", 1), 1, 1)])
    async with ward.database.reading() as reading:
        assert await reading.rows(select(ward.own.inbox)) == []
    assert await ward.seen() == []


async def test_of_two_who_take_a_subject_never_seen_one_is_overtaken(postgres_database: Database) -> None:
    house = await build(postgres_database)
    handling, may_end = asyncio.Event(), asyncio.Event()

    async def slowly(tx: Transaction, batch: Sequence[Event], at: datetime) -> Sequence[ParkedSubject]:
        handling.set()
        while not may_end.is_set():  # a transaction that says nothing for two seconds is ended
            await tx.rows(text("SELECT 1"))
            await asyncio.sleep(0.05)
        return await house.handle(tx, batch, at)

    house.handler = slowly
    batch = [Delivered(event("a", 1), 1, 1)]
    first = asyncio.create_task(consumer.take(house.reader(), batch))
    await handling.wait()
    house.handler = house.handle
    second = asyncio.create_task(consumer.take(house.reader(), batch))

    async def waits_for_a_lock() -> bool:
        async with postgres_database.reading() as reading:
            return bool(await reading.value(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))) or second.done()

    await until(waits_for_a_lock)
    may_end.set()
    assert (await first).fresh == 1
    with pytest.raises(consumer.Overtaken):
        await second
    assert await house.seen() == [("a", 1)]
    assert (await consumer.take(house.reader(), batch)) == Taken(repeats=1)
