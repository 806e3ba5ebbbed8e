"""Event to case: what admissions announced, by discharge's own subscription, against the textbook peer."""

import gc
import time
from itertools import count
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from services.discharge.subscriptions import ENCOUNTERS
from services.discharge.tables.cases import log
from shared.clock import SystemClock
from shared.contracts.envelope import TOPIC_ENCOUNTERS
from shared.database import Database, Transaction
from shared.eventlog import consumer, positions
from shared.eventlog.events import Reader
from shared.eventlog.positions import Followed, Position
from shared.eventlog.tables import source
from tests.bench import sites
from tests.bench.load import Order
from tests.bench.messages import admission
from tests.bench.peer.casework import handle, parsed
from tests.bench.reported import Ratio, faster
from tests.processes.programs import folder

TRUST, LINKS, SECONDS, PEER_EVENTS = "RZZ", 20, 0.3, 100
"""So long is sent that a round opens a few thousand cases: the hospitals of a large trust hold no more."""
_numbers = count(1)


async def measure(rounds: int) -> list[Ratio]:
    """Events a second of each, in turn within each round; the first round warms and is left out."""
    with folder("bench") as made, sites.database_server(made) as server:
        ours, theirs = await sites.new_database(server, "homeward"), await sites.new_database(server, "peer")
        await sites.peer_tables(theirs)
        engine = create_async_engine(theirs)
        async with sites.homeward(Path(made) / "homeward", "admissions", database_url=ours) as mine:
            database = await Database.open(ours)
            try:
                follower = _Follower(database)
                gc.collect()
                gc.freeze()  # as every process of the product does once it has started
                seen: list[tuple[float, float]] = []
                for _ in range(rounds + 1):
                    first = next(_numbers) * 50_000
                    await sites.sent(Order("mllp", mine.mllp, LINKS, SECONDS, first))
                    await sites.settled(ours)
                    seen.append((await follower.rate(), await _theirs(async_sessionmaker(engine), first)))
            finally:
                await database.close()
                await engine.dispose()
    mine_rates, other_rates = zip(*seen[1:], strict=True)
    return [faster("events to cases, real rules", "textbook", mine_rates, other_rates, 15)]


class _Follower:
    """The embedded carrier's step, by hand: a batch read, claimed, handled and its position kept, in a transaction."""

    def __init__(self, database: Database) -> None:
        self._reader = Reader(database, log, ENCOUNTERS, SystemClock())
        self._followed = Followed(ENCOUNTERS.consumer, log, source(TOPIC_ENCOUNTERS))
        self._at: Position = positions.START

    async def rate(self) -> float:
        """Events a second until nothing is left, with the look at grown tables that housekeeping takes."""
        began, done = time.perf_counter(), 0
        await self._reader.database.study_growth(log.outbox.metadata.tables.keys())
        while taken := await self._step():
            done += taken
        return done / (time.perf_counter() - began)

    async def _step(self) -> int:
        reader, followed, held = self._reader, self._followed, self._at
        async with reader.database.reading() as reading:
            batch = await positions.after(reading, followed, TRUST, held, reader.subscription.most)
        if not batch:
            return 0
        reached = (batch[-1].epoch, batch[-1].no)

        async def keep(tx: Transaction) -> None:
            await positions.move(tx, followed, TRUST, held, reached)

        taken = await consumer.take(reader, batch, keep)
        if taken.parked or taken.fresh != len(batch):
            raise AssertionError(f"not every event became a case: {taken}")
        self._at = reached
        return len(batch)


async def _theirs(sessions: async_sessionmaker[AsyncSession], first: int) -> float:
    events = [(str(number), parsed(admission(number))) for number in range(first, first + PEER_EVENTS)]
    began = time.perf_counter()
    for event_id, message in events:
        async with sessions() as opened:
            await handle(opened, event_id, message)
    return PEER_EVENTS / (time.perf_counter() - began)
