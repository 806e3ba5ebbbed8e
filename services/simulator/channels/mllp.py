"""The hospital's links: HL7 over MLLP, an acknowledgement awaited before the next message of the same link."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.hl7.framing import frame

END = b"\x1c\r"
ANSWER_SECONDS = 30.0
RETRY_SECONDS = 0.5
TRIES = 3
PATIENCE = 120


@dataclass(slots=True)
class Link:
    """One connection, opened when it is needed and again when it was lost. `answers` counts MSA-1 codes."""

    host: str
    port: int
    answers: Counter[str] = field(default_factory=Counter[str])
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, message: bytes) -> None:
        """Send `message` until it is taken or refused for good; one that is answered by nobody is given up and counted.

        While nobody listens, or the listener cannot keep it (AE), it waits and tries again: no message is lost.
        """
        unanswered = not_kept = 0
        while unanswered < TRIES and not_kept < PATIENCE:
            answer = await self._asked(message)
            code = _code(answer)
            if answer and code != "AE":
                self.answers[code] += 1
                return
            if answer:
                not_kept += 1
                await asyncio.sleep(RETRY_SECONDS)
            else:
                unanswered += 1
        self.answers["not kept" if not_kept >= PATIENCE else "unanswered"] += 1

    async def _asked(self, message: bytes) -> bytes:
        """The answer to `message`, empty when the link was lost instead."""
        reader, writer = await self._connected()
        try:
            writer.write(frame(message))
            async with asyncio.timeout(ANSWER_SECONDS):
                await writer.drain()
                return await reader.readuntil(END)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            await self.close()
            return b""

    async def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            writer = self._streams[1]
            self._streams = None
            writer.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._streams is None:
            try:
                self._streams = await asyncio.open_connection(self.host, self.port)
            except OSError:
                await asyncio.sleep(RETRY_SECONDS)
        return self._streams


async def send_all(links: list[Link], messages: Iterable[tuple[int, bytes]]) -> None:
    """Send messages over all links at once; those of one story, by their number, keep their order on one link."""
    lots: list[list[bytes]] = [[] for _ in links]
    for story, message in messages:
        lots[story % len(links)].append(message)

    async def over(link: Link, lot: list[bytes]) -> None:
        for message in lot:
            await link.send(message)

    async with asyncio.TaskGroup() as group:
        for link, lot in zip(links, lots, strict=True):
            group.create_task(over(link, lot))


def _code(answer: bytes) -> str:
    for line in answer.split(b"\r"):
        if line.startswith(b"MSA|"):
            return line.split(b"|")[1].decode("ascii", "replace")
    return "?"
