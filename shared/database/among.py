"""“One of these”: a column, or several together, compared with many values in one parameter.

A list written out (`IN ($1, $2, …)`) makes every length a statement of its own, to be parsed and planned anew, and a
long one a table scan where the table is young. One array is one statement, and finds its rows by index.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BindParameter, Boolean, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Texts(TypeDecorator[Any]):
    """Many texts as one parameter: an array in PostgreSQL, JSON in SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return ARRAY(Text()) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> list[str] | str | None:
        if value is None:
            return None
        return list(value) if dialect.name == "postgresql" else json.dumps(list(value))


class _Among(FunctionElement[bool]):
    """Columns, then as many arrays of texts: row `n` of the arrays is one of those asked for."""

    name = "among"
    inherit_cache = True
    type = Boolean()

    def self_group(self, against: object = None) -> "_Among":  # noqa: ARG002  # the toolkit's signature
        """Itself: as a comparison it is written `… = 1` where there are no booleans, which no index serves."""
        return self


def many(name: str) -> BindParameter[Any]:
    """Texts that a prepared statement is given, under `name`, when it runs."""
    return bindparam(name, type_=_Texts())


def among(column: ColumnElement[Any], values: Iterable[str] | BindParameter[Any]) -> ColumnElement[bool]:
    """Whether a text `column` is one of `values`; none of an empty list is."""
    return _Among(column, values if isinstance(values, BindParameter) else _many(sorted({*values})))


def among_rows(columns: Sequence[ColumnElement[Any]], rows: Iterable[Sequence[str]]) -> ColumnElement[bool]:
    """Whether these text `columns` together are one of `rows`."""
    wanted = sorted({tuple(row) for row in rows})
    return _Among(*columns, *(_many([row[place] for row in wanted]) for place in range(len(columns))))


def among_given(columns: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
    """Whether these text `columns` together are one of the rows a prepared statement is given: see `by_column`."""
    return _Among(*columns, *(many(f"each_{place}") for place in range(len(columns))))


def by_column(rows: Iterable[Sequence[str]]) -> dict[str, list[str]]:
    """The values of `among_given` for `rows`, which is not empty: each row once, a list a column."""
    columns = zip(*sorted({tuple(row) for row in rows}), strict=True)
    return {f"each_{place}": list(values) for place, values in enumerate(columns)}


def _many(values: list[str]) -> ColumnElement[Any]:
    return bindparam(None, values, type_=_Texts(), unique=True)


def _halves(element: _Among, compiler: Any, **kw: Any) -> tuple[list[str], list[str]]:  # noqa: ANN401  # the toolkit's
    written = [compiler.process(one, **kw) for one in element.clauses]
    half = len(written) // 2
    return written[:half], written[half:]


@compiles(_Among, "postgresql")
def _for_postgresql(element: _Among, compiler: Any, **kw: Any) -> str:  # noqa: ANN401  # pyright: ignore[reportUnusedFunction]
    columns, arrays = _halves(element, compiler, **kw)
    # Not `= ANY`: a plan that was made while the table was young, and is kept, compares each row with each value.
    return f"({', '.join(columns)}) IN (SELECT * FROM unnest({', '.join(arrays)}))"  # noqa: S608  # parameters' names


@compiles(_Among, "sqlite")
def _for_sqlite(element: _Among, compiler: Any, **kw: Any) -> str:  # noqa: ANN401  # pyright: ignore[reportUnusedFunction]
    columns, arrays = _halves(element, compiler, **kw)
    if len(columns) == 1:
        return f"{columns[0]} IN (SELECT value FROM json_each({arrays[0]}))"  # noqa: S608  # a parameter's name
    # Lists joined by their places would be read as often as they are long.
    others = [f"json_extract({array}, '$[' || key || ']')" for array in arrays[1:]]
    return f"({', '.join(columns)}) IN (SELECT value, {', '.join(others)} FROM json_each({arrays[0]}))"  # noqa: S608  # as above
