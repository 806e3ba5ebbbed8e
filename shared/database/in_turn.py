"""Writing while working: one part is written while the next is worked out, in one transaction."""

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self


class InTurn:
    """Writes handed over one after another, each begun when the one before has ended.

    async with InTurn() as writes:
        await writes.then(first)
        ...  # works, and breathes with `asyncio.sleep(0)`, while `first` is written
        await writes.then(second)

    All are done when the block ends. It raises what a write raised; if the block raises, the write under way is given
    up. While one is under way nothing else may be asked of its transaction: a connection answers one at a time.
    """

    def __init__(self) -> None:
        self._under_way: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def then(self, write: Coroutine[Any, Any, None]) -> None:
        """Begin `write` once the one before it has ended, and come back while it is under way."""
        try:
            await self._ended()
        except BaseException:
            write.close()
            raise
        self._under_way = asyncio.create_task(write)
        await asyncio.sleep(0)

    async def _ended(self) -> None:
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            await under_way

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            await self._ended()
        elif self._under_way is not None:
            self._under_way.cancel()
            await asyncio.gather(self._under_way, return_exceptions=True)
