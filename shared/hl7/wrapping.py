"""What may stand around a message's bytes, taken off before it is read, and why bytes may be no message at all."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from shared.hl7.charsets import Remark

_LINE_ENDS: Final = b"\r\n\x0b\x1c"
"""What ends a segment, and what begins and ends an MLLP block."""
_BLANKS: Final = bytes(set(range(0x21)) - set(_LINE_ENDS)) + b"\xef\xbb\xbf"
_BLANKS_AT_MOST: Final = 64


class Reason(StrEnum):
    """Why bytes could not be read as a message."""

    EMPTY = "empty"
    NO_HEADER = "no-header"
    BATCH = "batch"
    BAD_SEPARATORS = "bad-separators"
    UTF_16_UNDECLARED = "utf-16-undeclared"


class Unreadable(Exception):
    """The bytes are not an ER7 message. Carries a reason code and nothing of the content."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason: Final = reason


def bare(raw: bytes) -> bytes:
    """`raw` as it is, if it begins plainly with MSH, else unwrapped. Raises Unreadable."""
    return raw if raw.startswith(b"MSH") and b"\x00" not in raw else unwrapped(raw)[0]


def beginnings(text: bytes) -> Iterator[int]:
    """Where in `text` a header stands at the beginning of a line, blanks before it passed over, the first included.

    Of several messages in the same bytes only the first is read: the others would be lost without a word.
    """
    at = text.find(b"MSH")
    while at >= 0:
        mark = text[at + 3 : at + 4]
        if mark > b" " and mark != b"_" and not mark.isalnum():
            before = text[max(0, at - _BLANKS_AT_MOST) : at].rstrip(_BLANKS)
            if not before or before[-1] in _LINE_ENDS:
                yield at
        at = text.find(b"MSH", at + 3)


def unwrapped(raw: bytes) -> tuple[bytes, frozenset[Remark]]:
    """`raw` without byte-order mark, leading blanks and NULs; UTF-16, if it declares itself, as UTF-8."""
    remarks: set[Remark] = set()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or raw[:4] in (b"M\x00S\x00", b"\x00M\x00S"):
        raw = _from_utf_16(raw)
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
        remarks.add(Remark.BYTE_ORDER_MARK)
    if b"\x00" in raw:
        raw = raw.replace(b"\x00", b"")
        remarks.add(Remark.NUL_DROPPED)
    if raw[:1].isspace():
        raw = raw.lstrip()
        remarks.add(Remark.LEADING_BLANKS)
    if not raw.strip():
        raise Unreadable(Reason.EMPTY)
    if raw[:3] in (b"FHS", b"BHS"):
        raise Unreadable(Reason.BATCH)
    if raw[:3] != b"MSH":
        raise Unreadable(Reason.NO_HEADER)
    return raw, frozenset(remarks)


def _from_utf_16(raw: bytes) -> bytes:
    little = raw[:2] == b"\xff\xfe" or raw[:1] == b"M"
    text = raw.decode("utf-16-le" if little else "utf-16-be", "replace").removeprefix("\ufeff")
    fields = re.split(r"[\r\n]", text, maxsplit=1)[0].split(text[3:4] or "|")
    declared = fields[17].upper() if len(fields) > 17 else ""
    if "UNICODE" not in declared and "UTF-16" not in declared:
        raise Unreadable(Reason.UTF_16_UNDECLARED)
    fields[17] = "UNICODE UTF-8"
    head, ending, rest = text.partition("\r")
    if "\n" in head:
        head, ending, rest = text.partition("\n")
    return ((text[3:4] or "|").join(fields) + ending + rest).encode("utf-8", "replace")
