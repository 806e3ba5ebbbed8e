"""What admissions does by itself: interpret what waits, and look again at what time alone changes."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from services.admissions.handlers.claiming import give_claimed
from services.admissions.handlers.interpret import BATCH, interpret_waiting
from services.admissions.handlers.interpret import look_again as look_again_at
from services.admissions.handlers.receive import Intake
from services.admissions.handlers.standing_back import StandingBack
from services.admissions.store import intake as store
from services.admissions.tables import timers as timer_table
from shared import timers
from shared.clock import Clock
from shared.database import Database, DatabaseUnavailable
from shared.database.wakes import Waker
from shared.pauses import Pauses, woken_by

POLL_SECONDS = 1.0
BUSY_SECONDS = 0.05
"""Another process has a trust's turn, and may have looked before the last message was kept."""
CLAIM_SECONDS = 5.0
"""How often it is looked whether set-up names by now the sender of what no trust claimed."""
Task = Callable[[asyncio.Event], Awaitable[None]]

log = structlog.get_logger("homeward.admissions")


class Interpreter:
    """Interprets waiting messages as soon as it is woken, and looks by itself every second.

    Where several trusts are set up, messages that no trust claimed are given to the one that does by now.
    Before each batch it stands back while `pressed` says that senders wait in numbers, within bounds.
    `training`: messages marked T or D (MSH-11) are applied.
    """

    def __init__(
        self, database: Database, clock: Clock, *, pressed: Callable[[], bool], training: bool = False
    ) -> None:
        self._database = database
        self._clock = clock
        self._standing_back = StandingBack(pressed)
        self._training = training
        self._news = Waker()
        self._next_claims = 0.0

    def wake(self) -> None:
        """There is something to interpret."""
        self._news.wake()

    async def run(self, stop: asyncio.Event) -> None:
        """Interpret until `stop` is set."""
        pauses = Pauses()
        async with woken_by(stop, self._news):
            while not stop.is_set():
                try:
                    wait = await self._round(stop)
                except DatabaseUnavailable as away:
                    log.warning("interpret_waits", why=str(away))
                    await pauses.pause(stop)
                    continue
                pauses.over()
                if wait:
                    await self._news.wait(wait)

    async def _round(self, stop: asyncio.Event) -> float:
        """One batch of every trust; for how many seconds to wait for news before the next round."""
        async with self._database.reading() as reading:
            trusts = await store.trusts(reading)
        if len(trusts) > 1:
            await self._give_claimed()
        more = busy = False
        for trust in trusts:
            await self._standing_back.give_way(stop)
            done = await interpret_waiting(self._database, trust, self._clock.now(), training=self._training)
            more, busy = more or done.messages == BATCH, busy or done.busy
        if more:
            return 0.0
        if busy:
            return BUSY_SECONDS
        self._standing_back.caught_up()
        return POLL_SECONDS

    async def _give_claimed(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._next_claims:
            await give_claimed(self._database)
            self._next_claims = now + CLAIM_SECONDS


def look_again(database: Database, clock: Clock) -> Task:
    """The task that folds again what time alone has changed."""
    return timers.work(database, timer_table, clock, look_again_at)


def close_intake(intake: Intake) -> Task:
    """The task that, when told to stop, lets the commits in progress end."""

    async def task(stop: asyncio.Event) -> None:
        await stop.wait()
        await intake.close()

    return task
