"""Sending HL7 v2 over MLLP: one link, one message at a time, its acknowledgement awaited."""

import asyncio

from shared.hl7.framing import frame

END = b"\x1c\r"
ANSWER_SECONDS = 30.0


class NotAnswered(Exception):
    """The listener closed the link, or gave no answer in time: the message may or may not have been kept."""

    def __str__(self) -> str:
        return str(self.__doc__)


class Link:
    """An open connection to a listener."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, host: str, port: int) -> "Link":
        """Connect. Raises OSError when nobody listens."""
        return cls(*await asyncio.open_connection(host, port))

    async def ask(self, message: bytes) -> str:
        """Send `message`; the code (MSA-1) of its answer, `?` when the answer has none.

        Raises `NotAnswered`, after which the link is of no more use.
        """
        try:
            self._writer.write(frame(message))
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._writer.drain()
                return code_of(await self._reader.readuntil(END))
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError) as fault:
            raise NotAnswered from fault

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


def code_of(answer: bytes) -> str:
    """MSA-1 of an acknowledgement."""
    for line in answer.replace(b"\n", b"\r").split(b"\r"):
        if line.startswith(b"MSA|"):
            return line.split(b"|")[1].decode("ascii", "replace")
    return "?"
