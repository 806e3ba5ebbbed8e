"""An MLLP client that knows what it knows: which messages were accepted, and of which it cannot say."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

ANSWER_SECONDS = 10.0
AGAIN_SECONDS = 0.2


@dataclass(slots=True)
class History:
    """What a client saw: the answers to each message in order, `unknown` where none came."""

    answers: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def accepted(self) -> set[str]:
        """Control ids of what was answered AA."""
        return {control for control, answers in self.answers.items() if "AA" in answers}

    def note(self, control: str, answer: str) -> None:
        self.answers.setdefault(control, []).append(answer)


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, raw: bytes) -> str:
    """Send one message and read MSA-1 of its answer. Raises OSError, EOFError or TimeoutError."""
    writer.write(b"\x0b" + raw + b"\x1c\r")
    await writer.drain()
    async with asyncio.timeout(ANSWER_SECONDS):
        answer = await reader.readuntil(b"\x1c\r")
    return next(line for line in answer.decode().split("\r") if line.startswith("MSA|")).split("|")[1]


async def deliver(
    port: int, messages: Sequence[tuple[str, bytes]], seconds: float, history: History | None = None
) -> History:
    """Send `messages` in order over one link at a time, each again until it is answered AA.

    A link that breaks, or gives no answer, leaves its message *unknown*, and it is sent again. Fails after so many
    seconds.
    """
    history = history or History()
    waiting = list(messages)
    async with asyncio.timeout(seconds):
        while waiting:
            waiting = await _one_link(port, waiting, history)
            if waiting:
                await asyncio.sleep(AGAIN_SECONDS)
    return history


async def _one_link(port: int, waiting: list[tuple[str, bytes]], history: History) -> list[tuple[str, bytes]]:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return waiting
    left = list(waiting)
    try:
        while left:
            control, raw = left[0]
            try:
                answer = await exchange(reader, writer, raw)
            except (OSError, EOFError, TimeoutError):
                history.note(control, "unknown")
                return left
            history.note(control, answer)
            if answer != "AA":
                return left
            left.pop(0)
        return left
    finally:
        writer.close()
