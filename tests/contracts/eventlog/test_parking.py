"""A subject that cannot be taken is set aside; the others flow past it."""

import asyncio

import pytest

from shared.eventlog import parked
from tests.contracts.eventlog.house import AT, House, event, until


async def _parked(house: House) -> list[tuple[str, int | None]]:
    async with house.database.reading() as reading:
        return [(one.subject, one.version) for one in await parked.listed(reading, house.own)]


async def test_a_poisoned_subject_is_parked_while_others_flow(house: House) -> None:
    house.poisoned = {"bad"}
    await house.announce(event("a", 1), event("bad", 1), event("b", 1))
    async with house.running():
        await house.until_seen(("a", 1), ("b", 1))
        house.poisoned = set()  # that it could be taken now changes nothing: it waits to be released
        await house.announce(event("bad", 2), event("a", 2))
        await house.until_seen(("a", 2))

        async def newest_is_kept() -> bool:
            return await _parked(house) == [("bad", 2)]

        await until(newest_is_kept)
    assert sorted(await house.seen()) == [("a", 1), ("a", 2), ("b", 1)]
    async with house.database.reading() as reading:
        (one,) = await parked.listed(reading, house.own)
    assert one.reason.startswith("ArithmeticError at eventlog/house.py:")


async def test_a_subject_the_handler_refuses_is_parked_in_the_same_transaction(house: House) -> None:
    house.refused = {"bad"}
    await house.announce(event("bad", 1), event("a", 1))
    async with house.running():
        await house.until_seen(("a", 1))
    assert await _parked(house) == [("bad", 1)]


async def test_releasing_runs_the_newest_version_only(house: House) -> None:
    house.poisoned = {"bad"}
    await house.announce(event("bad", 1), event("bad", 2))
    async with house.running():

        async def is_parked() -> bool:
            return await _parked(house) == [("bad", 2)]

        await until(is_parked)
        assert not await parked.release(house.database, house.own, house.subscription(), "bad", AT)
        house.poisoned = set()
        assert await parked.release(house.database, house.own, house.subscription(), "bad", AT)
        assert await _parked(house) == []
        await house.announce(event("bad", 3))
        await house.until_seen(("bad", 3))
    assert await house.seen() == [("bad", 2), ("bad", 3)]


async def test_discarding_lets_the_next_version_through(house: House) -> None:
    house.refused = {"bad"}
    await house.announce(event("bad", 1), event("a", 1))
    async with house.running():
        await house.until_seen(("a", 1))
        async with house.database.transaction() as tx:
            assert await parked.discard(tx, house.own, "wards", "bad")
            assert not await parked.discard(tx, house.own, "wards", "other")
        house.refused = set()
        await house.announce(event("bad", 2))
        await house.until_seen(("bad", 2))
    assert await _parked(house) == []


async def test_a_reader_that_parks_too_much_stops_loudly(house: House) -> None:
    house.refused = {"a", "b", "c"}
    await house.announce(event("a", 1), event("b", 1), event("c", 1))
    with pytest.raises(parked.TooManyParked):
        async with house.running(parking_limit=2) as running:
            await asyncio.wait(running[-1:], timeout=30)
