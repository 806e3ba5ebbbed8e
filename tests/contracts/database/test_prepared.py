"""Prepared statements give and take what the toolkit's do, on both databases."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta, timezone

import pytest
import pytest_asyncio
from sqlalchemy import Boolean, Column, Float, Integer, LargeBinary, MetaData, String, Table, bindparam, func, select

from shared.database import Conflict, Database, Prepared, StatementRefused, among, many
from shared.database.types import Instant, Json

metadata = MetaData()
bays = Table(
    "bays",
    metadata,
    Column("id", String(10), primary_key=True),
    Column("count", Integer, nullable=False, default=7),
    Column("at", Instant),
    Column("notes", Json),
    Column("raw", LargeBinary),
    Column("free", Boolean),
    Column("weight", Float),
)
AT = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
FULL = {"id": "a", "count": 1, "at": AT, "notes": {"x": [1, None, "ä"]}, "raw": b"\0\xff", "free": True, "weight": 0.5}
THESE = Prepared(select(bays).where(among(bays.c.id, many("ids"))).order_by(bays.c.id))
RAISING = Prepared(
    bays.update()
    .where(bays.c.id == bindparam("which"))
    .values(count=bays.c.count + bindparam("more"), at=bindparam("now"))
    .returning(bays.c.count, bays.c.at)
)


@pytest_asyncio.fixture
async def database(any_database: Database) -> AsyncGenerator[Database]:
    """A database with two bays, of which one has nothing but its name."""
    await any_database.create_all(metadata)
    async with any_database.transaction() as tx:
        await tx.insert_many(bays, [FULL, {"id": "b"}])
    yield any_database


async def test_rows_are_those_the_toolkit_gives(database: Database) -> None:
    async with database.reading() as reading:
        plain = await reading.rows(select(bays).order_by(bays.c.id))
        prepared = await reading.rows(THESE, {"ids": ["b", "a", "none"]})
        assert await reading.rows(THESE, {"ids": []}) == []
    assert prepared == plain
    assert [(row.id, row.at, row.notes, row.free, row.weight) for row in prepared] == [
        ("a", AT, {"x": [1, None, "ä"]}, True, 0.5),
        ("b", None, None, None, None),
    ]
    assert prepared[0].at.tzinfo is UTC
    assert isinstance(prepared[0].free, bool)


async def test_the_first_row_and_the_first_value(database: Database) -> None:
    newest = Prepared(select(bays.c.count, bays.c.id).where(bays.c.at == bindparam("at")))
    async with database.reading() as reading:
        found = await reading.row(newest, {"at": AT})
        assert found is not None
        assert tuple(found) == (1, "a")
        assert await reading.row(newest, {"at": AT + timedelta(1)}) is None
        assert await reading.value(Prepared(select(func.sum(bays.c.weight)))) == 0.5
        assert await reading.value(newest, {"at": AT + timedelta(1)}) is None


async def test_changes_count_and_return_rows_and_are_undone_with_their_transaction(database: Database) -> None:
    with pytest.raises(ArithmeticError):  # noqa: PT012  # the block is what is undone
        async with database.transaction() as tx:
            row = await tx.row(RAISING, {"which": "a", "more": 2, "now": AT})
            assert row is not None
            assert tuple(row) == (3, AT)
            raise ArithmeticError
    async with database.transaction() as tx:
        assert await tx.execute(RAISING, {"which": "b", "more": 1, "now": AT}) == 1
        assert await tx.execute(RAISING, {"which": "none", "more": 1, "now": AT}) == 0
    async with database.reading() as reading:
        assert [row._mapping["count"] for row in await reading.rows(THESE, {"ids": ["a", "b"]})] == [1, 8]


async def test_a_prepared_and_a_plain_statement_share_a_transaction(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(RAISING, {"which": "a", "more": 5, "now": AT})
        assert await tx.value(select(bays.c.count).where(bays.c.id == "a")) == 6
        await tx.execute(bays.delete().where(bays.c.id == "a"))
        assert [row.id for row in await tx.rows(THESE, {"ids": ["a", "b"]})] == ["b"]


async def test_a_reading_cannot_write_by_a_prepared_statement(database: Database) -> None:
    async with database.reading() as reading:
        with pytest.raises(StatementRefused):
            await reading.rows(RAISING, {"which": "a", "more": 1, "now": AT})


async def test_refusals_hold_no_values(database: Database) -> None:
    renaming = Prepared(bays.update().where(bays.c.id == bindparam("which")).values(id=bindparam("name")))
    with pytest.raises(Conflict) as caught:
        async with database.transaction() as tx:
            await tx.execute(renaming, {"which": "a", "name": "b"})
    assert caught.value.constraint in {"bays_pkey", "bays.id"}
    with pytest.raises(StatementRefused) as refused:
        async with database.transaction() as tx:
            await tx.execute(Prepared(Table("nowhere", MetaData(), Column("id", String)).select()), {})
    assert "nowhere" in str(refused.value)


async def test_what_is_missing_or_too_many_is_an_error(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(KeyError):
            await tx.rows(THESE, {})
        with pytest.raises(TypeError, match="many rows"):
            await tx.execute(RAISING, [{"which": "a", "more": 1, "now": AT}])
        with pytest.raises(TypeError, match="among"):
            await tx.rows(Prepared(select(bays).where(bays.c.id.in_(["a"]))))


async def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="aware"):
        async with database.transaction() as tx:
            await tx.row(RAISING, {"which": "a", "more": 1, "now": datetime(2026, 3, 1)})  # noqa: DTZ001  # the point
