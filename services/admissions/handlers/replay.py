"""Interpret everything again from the bytes that were kept, with the rules as they are now.

First all messages are read, then each person-file is folded once: nobody is told of states on the way. Ids stay, for
they are pinned to facts, and a fact's id comes from its message.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.admissions.handlers.folding import refold
from services.admissions.handlers.interpret import read_again
from services.admissions.store import facts as fact_store
from services.admissions.store import feeds as feed_store
from services.admissions.store import messages as message_store
from shared.database import Database

BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a replay is: messages read again of all, person-files folded again, facts left out."""

    messages: int = 0
    of: int = 0
    files: int = 0
    left_out: int = 0


async def replay(
    database: Database,
    trust: str,
    at: datetime,
    told: Callable[[Progress], None] = lambda _: None,
    *,
    training: bool = False,
) -> Progress:
    """Interpret all of a trust's messages again, as at `at` (aware); `told` is called after each batch.

    `training`: as when they are first interpreted.
    Each batch is a transaction of its own and can be repeated: a replay that was broken off is simply started again.
    Raises DatabaseUnavailable.
    """
    async with database.reading() as reading:
        progress = Progress(of=await message_store.count(reading, trust))
    last = ""
    while True:
        async with database.transaction() as tx:
            await feed_store.take_turn(tx, trust, wait=True)
            batch = await message_store.after(tx, trust, last, BATCH)
            if batch:
                await read_again(tx, trust, batch, training=training)
        if not batch:
            break
        last = batch[-1].id
        progress = Progress(progress.messages + len(batch), progress.of)
        told(progress)
    return await _fold_all(database, trust, at, told, progress)


async def _fold_all(
    database: Database, trust: str, at: datetime, told: Callable[[Progress], None], progress: Progress
) -> Progress:
    last = ""
    while True:
        async with database.transaction() as tx:
            await feed_store.take_turn(tx, trust, wait=True)
            files = await fact_store.files_after(tx, trust, last, BATCH)
            left_out = (await refold(tx, trust, files, {}, at)).left_out
        if not files:
            return progress
        last = files[-1]
        progress = Progress(
            progress.messages, progress.of, progress.files + len(files), progress.left_out + len(left_out)
        )
        told(progress)
