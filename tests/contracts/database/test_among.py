"""A column compared with many values finds its rows by index, on each kind of database."""

from typing import Any

import pytest
from sqlalchemy import Column, Executable, Index, MetaData, Table, Text, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ClauseElement

from shared.database import Database, Prepared, among, among_given, among_rows, by_column
from tests.servers.asked import asked_of

metadata = MetaData()
things = Table(
    "among_things",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Index("among_things_owned", "kind", "owner"),
)
QUESTIONS = {
    "one column": select(things.c.id).where(among(things.c.id, ["7", "9"])),
    "beside another": select(things.c.id).where(things.c.kind == "a", among(things.c.owner, ["o8", "o10"])),
    "two columns": select(things.c.id).where(among_rows((things.c.kind, things.c.owner), [("a", "o8"), ("a", "o10")])),
}


PAIRS = Prepared(select(things.c.id).where(among_given((things.c.kind, things.c.owner))))


class Explained(Executable, ClauseElement):
    """How the database would run a statement."""

    inherit_cache = False

    def __init__(self, statement: ClauseElement) -> None:
        self.statement = statement


@compiles(Explained)
def _explained(element: Explained, compiler: Any, **kw: Any) -> str:  # pyright: ignore[reportUnusedFunction]
    how = "EXPLAIN QUERY PLAN" if compiler.dialect.name == "sqlite" else "EXPLAIN"
    return f"{how} {compiler.process(element.statement, **kw)}"


@pytest.mark.parametrize("asked", QUESTIONS)
async def test_rows_are_found_by_index(any_database: Database, asked: str) -> None:
    await any_database.create_all(metadata)
    rows = [{"id": str(number), "kind": "ab"[number % 2], "owner": f"o{number}"} for number in range(2_000)]
    async with any_database.transaction() as tx:
        await tx.insert_many(things, rows)
    async with any_database.transaction() as tx:
        found = {row.id for row in await tx.rows(QUESTIONS[asked])}
        plan = "\n".join(str(row[-1]) for row in await tx.rows(Explained(QUESTIONS[asked])))
    assert found == ({"7", "9"} if asked == "one column" else {"8", "10"})
    assert "SCAN among_things" not in plan, plan
    assert "Seq Scan on among_things" not in plan, plan


async def test_rows_are_given_when_the_statement_runs(any_database: Database) -> None:
    await any_database.create_all(metadata)
    rows = [{"id": f"{kind}{owner}", "kind": kind, "owner": owner} for kind in "ab" for owner in ("x", "y", 'ä"]')]
    async with any_database.transaction() as tx:
        await tx.insert_many(things, rows)
    async with any_database.reading() as reading:
        wanted = by_column([("a", "x"), ("b", 'ä"]'), ("a", "x"), ("c", "y")])
        assert {row.id for row in await reading.rows(PAIRS, wanted)} == {"ax", 'bä"]'}


async def test_a_long_list_of_rows_is_gone_through_once(sqlite_database: Database) -> None:
    await sqlite_database.create_all(metadata)
    steps: list[int] = []
    for length in (100, 1_000):
        async with asked_of(sqlite_database) as asked, sqlite_database.reading() as reading:
            await reading.rows(PAIRS, by_column([("a", f"o{number}") for number in range(length)]))
        steps.append(max(asked.gone_through.values()))
    assert steps[1] < 15 * steps[0]
