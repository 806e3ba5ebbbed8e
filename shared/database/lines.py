"""A connection beneath the toolkit: its transaction, and what is run with every message."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Protocol, Self

from sqlalchemy import CursorResult, Dialect, Executable, Table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.database.errors import translated
from shared.database.prepared import Fetched

Parameters = Mapping[str, object] | Sequence[Mapping[str, object]]


class Line(Protocol):
    """One connection. The toolkit, which never begins or ends a transaction on it, and this class take turns.

    Every method raises what `shared.database.errors` says, or an error that `translated` turns into it.
    """

    @property
    def toolkit(self) -> AsyncConnection:
        """For what no other method does."""
        ...

    @property
    def dialect(self) -> Dialect:
        """The dialect its prepared statements are written in."""
        ...

    @classmethod
    async def of(cls, engine: AsyncEngine, *, writes: bool) -> Self:
        """A connection of `engine`'s pool."""
        ...

    async def begin(self) -> None:
        """Begin what a reading or a transaction needs."""
        ...

    async def commit(self) -> None:
        """Keep what was done since `begin`."""
        ...

    async def rollback(self) -> None:
        """Undo what was done since `begin` and is not kept; nothing if there is none."""
        ...

    async def execute(self, statement: Executable, params: Parameters | None) -> CursorResult[Any]:
        """Run a statement that is not prepared."""
        ...

    async def fetch(self, sql: str, arguments: Sequence[object]) -> Fetched:
        """All rows of a statement."""
        ...

    async def run(self, sql: str, arguments: Sequence[object]) -> int:
        """The number of rows a statement touched."""
        ...

    async def insert_rows(self, table: Table, rows: Sequence[Mapping[str, Any]], *, ignore: bool) -> int:
        """Insert `rows`, which have the same keys; with `ignore`, those that conflict are passed over."""
        ...

    async def upsert_rows(
        self, table: Table, rows: Sequence[Mapping[str, Any]], key: Sequence[str], replaced: AbstractSet[str]
    ) -> int:
        """Insert `rows`, which have the same keys, changing `replaced` where `key` is there already."""
        ...


def driver_of(toolkit: AsyncConnection) -> Any:  # noqa: ANN401  # each driver's own
    """The driver's connection beneath `toolkit`, which is open."""
    pooled = toolkit.sync_connection
    return pooled.connection.driver_connection if pooled is not None else None


async def throw_away(line: Line) -> None:
    """Close a connection for good. One that failed may be half-way through an answer, and yet not look closed."""
    with translated():
        try:
            await line.toolkit.invalidate()
        finally:
            await line.toolkit.close()
