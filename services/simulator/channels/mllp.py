"""The hospital's links: HL7 over MLLP, an acknowledgement awaited before the next message of the same link."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from shared import mllp_client
from shared.mllp_client import NotAnswered

RETRY_SECONDS = 0.5
TRIES = 3
PATIENCE = 120


@dataclass(slots=True)
class Link:
    """One connection, opened when it is needed and again when it was lost. `answers` counts MSA-1 codes.

    `waits` is given its address at each try that finds nobody there.
    """

    host: str
    port: int
    waits: Callable[[str], None] = lambda _: None
    answers: Counter[str] = field(default_factory=Counter[str])
    _open: mllp_client.Link | None = None

    async def send(self, message: bytes) -> None:
        """Send `message` until it is taken or refused for good; one that is answered by nobody is given up and counted.

        While nobody listens, or the listener cannot keep it (AE), it waits and tries again: no message is lost.
        """
        unanswered = not_kept = 0
        while unanswered < TRIES and not_kept < PATIENCE:
            code = await self._asked(message)
            if code and code != "AE":
                self.answers[code] += 1
                return
            if code:
                not_kept += 1
                await asyncio.sleep(RETRY_SECONDS)
            else:
                unanswered += 1
        self.answers["not kept" if not_kept >= PATIENCE else "unanswered"] += 1

    async def _asked(self, message: bytes) -> str:
        """How `message` was answered, empty when the link was lost instead."""
        link = await self._connected()
        try:
            return await link.ask(message)
        except NotAnswered:
            await self.close()
            return ""

    async def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            self._open.close()
            self._open = None

    async def _connected(self) -> mllp_client.Link:
        while self._open is None:
            try:
                self._open = await mllp_client.Link.open(self.host, self.port)
            except OSError:
                self.waits(f"{self.host}:{self.port}")
                await asyncio.sleep(RETRY_SECONDS)
        return self._open


async def send_all(
    links: list[Link], messages: Iterable[tuple[int, bytes]], sent: Callable[[], None] = lambda: None
) -> None:
    """Send messages over all links at once; those of one story, by their number, keep their order on one link.

    `sent` is called after each.
    """
    lots: list[list[bytes]] = [[] for _ in links]
    for story, message in messages:
        lots[story % len(links)].append(message)

    async def over(link: Link, lot: list[bytes]) -> None:
        for message in lot:
            await link.send(message)
            sent()

    async with asyncio.TaskGroup() as group:
        for link, lot in zip(links, lots, strict=True):
            group.create_task(over(link, lot))
