"""What a database is asked meanwhile, and how many rows it goes through to answer: read off SQLite's plans.

A statement is written down where it leaves for the driver, so that prepared ones and the toolkit's are heard alike.
"""

import re
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

from sqlalchemy import Executable, Table

from shared.database import postgresql, sqlite

_METHODS = ("fetch", "run", "execute", "insert_rows", "upsert_rows")
_SEARCH = re.compile(
    r"^SEARCH (?P<table>\w+)(?: USING (?:COVERING )?(?:INDEX (?P<index>\w+)|.*?))?(?: \((?P<by>.*)\))?$"
)
_SCAN = re.compile(r"^SCAN (?P<table>\w+)")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its text, or for rows that are put in the name of their table; and how many values it takes."""

    sql: str
    values: int = 0
    adds_rows: bool = False


@contextmanager
def listening() -> Generator[list[Statement]]:
    """The statements of every database of this process, in order, as they are asked."""
    heard: list[Statement] = []
    before = [(line, name, getattr(line, name)) for line in (sqlite.Line, postgresql.Line) for name in _METHODS]
    for line, name, method in before:
        setattr(line, name, _heard(heard, method))
    try:
        yield heard
    finally:
        for line, name, method in before:
            setattr(line, name, method)


def _heard(heard: list[Statement], method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    async def asked(line: Any, statement: object, *args: Any, **more: Any) -> Any:
        heard.append(_written(line, statement, args))
        return await method(line, statement, *args, **more)

    return asked


def _written(line: Any, statement: object, args: Sequence[Any]) -> Statement:
    if isinstance(statement, Table):
        return Statement(statement.name, adds_rows=True)
    if isinstance(statement, Executable):
        compiled: Any = statement.compile(dialect=line.dialect, compile_kwargs={"render_postcompile": True})  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue]
        return Statement(str(compiled), len(compiled.positiontup or ()))
    return Statement(str(statement), len(args[0]))
