"""Waking those who wait for news, without anybody polling fast.

A commit wakes waiters of its own process at once and, on PostgreSQL, those of other processes by NOTIFY. The NOTIFY is
sent after the commit, on a connection of its own, and carries the news of all commits since the last one: in the
transaction it would take a lock every committer waits for. A wake can be lost (a crash, a lost connection); whoever
waits looks for himself within a second.
"""

import asyncio
import contextlib
from typing import Any

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

CHANNEL = "homeward"
RETRY_SECONDS = 1.0
SEND_SECONDS = 5.0
_log = structlog.get_logger()


class Waker:
    """Waits for news of one name. News that came between two waits ends the next one at once."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Tell whoever waits."""
        self._news.set()

    async def wait(self, seconds: float) -> bool:
        """Wait for news, for `seconds` at the most; whether there was any."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        finally:
            self._news.clear()
        return True


class Wakes:
    """All who wait on one database, in this process; and its line to the other processes."""

    def __init__(self, engine: AsyncEngine | None) -> None:
        self._engine = engine
        self._waiting: dict[str, list[Waker]] = {}
        self._unsent: set[str] = set()
        self._to_send = asyncio.Event()
        self._line: asyncio.Task[None] | None = None

    def waker(self, name: str) -> Waker:
        """Somebody who is woken by every commit that says `name`."""
        waker = Waker()
        self._waiting.setdefault(name, []).append(waker)
        self._open_line()
        return waker

    def forget(self, name: str, waker: Waker) -> None:
        """Stop waking `waker`."""
        self._waiting[name].remove(waker)

    def tell(self, names: set[str]) -> None:
        """Wake all who wait for one of `names`, here and in other processes."""
        for name in names:
            self._wake_here(name)
        if self._engine is not None and names:
            self._unsent |= names
            self._to_send.set()
            self._open_line()

    async def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._line

    def _wake_here(self, name: str) -> None:
        for waker in self._waiting.get(name, ()):
            waker.wake()

    def _open_line(self) -> None:
        if self._engine is not None and self._line is None:
            self._line = asyncio.create_task(self._keep_line(self._engine), name="database-wakes")

    async def _keep_line(self, engine: AsyncEngine) -> None:
        while True:
            try:
                await self._use_line(engine)
            except (OSError, TimeoutError, SQLAlchemyError) as error:
                _log.warning("wakes_line_lost", kind=type(error).__name__)
            except Exception as error:  # noqa: BLE001  # the driver's own errors share no ancestor; waiters poll meanwhile
                _log.warning("wakes_line_failed", kind=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)

    async def _use_line(self, engine: AsyncEngine) -> None:
        async with engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            own = driver.get_server_pid()

            def heard(_driver: object, pid: int, _channel: str, name: object) -> None:
                if pid != own:
                    self._wake_here(str(name))

            def lost(_driver: object) -> None:
                self._to_send.set()

            driver.add_termination_listener(lost)
            try:
                await driver.add_listener(CHANNEL, heard)
                while not driver.is_closed():
                    await self._to_send.wait()
                    self._to_send.clear()
                    await self._send(driver)
            finally:
                driver.remove_termination_listener(lost)
                await connection.invalidate()

    async def _send(self, driver: asyncpg.Connection) -> None:
        names, self._unsent = sorted(self._unsent), set()
        if names and not driver.is_closed():
            await driver.execute(
                "SELECT pg_notify($1, name) FROM unnest($2::text[]) AS name", CHANNEL, names, timeout=SEND_SECONDS
            )
