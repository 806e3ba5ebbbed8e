"""Long work on the loop the services run on too: it lets others have their turns."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from typing import TypeVar

STEPS_A_TURN = 100
ItemT = TypeVar("ItemT")


async def in_turns(items: Iterable[ItemT]) -> AsyncGenerator[ItemT]:
    """`items` as they are, the loop having its turn at every hundredth: here it can be cancelled, too."""
    for number, item in enumerate(items):
        if number % STEPS_A_TURN == 0:
            await asyncio.sleep(0)
        yield item
