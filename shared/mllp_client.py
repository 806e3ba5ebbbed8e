"""Sending HL7 v2 over MLLP: one link, one message at a time, its acknowledgement awaited."""

import asyncio

from shared.hl7.acknowledgement import Outcome, code
from shared.hl7.framing import frame
from shared.hl7.header import read_header

END = b"\x1c\r"
ANSWER_SECONDS = 30.0
SILENT_SECONDS = 6.0
"""How long to listen for a refusal where only a refusal is to be answered (MSH-15 or MSH-16 is ER)."""
NOT_ANSWERED_TO = "-"
"""In place of a code: the message asks for no answer to its being taken, and none came."""


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
        """Connect. Raises OSError, which names the place, when nobody listens."""
        try:
            return cls(*await asyncio.open_connection(host, port))
        except OSError as fault:
            raise ConnectionError(f"no MLLP listener answers at {host}:{port}: {fault.strerror or fault}") from fault

    async def ask(self, message: bytes) -> str:
        """Send `message`; the code (MSA-1) of its answer, `?` when the answer has none.

        `NOT_ANSWERED_TO` where by its MSH-15 and MSH-16 it wants no answer once it is taken, and none came.
        Raises `NotAnswered`, after which the link is of no more use.
        """
        header = read_header(message)
        wanted = {outcome for outcome in Outcome if code(header, outcome)}
        try:
            self._writer.write(frame(message))
            await asyncio.wait_for(self._writer.drain(), ANSWER_SECONDS)
            return await self._answer(wanted) if wanted else NOT_ANSWERED_TO
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError) as fault:
            raise NotAnswered from fault

    async def _answer(self, wanted: set[Outcome]) -> str:
        silence_is_consent = Outcome.ACCEPTED not in wanted
        try:
            async with asyncio.timeout(SILENT_SECONDS if silence_is_consent else ANSWER_SECONDS):
                return code_of(await self._reader.readuntil(END))
        except TimeoutError:
            if not silence_is_consent:
                raise
            return NOT_ANSWERED_TO

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


def code_of(answer: bytes) -> str:
    """MSA-1 of an acknowledgement."""
    for line in answer.replace(b"\n", b"\r").split(b"\r"):
        if line.startswith(b"MSA|"):
            return line.split(b"|")[1].decode("ascii", "replace")
    return "?"
