"""Many rows at once, and rows that are "one of these": what both databases promise, whichever way they go."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import Column, Integer, LargeBinary, MetaData, PrimaryKeyConstraint, String, Table, Text, func, select

from shared.database import Conflict, Database, StatementRefused, among, among_rows
from shared.database.postgresql import COPIED_FROM
from shared.database.types import Instant, Json, JsonText

metadata = MetaData()
people = Table(
    "people",
    metadata,
    Column("issuer", Text, nullable=False),
    Column("number", String(20), nullable=False),
    Column("at", Instant, nullable=False),
    Column("told", Json),
    Column("raw", LargeBinary),
    Column("place", Integer),
    PrimaryKeyConstraint("issuer", "number", name="people_key"),
)
AT = datetime(2026, 3, 29, 0, 30, 0, 123456, tzinfo=UTC)
MANY = COPIED_FROM // 5


@pytest_asyncio.fixture
async def database(any_database: Database) -> AsyncGenerator[Database]:
    """A database with a table of people."""
    await any_database.create_all(metadata)
    yield any_database


def row(nth: int, /, **more: object) -> dict[str, object]:
    said: dict[str, object] = {"issuer": "RZZ", "number": f"H{nth}", "at": AT + timedelta(seconds=nth)}
    return said | {"told": {"n": [nth, None, "ä"]}, "raw": b"\0\xff", "place": None} | more


async def test_a_batch_of_any_size_goes_in_and_comes_out_as_it_was(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.insert_many(people, [row(number) for number in range(MANY)]) == MANY
        assert await tx.insert_many(people, [row(MANY)]) == 1
    async with database.reading() as reading:
        kept = await reading.rows(select(people))
    assert sorted(map(tuple, kept), key=lambda one: one[2]) == [tuple(row(one).values()) for one in range(MANY + 1)]


async def test_a_large_batch_that_conflicts_is_refused_whole_and_names_no_value(database: Database) -> None:
    with pytest.raises(Conflict) as refused:
        async with database.transaction() as tx:
            await tx.insert_many(people, [*(row(number) for number in range(MANY)), row(3)])
    assert "H3" not in str(refused.value)
    async with database.reading() as reading:
        assert await reading.value(select(func.count()).select_from(people)) == 0


async def test_a_large_batch_is_undone_with_its_transaction_even_when_it_is_the_first_thing_in_it(
    database: Database,
) -> None:
    async def first_of_all() -> None:
        async with database.transaction() as tx:
            await tx.insert_many(people, [row(number) for number in range(MANY)])
            raise LookupError

    with pytest.raises(LookupError):
        await first_of_all()
    async with database.reading() as reading:
        assert await reading.value(select(func.count()).select_from(people)) == 0


async def test_a_value_the_database_cannot_hold_is_refused_without_its_words(postgres_database: Database) -> None:
    await postgres_database.create_all(metadata)
    rows = [*(row(number) for number in range(MANY)), row(MANY + 1, number="Example-Doris-" * 3)]
    with pytest.raises(StatementRefused) as refused:
        async with postgres_database.transaction() as tx:
            await tx.insert_many(people, rows)
    assert "Doris" not in str(refused.value)


async def test_json_that_is_written_already_is_kept_as_it_stands(database: Database) -> None:
    written = [row(number, told=JsonText('{"n": ["\\u00e4"]}')) for number in range(MANY)]
    async with database.transaction() as tx:
        await tx.insert_many(people, written)
        await tx.upsert_many(people, written[:1], key=["issuer", "number"])
        await tx.insert_many(people, [row(MANY, told=None)])
    async with database.reading() as reading:
        told = [one.told for one in await reading.rows(select(people.c.told).order_by(people.c.at))]
    assert told == [{"n": ["ä"]}] * MANY + [None]


async def test_among(database: Database) -> None:
    odd = ["H1", "O'Neil", 'a"b,{}', "ä\\", "NULL", ""]
    async with database.transaction() as tx:
        await tx.insert_many(people, [row(0, number=number, issuer=f"I{place}") for place, number in enumerate(odd)])

    async def found(condition: object) -> list[str]:
        async with database.reading() as reading:
            kept = await reading.rows(select(people.c.number).where(condition).order_by(people.c.issuer))  # pyright: ignore[reportArgumentType]
        return [one.number for one in kept]

    assert await found(among(people.c.number, odd)) == odd
    assert await found(among(people.c.number, [odd[3], "nobody"])) == [odd[3]]
    assert await found(among(people.c.number, [])) == []
    columns = (people.c.issuer, people.c.number)
    assert await found(among_rows(columns, [("I1", odd[1]), ("I2", odd[1]), ("I5", "")])) == [odd[1], ""]
    assert await found(among_rows(columns, [])) == []
