"""Statements written once, for what runs with every message.

The toolkit builds, keys and sets up a statement anew each time it runs, which costs many times what a small statement
itself does. A prepared one is compiled once a dialect and then handed to the driver with its values.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, Dialect, Float, LargeBinary, Numeric, Row
from sqlalchemy.engine.result import result_tuple
from sqlalchemy.sql import Select
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

Converter = Callable[[Any], Any] | None
Fetched = tuple[Sequence[str], Sequence[Sequence[Any]]]
"""The names of the columns, and the rows, as the driver gives them."""
_row_maker = lru_cache(maxsize=512)(result_tuple)


class Prepared:
    """A statement whose values are all `bindparam`s, or written in it. Lists of values go by `among`.

    Raises TypeError, when first run, for a statement whose text depends on its values.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._ready: dict[str, Ready] = {}

    def ready(self, dialect: Dialect) -> "Ready":
        """The statement as `dialect` writes it."""
        found = self._ready.get(dialect.name)
        if found is None:
            found = self._ready[dialect.name] = _compiled(self._statement, dialect)
        return found


@dataclass(frozen=True, slots=True)
class _Value:
    name: str
    required: bool
    given: object
    convert: Converter


@dataclass(frozen=True, slots=True)
class Ready:
    """A prepared statement in one dialect: its text, what it takes, what it gives."""

    sql: str
    _values: tuple[_Value, ...]
    _columns: tuple[Converter, ...] = field(default=())

    def arguments(self, params: Mapping[str, object]) -> list[object]:
        """The values in the order of their places. Raises KeyError for one that is missing."""
        arguments: list[object] = []
        for one in self._values:
            value = params[one.name] if one.required else params.get(one.name, one.given)
            arguments.append(one.convert(value) if one.convert is not None else value)
        return arguments

    def rows(self, fetched: Fetched) -> list[Row[Any]]:
        """What was fetched, as the toolkit gives rows."""
        names, found = fetched
        if not found:
            return []
        make = _row_maker(tuple(names))
        if not any(self._columns):
            return [make(one) for one in found]
        pairs = self._columns
        return [
            make([convert(value) if convert else value for convert, value in zip(pairs, one, strict=True)])
            for one in found
        ]


def bound(kind: TypeEngine[Any], dialect: Dialect) -> Converter:
    """What turns a value of ours into one of the driver's; nothing where they are the same."""
    if isinstance(kind, LargeBinary):
        return None
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _fetched(kind: TypeEngine[Any], dialect: Dialect) -> Converter:
    if isinstance(kind, Numeric | Float) and not kind.asdecimal:
        return _float
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _float(value: Any) -> float | None:  # noqa: ANN401  # whatever kind of number the driver gives
    return None if value is None else float(value)


def _compiled(statement: ClauseElement, dialect: Dialect) -> Ready:
    compiled = statement.compile(dialect=dialect)
    if not isinstance(compiled, SQLCompiler) or compiled.post_compile_params or compiled.literal_execute_params:
        raise TypeError("its text depends on its values: compare with a list by `among`")
    values = tuple(_value(compiled, name, dialect) for name in compiled.positiontup or ())
    columns: tuple[Converter, ...] = ()
    if isinstance(statement, Select | UpdateBase):
        columns = tuple(_fetched(column.type, dialect) for column in statement.exported_columns)
    return Ready(compiled.string, values, columns)


def _value(compiled: SQLCompiler, name: str, dialect: Dialect) -> _Value:
    bind = compiled.binds[name]
    return _Value(bind.key if bind.required else name, bind.required, bind.value, bound(bind.type, dialect))
