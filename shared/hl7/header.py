"""The header alone, from bytes: what keeping and acknowledging a message need, at the cost of one split.

Values are the bytes as sent, nothing decoded: a message's identity and its echo in MSA-2 are verbatim. What stands
around a message is taken off as `message.read` takes it off, so that both see the same header or neither sees one.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple, TypeVar

from shared.hl7.wrapping import Unreadable, bare

T = TypeVar("T")

_USUAL: Final = b"^~\\&"
_MOST: Final = 17
"""Fields beyond MSH-16 are left unsplit."""
_CONTROL_ID: Final = 9
_STEADY: Final = itemgetter(1, 2, 3, 4, 5, 8, 10, 11, 14, 15)
_REMEMBERED: Final = 256
_SHORT: Final = 1000
"""Bytes of a header that may be remembered: what a sender can make us hold is then bounded."""


class Manner:
    """How a sender speaks: what is the same in the header of every message of one kind that it sends.

    MSH-1 to 6, 9, 11, 12, 15 and 16, as sent; absent fields are empty. `short`: what follows from it may be remembered.
    """

    __slots__ = (
        "accept_wanted",
        "application_wanted",
        "encoding",
        "message_type",
        "processing",
        "processing_id",
        "receiving_application",
        "receiving_facility",
        "sending_application",
        "sending_facility",
        "separator",
        "short",
        "trigger",
        "version",
        "version_said",
    )

    def __init__(self, separator: bytes, steady: tuple[bytes, ...], *, short: bool) -> None:
        encoding, self.sending_application, self.sending_facility = steady[:3]
        self.receiving_application, self.receiving_facility, kind, self.processing, self.version_said = steady[3:8]
        self.accept_wanted, self.application_wanted = steady[8:]
        self.separator = separator
        self.encoding = encoding or _USUAL
        mark = self.encoding[:1]
        told = kind.split(mark)
        self.message_type = told[0]
        self.trigger = told[1] if len(told) > 1 else b""
        self.processing_id = self.processing.split(mark)[0]
        self.version = self.version_said.split(mark)[0]
        self.short = short


class Header(NamedTuple):
    """What admissions needs of one message's header: MSH-10 as sent, and how its sender speaks."""

    manner: Manner
    control_id: bytes


def once_a_manner(work: Callable[[Manner], T]) -> Callable[[Manner], T]:
    """`work`, which must be pure, done once for all messages of one manner: its newest answers are remembered."""
    remembered = lru_cache(_REMEMBERED)(work)

    def ask(manner: Manner) -> T:
        return remembered(manner) if manner.short else work(manner)

    return ask


def read_header(raw: bytes) -> Header | None:
    """The header of `raw`, or None where there is none to be found. Total: any bytes give an answer."""
    try:
        return header_of(bare(raw))
    except Unreadable:
        return None


def header_of(text: bytes) -> Header | None:
    """The header of what `bare` gave, or None where its separator is none."""
    separator = text[3:4]
    if separator != b"|" and (separator <= b" " or separator.isalnum()):
        return None
    end = text.find(b"\r")
    line = text if end < 0 else text[:end]
    if b"\n" in line:
        line = _up_to_line_feed(line, separator, only_one=end < 0)
    fields = line.split(separator, _MOST)
    if len(fields) < _MOST:
        fields += [b""] * (_MOST - len(fields))
    steady = _STEADY(fields)
    if len(line) <= _SHORT:
        return Header(_manner(separator, steady), fields[_CONTROL_ID])
    return Header(Manner(separator, steady, short=False), fields[_CONTROL_ID])


@lru_cache(_REMEMBERED)
def _manner(separator: bytes, steady: tuple[bytes, ...]) -> Manner:
    return Manner(separator, steady, short=True)


def _up_to_line_feed(line: bytes, separator: bytes, *, only_one: bool) -> bytes:
    """MSH of a message that has line feeds: they end segments, or (where CR does) only before another segment."""
    if only_one:
        return line.partition(b"\n")[0]
    return re.split(rb"\n(?=[A-Z][A-Z0-9]{2}" + re.escape(separator) + rb")", line, maxsplit=1)[0]
