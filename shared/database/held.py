"""PostgreSQL connections held for statements that are transactions of their own.

Such a statement is one round trip: it stays prepared, and there is nothing to begin, to commit or to reset.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database.lines import throw_away
from shared.database.postgresql import PASSING_OVER, Line, unnested


class Held:
    """As many connections as were ever needed at once."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._idle: list[Line] = []
        self._closed = False

    async def insert(self, table: Table, columns: Mapping[str, Sequence[object]]) -> int:
        """Insert and commit rows given by column, those that conflict passed over; how many went in."""
        statement, arrays = unnested(table, columns)
        line = await self._line()
        try:
            kept = await line.run(statement + PASSING_OVER, arrays)
        except BaseException:
            await throw_away(line)
            raise
        self._idle.append(line)
        if self._closed:
            await self.close()
        return kept

    async def close(self) -> None:
        """Give up all connections; those in use when they are no longer."""
        self._closed = True
        while self._idle:
            await throw_away(self._idle.pop())

    async def _line(self) -> Line:
        while self._idle:
            line = self._idle.pop()
            if not line.is_closed():
                return line
            await throw_away(line)
        return await Line.of(self._engine, writes=True)
