"""What both databases promise alike."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta, timezone

import pytest
import pytest_asyncio
from sqlalchemy import Boolean, Column, Integer, LargeBinary, MetaData, String, Table, insert, select, text, update

from shared.database import Conflict, Database, DatabaseUnavailable, StatementRefused, Transaction
from shared.database.types import Instant, Json

metadata = MetaData()
beds = Table(
    "beds",
    metadata,
    Column("id", String(10), primary_key=True),
    Column("count", Integer, nullable=False, default=7),
    Column("at", Instant),
    Column("notes", Json),
    Column("raw", LargeBinary),
    Column("free", Boolean),
)
nowhere = Table("nowhere", MetaData(), Column("id", String(10), primary_key=True))


@pytest_asyncio.fixture
async def database(any_database: Database) -> AsyncGenerator[Database]:
    """A database with a table of beds."""
    await any_database.create_all(metadata)
    yield any_database


async def _insert(database: Database, *rows: dict[str, object]) -> None:
    async with database.transaction() as tx:
        await tx.insert_many(beds, rows)


async def _counts(database: Database) -> dict[str, int]:
    async with database.reading() as reading:
        return {row.id: row.count_ for row in await reading.rows(select(beds.c.id, beds.c.count.label("count_")))}


async def test_many_rows_go_in_and_come_out_as_they_were(database: Database) -> None:
    at = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    full = {"id": "a", "count": 1, "at": at, "notes": {"x": [1, None, "ä"]}, "raw": b"\0\xff", "free": True}
    async with database.transaction() as tx:
        assert await tx.insert_many(beds, []) == 0
        assert await tx.insert_many(beds, [full, {"id": "b"}]) == 2
    async with database.reading() as reading:
        rows = await reading.rows(select(beds).order_by(beds.c.id))
        assert await reading.value(select(beds.c.id).where(beds.c.at == at)) == "a"
    assert rows[0].at.tzinfo is UTC
    assert [tuple(row) for row in rows] == [
        ("a", 1, at, {"x": [1, None, "ä"]}, b"\0\xff", True),
        ("b", 7, None, None, None, None),
    ]


async def test_what_is_there_already_is_passed_over(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.insert_many(beds, [{"id": "a", "count": 1}])
        rows = [{"id": "a", "count": 2}, {"id": "b", "count": 3}, {"id": "b", "count": 4}]
        assert await tx.insert_many(beds, rows, on_conflict="ignore") == 1
    assert await _counts(database) == {"a": 1, "b": 3}


async def test_rows_inserted_alone_are_kept_when_it_returns_and_those_there_are_passed_over(database: Database) -> None:
    at = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    await _insert(database, {"id": "a", "count": 1})
    columns = {"id": ["a", "b", "c", "b"], "count": [2, 3, 4, 5], "at": [at] * 4, "raw": [b"\0\xff"] * 4}
    assert await database.insert_alone(beds, columns) == 2
    assert await database.insert_alone(beds, columns) == 0
    async with database.reading() as reading:
        rows = await reading.rows(select(beds.c.id, beds.c.count, beds.c.at, beds.c.raw).order_by(beds.c.id))
    assert [tuple(row) for row in rows] == [("a", 1, None, None), ("b", 3, at, b"\0\xff"), ("c", 4, at, b"\0\xff")]


async def test_what_cannot_be_inserted_alone_is_refused_without_its_values(database: Database) -> None:
    with pytest.raises(Conflict) as caught:
        await database.insert_alone(beds, {"id": ["9990000018", "b"], "count": [1, None]})
    assert "9990000018" not in repr(caught.value) + str(caught.value)
    with pytest.raises(StatementRefused) as refused:
        await database.insert_alone(nowhere, {"id": ["9990000018"]})
    assert "9990000018" not in str(refused.value)
    assert await _counts(database) == {}
    assert await database.insert_alone(beds, {"id": ["a"], "count": [1]}) == 1


async def test_a_cancelled_lone_insert_is_wholly_kept_or_wholly_undone(database: Database) -> None:
    done: list[str] = []

    async def write(name: str) -> None:
        await database.insert_alone(beds, {"id": [name, f"{name}+"], "count": [1, 1]})
        done.append(name)

    for turn in range(20):
        writing = asyncio.create_task(write(str(turn)))
        for _ in range(turn):
            await asyncio.sleep(0)
        writing.cancel()
        await asyncio.wait([writing])
    kept = await _counts(database)
    assert {*done} <= kept.keys()
    assert all((f"{name}+" in kept) is (name in kept) for name in map(str, range(20)))
    await write("last")


async def test_upsert_replaces_the_given_columns_only_and_the_last_of_a_key_wins(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.insert_many(beds, [{"id": "a", "count": 1, "free": True}])
        await tx.upsert_many(beds, [{"id": "a", "free": True}, {"id": "a", "free": False}, {"id": "b"}], key=["id"])
        rows = await tx.rows(select(beds.c.id, beds.c.count, beds.c.free).order_by(beds.c.id))
    assert [tuple(row) for row in rows] == [("a", 1, False), ("b", 7, None)]


async def test_an_exception_undoes_everything_and_tells_nobody(database: Database) -> None:
    told: list[str] = []
    with pytest.raises(ArithmeticError):  # noqa: PT012  # the block is what is undone
        async with database.transaction() as tx:
            tx.after_commit(lambda: told.append("after"))
            await tx.insert_many(beds, [{"id": "a"}])
            raise ArithmeticError
    assert await _counts(database) == {}
    assert told == []


async def test_last_acts_run_before_the_commit_and_calls_after_it(database: Database) -> None:
    order: list[str] = []

    async def act(tx: Transaction) -> None:
        order.append("last")
        await tx.insert_many(beds, [{"id": "late"}])

    async with database.transaction() as tx:
        tx.after_commit(lambda: order.append("after"))
        tx.at_end(act)
        order.append("body")
    assert order == ["body", "last", "after"]
    assert await _counts(database) == {"late": 7}


async def test_a_failing_last_act_undoes_everything(database: Database) -> None:
    async def act(_tx: Transaction) -> None:
        raise ArithmeticError

    with pytest.raises(ArithmeticError):  # noqa: PT012  # the block is what is undone
        async with database.transaction() as tx:
            await tx.insert_many(beds, [{"id": "a"}])
            tx.at_end(act)
    assert await _counts(database) == {}


async def test_a_conflict_names_the_constraint_and_never_the_value(database: Database) -> None:
    with pytest.raises(Conflict) as caught:
        await _insert(database, {"id": "9990000018"}, {"id": "9990000018"})
    assert "9990000018" not in repr(caught.value) + str(caught.value)
    assert caught.value.constraint in {"beds_pkey", "beds.id"}
    assert caught.value.__cause__ is None


async def test_a_mistaken_statement_is_refused_without_its_values(database: Database) -> None:
    with pytest.raises(StatementRefused) as caught:
        async with database.transaction() as tx:
            await tx.execute(text("UPDATE nowhere SET name = :name"), {"name": "9990000018"})
    assert "9990000018" not in str(caught.value)
    assert "nowhere" in str(caught.value)


async def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="aware"):
        await _insert(database, {"id": "a", "at": datetime(2026, 3, 1)})  # noqa: DTZ001  # the point
    assert await _counts(database) == {}


async def test_writers_of_one_row_lose_no_update(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.insert_many(beds, [{"id": "a", "count": 0}])

    async def add() -> None:
        async with database.transaction() as tx:
            (row,) = await tx.lock_rows(beds, beds.c.id, ["a"])
            await tx.execute(update(beds).values(count=row._mapping["count"] + 1))

    await asyncio.gather(*(add() for _ in range(20)))
    assert await _counts(database) == {"a": 20}


async def test_a_reading_sees_nothing_uncommitted_and_does_not_wait(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.insert_many(beds, [{"id": "a"}])
        assert await _counts(database) == {}
    assert await _counts(database) == {"a": 7}


async def test_a_reading_cannot_write(database: Database) -> None:
    async with database.reading() as reading:
        with pytest.raises(StatementRefused):
            await reading.rows(insert(beds).values(id="a").returning(beds.c.id))
    assert await _counts(database) == {}


async def test_a_cancelled_transaction_is_wholly_kept_or_wholly_undone(database: Database) -> None:
    told: list[str] = []

    async def write(name: str) -> None:
        async with database.transaction() as tx:
            tx.after_commit(lambda: told.append(name))
            await tx.insert_many(beds, [{"id": name}, {"id": f"{name}+"}])

    for turn in range(40):
        writing = asyncio.create_task(write(str(turn)))
        for _ in range(turn):
            await asyncio.sleep(0)
        writing.cancel()
        await asyncio.wait([writing])
    kept = await _counts(database)
    assert set(kept) == {name for one in told for name in (one, f"{one}+")}
    await write("last")


async def test_whoever_waits_is_woken_by_a_commit_and_not_by_a_rollback(database: Database) -> None:
    waker = database.waker("beds")
    with pytest.raises(ArithmeticError):  # noqa: PT012  # the block is what is undone
        async with database.transaction() as tx:
            tx.wake("beds")
            raise ArithmeticError
    assert not await waker.wait(0.01)
    async with database.transaction() as tx:
        tx.wake("beds")
    assert await waker.wait(0.01)
    assert not await waker.wait(0.01)
    database.forget("beds", waker)


async def test_another_process_is_woken_on_postgresql(postgres_url: str) -> None:
    here, there = await Database.open(postgres_url), await Database.open(postgres_url)
    waker = there.waker("beds")
    async with asyncio.timeout(20):
        heard = False
        while not heard:
            async with here.transaction() as tx:
                tx.wake("beds")
            heard = await waker.wait(0.2)
    await here.close()
    await there.close()


async def test_a_lost_connection_is_unavailability_and_the_next_transaction_works(postgres_url: str) -> None:
    database = await Database.open(postgres_url)
    with pytest.raises(DatabaseUnavailable):
        async with database.transaction() as tx:
            await tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    async with database.reading() as reading:
        assert await reading.value(text("SELECT 1")) == 1
    await database.close()


async def test_a_lost_connection_of_a_lone_insert_is_unavailability_and_the_next_one_works(postgres_url: str) -> None:
    database = await Database.open(postgres_url)
    await database.create_all(metadata)
    await database.insert_alone(beds, {"id": ["a"], "count": [1]})
    async with database.transaction() as tx:
        await tx.execute(text("LOCK TABLE beds"))
        waiting = asyncio.create_task(database.insert_alone(beds, {"id": ["b"], "count": [1]}))
        found = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        async with asyncio.timeout(20):
            while not await tx.rows(text(found)):  # noqa: ASYNC110  # seen from outside
                await asyncio.sleep(0.01)
        with pytest.raises(DatabaseUnavailable):
            await waiting
    assert await database.insert_alone(beds, {"id": ["c"], "count": [1]}) == 1
    assert await _counts(database) == {"a": 1, "c": 1}
    await database.close()


async def test_nobody_at_home_is_unavailability() -> None:
    with pytest.raises(DatabaseUnavailable):
        await Database.open("postgresql://nobody@127.0.0.1:1/none")


async def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="file"):
        await Database.open("sqlite://")
