"""MLLP blocks (HL7 v2 Transport, MLLP release 1): `VT message FS CR`.

The decoder's answers depend on the bytes alone, never on how they were split on their way.
"""

import re
from enum import StrEnum
from typing import Final

_START: Final = b"\x0b"
_FS: Final = b"\x1c"
_END: Final = b"\x1c\r"
_FOREIGN: Final = re.compile(rb"\x16\x03|(?:GET|PUT|HEAD|POST|PATCH|TRACE|DELETE|OPTIONS|CONNECT|PRI) ")
_FIRST_BYTES: Final = 8
_MOST_STRAY: Final = 64 * 1024


class Fault(StrEnum):
    """Why a connection's bytes can be followed no further. What came before still deserves its answer."""

    END_WITHOUT_START = "end-without-start"
    EMPTY = "empty-block"
    OVERSIZE = "oversize"
    FOREIGN = "foreign-protocol"
    """A TLS hello or an HTTP request on a plain MLLP port."""
    NOISE = "too-many-stray-bytes"


class Decoder:
    """Takes bytes as they come and gives whole messages, in order. After a fault it takes nothing more.

    `limit` is the largest message, in bytes, framing not counted.
    """

    __slots__ = ("_block", "_first", "_limit", "_noise", "_stray_fs", "fault", "nested", "stray")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._block: bytearray | None = None
        self._first = b""
        self._stray_fs = False
        self._noise = 0
        self.fault: Fault | None = None
        self.stray = 0
        """Bytes passed over outside blocks."""
        self.nested = 0
        """Partial messages dropped because another began inside them."""

    @property
    def in_block(self) -> bool:
        """Whether a message has begun and not ended."""
        return self._block is not None

    @property
    def half_ended(self) -> bool:
        """Whether the last byte is an FS whose CR has not come."""
        return self._block is not None and self._block.endswith(_FS)

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that `data` completes. Read `fault` afterwards."""
        if self._block is None and data[:1] == _START and self.fault is None:
            end = len(data) - 2
            if 1 < end <= self._limit + 1 and data.find(_END) == end and data.find(_START, 1) < 0:
                self._noted_start()
                return [data[1:end]]
        found: list[bytes] = []
        at = 0
        while at < len(data) and self.fault is None:
            at = self._outside(data, at) if self._block is None else self._inside(data, at, found)
        return found

    def accept_half_ended(self) -> bytes | None:
        """The message whose FS came without its CR, taken as ended; None if there is none, or nothing in it."""
        block = self._block
        if block is None or not block.endswith(_FS):
            return None
        self._block = None
        return bytes(block[:-1]) or None

    def _noted_start(self) -> None:
        self._first = b"\x0b" * _FIRST_BYTES
        self._stray_fs = False
        self._noise = 0

    def _outside(self, data: bytes, at: int) -> int:
        start = data.find(_START, at)
        stop = len(data) if start < 0 else start
        if stop > at:
            self._pass_over(data[at:stop])
        if start < 0 or self.fault is not None:
            return stop
        self._noted_start()
        self._block = bytearray()
        return start + 1

    def _pass_over(self, noise: bytes) -> None:
        """Count `noise`, up to the byte at which there is a fault."""
        began, before, taken = len(self._first), self._noise, len(noise)
        if began < _FIRST_BYTES:
            self._first += noise[: _FIRST_BYTES - began]
        rest = self._stray_fs and noise[:1] == b"\r"
        ended = 0 if rest else noise.find(_END)
        self._noise += len(noise) if ended < 0 else ended
        if foreign := _FOREIGN.match(self._first):
            self.fault, taken = Fault.FOREIGN, foreign.end() - began
        elif self._noise > _MOST_STRAY:
            self.fault, taken = Fault.NOISE, _MOST_STRAY + 1 - before
        elif ended >= 0:
            self.fault, taken = Fault.END_WITHOUT_START, ended + (1 if rest else 2)
        self.stray += taken
        self._stray_fs = noise.endswith(_FS)

    def _inside(self, data: bytes, at: int, found: list[bytes]) -> int:
        """Take bytes of the open block up to the next thing that ends it; a block holds at most limit + 1 bytes."""
        block = self._block
        if block is None:
            return at
        if block.endswith(_FS) and data[at] == 0x0D:
            self._complete(bytes(block[:-1]), found)
            return at + 1
        start = data.find(_START, at)
        end = data.find(_END, at, start if start >= 0 else len(data))
        if end >= 0:
            start = -1
        stop = start if start >= 0 else end if end >= 0 else len(data)
        over = len(block) + stop - at - self._limit
        if over > 0 and not (over == 1 and start < 0 and end < 0 and data[-1] == _FS[0]):
            self.fault = Fault.OVERSIZE
            self._block = None
            return len(data)
        if start >= 0:
            self.nested += 1
            block.clear()
            return start + 1
        block += data[at:stop]
        if end < 0:
            return stop
        self._complete(bytes(block), found)
        return end + 2

    def _complete(self, message: bytes, found: list[bytes]) -> None:
        self._block = None
        if message:
            found.append(message)
        else:
            self.fault = Fault.EMPTY


def frame(message: bytes) -> bytes:
    """`message` as one MLLP block. The caller answers for its holding neither VT nor FS CR."""
    return b"".join((_START, message, _END))
