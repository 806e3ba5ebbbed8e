"""The header alone, from bytes: what keeping and acknowledging a message need, at the cost of one split.

Values are the bytes as sent, nothing decoded: a message's identity and its echo in MSA-2 are verbatim.
"""

import re
from typing import Final

_LINE_END: Final = re.compile(rb"[\r\n]")
_MOST: Final = 18
"""Fields beyond MSH-17 are left unsplit."""


class Header:
    """MSH-1 to MSH-17 of one message, as sent. Absent fields are empty."""

    __slots__ = ("_fields", "separator")

    def __init__(self, separator: bytes, fields: list[bytes]) -> None:
        self.separator = separator
        self._fields = fields

    def field(self, number: int) -> bytes:
        """MSH-`number`, 2 to 17, as sent; empty if absent."""
        fields = self._fields
        return fields[number - 1] if number <= len(fields) else b""

    @property
    def encoding(self) -> bytes:
        r"""MSH-2, or `^~\&` where the sender left it out."""
        return self.field(2) or b"^~\\&"

    @property
    def sending_application(self) -> bytes:
        return self.field(3)

    @property
    def sending_facility(self) -> bytes:
        return self.field(4)

    @property
    def sent(self) -> bytes:
        """MSH-7: when the sender wrote the message."""
        return self.field(7)

    @property
    def control_id(self) -> bytes:
        return self.field(10)

    @property
    def accept_wanted(self) -> bytes:
        """MSH-15: AL, NE, ER, SU or empty."""
        return self.field(15)

    @property
    def application_wanted(self) -> bytes:
        """MSH-16: AL, NE, ER, SU or empty."""
        return self.field(16)

    @property
    def message_type(self) -> bytes:
        """MSH-9.1, such as ADT."""
        return self.component(9, 1)

    @property
    def trigger(self) -> bytes:
        """MSH-9.2, such as A01."""
        return self.component(9, 2)

    @property
    def processing_id(self) -> bytes:
        """MSH-11.1: P production, T training, D debugging."""
        return self.component(11, 1)

    @property
    def version(self) -> bytes:
        """MSH-12.1, such as 2.4."""
        return self.component(12, 1)

    def component(self, field: int, number: int) -> bytes:
        """A component of a field, as sent; empty if absent."""
        parts = self.field(field).split(self.encoding[:1])
        return parts[number - 1] if number <= len(parts) else b""


def read_header(raw: bytes) -> Header | None:
    """The header of `raw`, or None where there is none to be found. Total: any bytes give an answer.

    A byte-order mark and leading blanks are passed over. UTF-16 has no header here: it is acknowledged as unreadable.
    """
    if raw[:3] != b"MSH":
        raw = raw[:4096].removeprefix(b"\xef\xbb\xbf").lstrip() if raw[:1] in b"\xef \t\r\n" else b""
        if raw[:3] != b"MSH":
            return None
    separator = raw[3:4]
    if not separator or separator <= b" " or separator.isalnum():
        return None
    end = raw.find(b"\r")
    line = raw if end < 0 else raw[:end]
    if b"\n" in line:
        line = _LINE_END.split(line, 1)[0]
    return Header(separator, line.split(separator, _MOST))
