"""Bytes of an ER7 message to text, never failing on a bad byte.

Order: what MSH-18 declares, what the feed is known to send, UTF-8 strictly, windows-1252. Whatever was assumed is said.
"""

from enum import StrEnum
from typing import Final

_CODECS: Final = {
    "": "",
    "ASCII": "",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "UTF8": "utf-8",
    "UNICODE": "utf-8",
    "WINDOWS-1252": "windows-1252",
    "CP1252": "windows-1252",
    "ISO-8859-1": "iso8859-1",
    "ISO8859-1": "iso8859-1",
} | {f"8859/{part}": f"iso8859-{part}" for part in (*range(1, 12), 13, 14, 15, 16)}
"""HL7 table 0211 in the spellings feeds use. Empty: nothing more than ASCII was promised."""


class Remark(StrEnum):
    """What the reader had to assume or mend. Kept with the message, shown to integration engineers."""

    ASSUMED_UTF_8 = "charset-assumed-utf-8"
    ASSUMED_WINDOWS_1252 = "charset-assumed-windows-1252"
    ASSUMED_DIALECT = "charset-assumed-from-the-feed"
    CHARSET_UNKNOWN = "charset-unknown"
    CHARSET_WRONG = "charset-declared-wrongly"
    BYTES_REPLACED = "bytes-replaced"
    BYTE_ORDER_MARK = "byte-order-mark"
    LEADING_BLANKS = "leading-blanks"
    LINE_FEEDS = "line-feeds"
    NUL_DROPPED = "nul-dropped"
    SEPARATORS_ASSUMED = "separators-assumed"


def codec(declared: str) -> str | None:
    """The codec for what MSH-18 declares; "" where it promises nothing beyond ASCII; None if the name is unknown."""
    return _CODECS.get(declared.strip().upper())


def decode(raw: bytes, declared: str, dialect: str) -> tuple[str, str, frozenset[Remark]]:
    """`raw` as text, the codec that read it, and what had to be assumed. Total: any bytes give text."""
    remarks: set[Remark] = set()
    wanted = codec(declared)
    if wanted is None:
        remarks.add(Remark.CHARSET_UNKNOWN)
    elif wanted:
        text = _strictly(raw, wanted)
        if text is not None:
            return text, wanted, frozenset()
        remarks.add(Remark.CHARSET_WRONG)
    for name, remark in ((dialect, Remark.ASSUMED_DIALECT), ("utf-8", Remark.ASSUMED_UTF_8)):
        text = _strictly(raw, name) if name else None
        if text is not None:
            return text, name, frozenset(remarks | {remark})
    remarks.add(Remark.ASSUMED_WINDOWS_1252)
    text = _strictly(raw, "windows-1252")
    if text is None:
        remarks.add(Remark.BYTES_REPLACED)
        text = raw.decode("windows-1252", "replace")
    return text, "windows-1252", frozenset(remarks)


def _strictly(raw: bytes, name: str) -> str | None:
    try:
        return raw.decode(name)
    except UnicodeDecodeError:
        return None
