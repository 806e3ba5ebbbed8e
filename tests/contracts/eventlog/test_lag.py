"""How far a reader is behind is known, on each carrier."""

from sqlalchemy import insert

from shared.database import DatabaseUnavailable, Transaction
from shared.eventlog import Event, ParkedSubject, lag, outbox
from tests.contracts.eventlog.house import AT, House, event, until


async def test_what_is_announced_and_not_taken_is_the_lag(house: House) -> None:
    assert await house.lag() == 0
    await house.announce(event("a", 1), event("b", 1), event("c", 1))
    assert await house.lag() == 3
    async with house.running():
        await house.until_seen(("a", 1), ("b", 1), ("c", 1))

        async def caught_up() -> bool:
            return await house.lag() == 0

        await until(caught_up)


async def test_what_was_given_and_could_not_be_kept_is_still_ahead(house: House) -> None:
    away = True

    async def handle(tx: Transaction, batch: list[Event], _at: object) -> list[ParkedSubject]:
        if away:
            raise DatabaseUnavailable("away")
        for one in batch:
            await tx.execute(insert(house.seen_table).values(subject=one.subject, version=one.version))
        return []

    house.handler = handle  # type: ignore[assignment]
    await house.announce(event("a", 1), event("b", 1))
    async with house.running():

        async def tried() -> bool:
            given = house.bootstrap is None or house.fetched.lag == 2
            return given and await house.lag() == 2  # the relay's position may move after the reader was given them

        await until(tried)
        away = False
        await house.until_seen(("a", 1), ("b", 1))


async def test_after_a_restore_all_of_the_new_epoch_is_ahead(house: House) -> None:
    await house.announce(event("a", 1), event("b", 1))
    if house.bootstrap is None:
        async with house.running():
            await house.until_seen(("a", 1), ("b", 1))
    async with house.database.transaction() as tx:
        await outbox.restored(tx, house.source, AT)
    assert await house.lag() == 0
    await house.announce(event("a", 2))
    assert await house.lag() == 1


async def test_parked_subjects_are_counted_by_reader(house: House) -> None:
    house.refused = {"bad", "worse"}
    await house.announce(event("bad", 1), event("worse", 1), event("a", 1))
    async with house.running():
        await house.until_seen(("a", 1))
    (family,) = await lag.parked(house.database, house.own)("RXX")
    assert [(sample.labels, sample.value) for sample in family.samples] == [({"reader": "wards"}, 2.0)]
