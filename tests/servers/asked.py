"""What a database is asked meanwhile, and how much it goes through to answer.

Measured where it happens, not read off plans: SQLite counts the steps of its machine, at least one for each row it
looks at, PostgreSQL the rows and index entries it read. A statement is heard where it leaves for the driver, so that
prepared ones, the toolkit's and rows that are put in are heard alike.
"""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from sqlalchemy import Executable, Table, text

from shared.database import Database, postgresql, sqlite

_METHODS = ("fetch", "run", "execute", "insert_rows", "upsert_rows")
_STEPS_AT_ONCE = 10
_FLUSH = text("SELECT pg_stat_force_next_flush()")
_READ = text("""
    SELECT t.relname, t.seq_tup_read + coalesce(sum(i.idx_tup_read), 0) AS number
    FROM pg_stat_user_tables t LEFT JOIN pg_stat_user_indexes i USING (relid) GROUP BY t.relname, t.seq_tup_read
""")


@dataclass(slots=True)
class Statement:
    """One statement as it was asked, and the steps SQLite took for it, to the next ten."""

    sql: str
    steps: int = 0

    def count(self) -> None:
        """Take note of some steps; nothing, which tells SQLite to go on."""
        self.steps += _STEPS_AT_ONCE


@dataclass(slots=True)
class Asked:
    """What was asked: the `statements` in order, and what each (SQLite) or each table (PostgreSQL) went through."""

    statements: list[Statement] = field(default_factory=list[Statement])
    gone_through: dict[str, int] = field(default_factory=dict[str, int])

    def more_than(self, most: int) -> dict[str, int]:
        """What took more than `most` steps, or of what more than `most` rows were read."""
        return {what: number for what, number in self.gone_through.items() if number > most}


@asynccontextmanager
async def asked_of(database: Database) -> AsyncGenerator[Asked]:
    """What `database` is asked until the block ends."""
    asked = Asked()
    before = await _rows_read(database)
    with _listening(asked.statements):
        yield asked
    if database.dialect == "sqlite":
        asked.gone_through = {
            sql: max(one.steps for one in asked.statements if one.sql == sql)
            for sql in {one.sql for one in asked.statements}
        }
    else:
        after = await _rows_read(database)
        asked.gone_through = {table: number - before.get(table, 0) for table, number in after.items()}


async def _rows_read(database: Database) -> dict[str, int]:
    if database.dialect == "sqlite":
        return {}
    # A connection tells what it read when it is next idle, at most once a second unless it is made to.
    async with database.transaction() as tx:
        await tx.execute(_FLUSH)
    async with database.reading() as reading:
        await reading.rows(_FLUSH)
        return {row.relname: int(row.number) for row in await reading.rows(_READ)}


@contextmanager
def _listening(heard: list[Statement]) -> Generator[None]:
    busy: set[int] = set()
    before = [(line, name, getattr(line, name)) for line in (sqlite.Line, postgresql.Line) for name in _METHODS]
    for line, name, method in before:
        setattr(line, name, _heard(heard, busy, method))
    try:
        yield
    finally:
        for line, name, method in before:
            setattr(line, name, method)


def _heard(heard: list[Statement], busy: set[int], method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    async def asked(line: Any, statement: object, *args: Any, **more: Any) -> Any:
        if id(line) in busy:  # rows that are put in by a statement of the same line
            return await method(line, statement, *args, **more)
        one = Statement(_written(line, statement))
        heard.append(one)
        busy.add(id(line))
        counted = line._plain if isinstance(line, sqlite.Line) else None
        if counted is not None:
            counted.set_progress_handler(one.count, _STEPS_AT_ONCE)
        try:
            return await method(line, statement, *args, **more)
        finally:
            busy.discard(id(line))
            if counted is not None:
                counted.set_progress_handler(None, _STEPS_AT_ONCE)

    return asked


def _written(line: Any, statement: object) -> str:
    if isinstance(statement, Table):
        return f"rows of {statement.name}"
    if isinstance(statement, Executable):
        compiled: Any = statement
        return str(compiled.compile(dialect=line.dialect))
    return str(statement)
