"""Keeping a planner that knows nothing of how a table is filled from the index that tells least."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _Unindexed(FunctionElement[Any]):
    """A column whose comparison is no reason to take an index."""

    name = "unindexed"
    inherit_cache = True


def unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """`column`, equal to itself in every comparison, by which SQLite looks up nothing.

    SQLite takes an index on the trust for as good as one on the person until it has looked at the table (`study`).
    PostgreSQL looks by itself, and is told nothing.
    """
    wrapped = _Unindexed(column)
    wrapped.type = column.type
    return wrapped


@compiles(_Unindexed, "postgresql")
def _for_postgresql(element: _Unindexed, compiler: Any, **kw: Any) -> str:  # noqa: ANN401  # pyright: ignore[reportUnusedFunction]
    return str(compiler.process(next(iter(element.clauses)), **kw))


@compiles(_Unindexed, "sqlite")
def _for_sqlite(element: _Unindexed, compiler: Any, **kw: Any) -> str:  # noqa: ANN401  # pyright: ignore[reportUnusedFunction]
    return f"+{compiler.process(next(iter(element.clauses)), **kw)}"
