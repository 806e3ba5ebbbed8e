"""A message more for a long stay against a short one: what folding a stay again costs as it grows."""

import asyncio
import gc
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from services.admissions.handlers.answer import Door, answer
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.handlers.receive import Intake
from services.admissions.handlers.setup import set_up
from services.admissions.tables import metadata
from shared.clock import SystemClock
from shared.database import Database
from tests.bench import days, sites
from tests.bench.reported import Ratio, faster
from tests.processes.programs import folder

TRUST, PEOPLE, SHORT, LONG = "RZZ", 200, 6, 60
MOST_DEARER = 3
"""So many times the cost of a message for a short stay may one for a long stay be."""


async def measure(rounds: int) -> list[Ratio]:
    """Messages a second when each is the next of another stay: of `LONG` messages, and of `SHORT`."""
    with folder("bench") as home, sites.database_server(home) as server:
        database = await Database.open(await sites.new_database(server, "homeward"))
        try:
            await database.create_all(metadata)
            async with database.transaction() as tx:
                await set_up(tx, TRUST, datetime.now(UTC), {})
            stays = _Stays(database)
            seen = [(await stays.rate(LONG), await stays.rate(SHORT)) for _ in range(rounds + 1)]
        finally:
            await database.close()
    longs, shorts = zip(*seen[1:], strict=True)
    what = f"a message for a stay of {LONG}, {PEOPLE} stays a batch"
    return [faster(what, f"for a stay of {SHORT}", longs, shorts, 1 / MOST_DEARER)]


class _Stays:
    """Stays that are told of message by message, each round its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._people = 0
        self._door = Door(Intake(database, deadline=60, woken=lambda: None), SystemClock(), "P")

    async def rate(self, messages: int) -> float:
        """Messages a second of the last one of stays of so many."""
        first, self._people = self._people, self._people + PEOPLE
        for at in range(messages - 1):
            await self._keep([days.of_one_stay(person, at) for person in range(first, first + PEOPLE)])
            await interpret_waiting(self._database, TRUST, datetime.now(UTC))
        await self._database.study_growth(metadata.tables.keys())
        await self._keep([days.of_one_stay(person, messages - 1) for person in range(first, first + PEOPLE)])
        gc.collect()
        began = time.perf_counter()
        taken = await interpret_waiting(self._database, TRUST, datetime.now(UTC))
        took = time.perf_counter() - began
        if taken.messages != PEOPLE:
            raise AssertionError(f"{PEOPLE} messages waited, {taken.messages} were taken")
        return PEOPLE / took

    async def _keep(self, several: Sequence[bytes]) -> None:
        await asyncio.gather(*(answer(self._door, raw, feed="mllp", received_at=datetime.now(UTC)) for raw in several))
