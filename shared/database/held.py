"""PostgreSQL connections held for statements that are transactions of their own.

Such a statement is one round trip: it stays prepared, and there is nothing to begin, to commit or to reset.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.database.errors import DRIVER_ERRORS, of_driver
from shared.database.postgresql import PASSING_OVER, unnested


@dataclass(frozen=True, slots=True)
class _Line:
    pooled: AsyncConnection
    driver: asyncpg.Connection


class Held:
    """As many connections as were ever needed at once."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._idle: list[_Line] = []
        self._closed = False

    async def insert(self, table: Table, columns: Mapping[str, Sequence[object]]) -> int:
        """Insert and commit rows given by column, those that conflict passed over; how many went in."""
        statement, arrays = unnested(table, columns)
        line = await self._line()
        try:
            status = await line.driver.execute(statement + PASSING_OVER, *arrays)
        except DRIVER_ERRORS as error:
            await _throw_away(line)
            raise of_driver(error, statement) from None
        except BaseException:
            await _throw_away(line)
            raise
        self._idle.append(line)
        if self._closed:
            await self.close()
        return int(status.rpartition(" ")[2])

    async def close(self) -> None:
        """Give up all connections; those in use when they are no longer."""
        self._closed = True
        while self._idle:
            await _throw_away(self._idle.pop())

    async def _line(self) -> _Line:
        while self._idle:
            line = self._idle.pop()
            if not line.driver.is_closed():
                return line
            await _throw_away(line)
        pooled = await self._engine.connect()
        driver: asyncpg.Connection | None = (await pooled.get_raw_connection()).driver_connection
        if driver is None:
            raise asyncpg.InterfaceError("the connection is closed")
        return _Line(pooled, driver)


async def _throw_away(line: _Line) -> None:
    await line.pooled.invalidate()
    await line.pooled.close()
