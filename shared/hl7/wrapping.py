"""What may stand around a message's bytes, taken off before it is read, and why bytes may be no message at all."""

import re
from enum import StrEnum
from typing import Final

from shared.hl7.charsets import Remark


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
