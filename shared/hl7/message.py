r"""A lazy reader of ER7 text: segments stay unsplit strings until a field of theirs is asked for.

A value is a `str` (never empty, escapes decoded), `None` (nothing was said: absent or empty, keep what is stored) or
`NULL` (`""` was sent: erase). Numbers are HL7's own: fields, components and sub-components count from 1, MSH-1 being
the field separator itself.
"""

import re
from functools import lru_cache
from typing import Final

from shared.hl7.charsets import Remark, codec, decode
from shared.hl7.escapes import Separators, separators
from shared.hl7.segments import NULL, Null, Repetition, Segment, Value
from shared.hl7.wrapping import Reason, Unreadable, unwrapped

__all__ = ["NULL", "Message", "Null", "Reason", "Repetition", "Segment", "Unreadable", "Value", "read", "split_batch"]

_USUAL: Final = "^~\\&"
_NOTHING: Final[frozenset[Remark]] = frozenset()


class Message:
    """A message whose header was found. Asking is cheap and asking never raises."""

    __slots__ = ("_text", "header", "remarks", "separators")

    def __init__(self, text: str, header: Segment, marks: Separators, remarks: frozenset[Remark]) -> None:
        self._text = text
        self.separators = marks
        self.remarks = remarks
        self.header = header

    @property
    def names(self) -> list[str]:
        """The segments' names, in the order sent."""
        return [line.split(self.separators.field, 1)[0] for line in self._text.split("\r") if line]

    def segments(self, name: str) -> list[Segment]:
        """All segments of that name, in order."""
        start, marks = name + self.separators.field, self.separators
        lines = self._text.split("\r")
        return [Segment(name, line, marks) for line in lines if line.startswith(start) or line == name]

    def segment(self, name: str) -> Segment | None:
        """The first segment of that name."""
        if name == "MSH":
            return self.header
        text, marks = self._text, self.separators
        # Found, not split off: the lines nobody asks for cost nothing.
        begin = text.find("\r" + name)
        while begin >= 0:
            after = begin + 1 + len(name)
            if text[after : after + 1] in (marks.field, "\r", ""):
                end = text.find("\r", after)
                return Segment(name, text[begin + 1 :] if end < 0 else text[begin + 1 : end], marks)
            begin = text.find("\r" + name, after)
        return None

    def all_segments(self) -> list[Segment]:
        """Every segment, in the order sent: for messages whose groups are told apart by order (A17, A40)."""
        marks = self.separators
        return [Segment(line.split(marks.field, 1)[0], line, marks) for line in self._text.split("\r") if line]


def read(raw: bytes, dialect_charset: str = "") -> Message:
    """The message in `raw`, in whatever separators, line endings and character set it came.

    `dialect_charset` is the codec a feed is known to use where MSH-18 says nothing. What had to be assumed is in
    `remarks`. Raises Unreadable, and nothing else, whatever the bytes.
    """
    remarks = _NOTHING
    if raw[:3] != b"MSH" or b"\x00" in raw:
        raw, remarks = unwrapped(raw)
    if raw.isascii():
        text, charset = raw.decode("ascii"), ""
    else:
        text, charset, assumed = decode(raw, _declared(raw), dialect_charset)
        remarks |= assumed
    separator = text[3:4]
    if separator <= " " or separator.isalnum():
        raise Unreadable(Reason.BAD_SEPARATORS)
    if "\n" in text:
        text = _one_ending(text, separator)
        remarks |= {Remark.LINE_FEEDS}
    line = text.partition("\r")[0]
    fields = line.split(separator, 18)
    encoding = fields[1]
    if encoding != _USUAL or separator != "|":
        encoding, remarks = _checked(encoding, separator, remarks)
    if not charset:
        charset = _charset(fields)
    marks = separators(separator, encoding, charset)
    return Message(text, Segment("MSH", line, marks), marks, remarks)


def split_batch(raw: bytes) -> list[bytes]:
    """The messages of a batch file (FHS, BHS … BTS, FTS), each as its own bytes; a lone message comes back alone.

    The envelope's own segments are left out; so is anything before the first MSH. Line endings become CR.
    """
    text = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\r").replace(b"\n", b"\r")
    messages: list[list[bytes]] = []
    for line in text.split(b"\r"):
        if line.startswith(b"MSH"):
            messages.append([])
        elif line[:3] in (b"FHS", b"BHS", b"BTS", b"FTS") or not line:
            continue
        if messages:
            messages[-1].append(line)
    return [b"\r".join(lines) + b"\r" for lines in messages]


@lru_cache(maxsize=64)
def _segment_start(separator: str) -> re.Pattern[str]:
    return re.compile(rf"\n(?=[A-Z][A-Z0-9]{{2}}{re.escape(separator)}|$)")


def _one_ending(text: str, separator: str) -> str:
    """Where segments end in CR, a lone line feed is data unless a segment begins after it."""
    text = text.replace("\r\n", "\r")
    return _segment_start(separator).sub("\r", text) if "\r" in text else text.replace("\n", "\r")


def _checked(encoding: str, separator: str, remarks: frozenset[Remark]) -> tuple[str, frozenset[Remark]]:
    if not encoding:
        return encoding, remarks | {Remark.SEPARATORS_ASSUMED}
    used = encoding[:4] + separator
    if len(set(used)) != len(used) or any(mark.isalnum() or mark < "!" for mark in used):
        raise Unreadable(Reason.BAD_SEPARATORS)
    return encoding, remarks


def _declared(raw: bytes) -> str:
    line = re.split(rb"[\r\n]", raw, maxsplit=1)[0]
    fields = line.split(line[3:4] or b"|", 18)
    if len(fields) <= 17:
        return ""
    first = fields[17].split(fields[1][1:2] or b"~", 1)[0]
    return first.decode("ascii", "replace")


def _charset(fields: list[str]) -> str:
    """The codec in which `\\Xdd\\` is to be read where the message itself was plain ASCII."""
    if len(fields) <= 17 or not fields[17]:
        return "utf-8"
    return codec(fields[17].split(fields[1][1:2] or "~", 1)[0]) or "utf-8"
