r"""A lazy reader of ER7 text: segments stay unsplit strings until a field of theirs is asked for.

A value is a `str` (never empty, escapes decoded), `None` (nothing was said: absent or empty, keep what is stored) or
`NULL` (`""` was sent: erase). Numbers are HL7's own: fields, components and sub-components count from 1, MSH-1 being
the field separator itself.
"""

import re
from enum import Enum
from functools import lru_cache
from typing import Final

from shared.hl7.charsets import Remark, codec, decode
from shared.hl7.escapes import Separators, separators, unescape
from shared.hl7.wrapping import Reason, Unreadable, unwrapped


class Null(Enum):
    """The type of `NULL`, HL7's explicit `""`."""

    NULL = '""'

    def __bool__(self) -> bool:
        return False


NULL: Final = Null.NULL
Value = str | Null | None

_HEADERS: Final = ("MSH", "FHS", "BHS")
_USUAL: Final = "^~\\&"
_NOTHING: Final[frozenset[Remark]] = frozenset()


class Repetition:
    """One repetition of a field, split into components when asked."""

    __slots__ = ("_marks", "_parts", "raw")

    def __init__(self, raw: str, marks: Separators) -> None:
        self.raw = raw
        self._marks = marks
        self._parts = raw.split(marks.component)

    def component(self, number: int = 1) -> Value:
        """The component's first sub-component."""
        parts = self._parts
        if number > len(parts):
            return NULL if self.raw == '""' else None
        return _value(parts[number - 1], self._marks)

    def component_text(self, number: int = 1) -> str:
        """The whole component decoded, sub-component separators and all (`A&E`); "" if nothing or `NULL` was said."""
        parts = self._parts
        return _whole(parts[number - 1], self._marks) if number <= len(parts) else ""

    def subcomponent(self, component: int, number: int) -> Value:
        """One sub-component."""
        parts = self._parts
        if component > len(parts):
            return NULL if self.raw == '""' else None
        return _sub(parts[component - 1], number, self._marks)


class Segment:
    """One segment. Fields are split at the first question."""

    __slots__ = ("_fields", "_marks", "name", "raw")

    def __init__(self, name: str, raw: str, marks: Separators) -> None:
        self.name = name
        self.raw = raw
        self._marks = marks
        self._fields = fields = raw.split(marks.field)
        if name in _HEADERS:
            fields.insert(1, marks.field)

    def raw_field(self, field: int) -> str:
        """The field as sent, all repetitions, nothing decoded; "" if absent."""
        fields = self._fields
        return fields[field] if field < len(fields) else ""

    def field(self, field: int) -> Value:
        """The first component of the first repetition that says anything: the value of a field of a simple type."""
        try:
            text = self._fields[field]
        except IndexError:
            return None
        if text.isalnum():
            return text
        return self.component(field, 1) if text else None

    def component(self, field: int, component: int) -> Value:
        """A component's first sub-component, in the first repetition that says anything.

        A field that is `""` as a whole says `NULL` of every component.
        """
        fields = self._fields
        text = fields[field] if field < len(fields) else ""
        if not text:
            return None
        marks = self._marks
        if field <= 2 and self.name in _HEADERS:
            return text if component == 1 else None
        if marks.repetition in text:
            text = _first(text, marks.repetition)
        if marks.component not in text:
            return _value(text, marks) if component == 1 or text == '""' else None
        parts = text.split(marks.component, component)
        return _value(parts[component - 1], marks) if component <= len(parts) else None

    def text(self, field: int, component: int = 1) -> str:
        """As `component`, with "" for both nothing and `NULL`: for display and comparison."""
        value = self.component(field, component)
        return value if isinstance(value, str) else ""

    def component_text(self, field: int, component: int) -> str:
        """The whole component decoded, sub-component separators and all (`A&E`); "" if nothing or `NULL` was said."""
        found = self.repetitions(field)
        return found[0].component_text(component) if found else ""

    def subcomponent(self, field: int, component: int, number: int) -> Value:
        """One sub-component, in the first repetition that says anything."""
        found = self.repetitions(field)
        return found[0].subcomponent(component, number) if found else None

    def repetitions(self, field: int) -> list[Repetition]:
        """The repetitions that say anything, in order; empty ones (`~~`) say nothing and are left out."""
        fields = self._fields
        text = fields[field] if field < len(fields) else ""
        if not text:
            return []
        marks = self._marks
        if marks.repetition not in text or (field <= 2 and self.name in _HEADERS):
            return [Repetition(text, marks)]
        return [Repetition(part, marks) for part in text.split(marks.repetition) if part]


class Message:
    """A message whose header was found. Asking is cheap and asking never raises."""

    __slots__ = ("_lines", "header", "remarks", "separators")

    def __init__(self, lines: list[str], marks: Separators, remarks: frozenset[Remark]) -> None:
        self._lines = lines
        self.separators = marks
        self.remarks = remarks
        self.header = Segment("MSH", lines[0], marks)

    @property
    def names(self) -> list[str]:
        """The segments' names, in the order sent."""
        return [line.split(self.separators.field, 1)[0] for line in self._lines if line]

    def segments(self, name: str) -> list[Segment]:
        """All segments of that name, in order."""
        start, marks = name + self.separators.field, self.separators
        return [Segment(name, line, marks) for line in self._lines if line.startswith(start) or line == name]

    def segment(self, name: str) -> Segment | None:
        """The first segment of that name."""
        start = name + self.separators.field
        for line in self._lines:
            if line.startswith(start) or line == name:
                return Segment(name, line, self.separators)
        return None

    def all_segments(self) -> list[Segment]:
        """Every segment, in the order sent: for messages whose groups are told apart by order (A17, A40)."""
        marks = self.separators
        return [Segment(line.split(marks.field, 1)[0], line, marks) for line in self._lines if line]


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
    lines = text.split("\r")
    encoding = lines[0][4:].split(separator, 1)[0]
    if encoding != _USUAL or separator != "|":
        encoding, remarks = _checked(encoding, separator, remarks)
    if not charset:
        charset = _charset(lines[0], separator) if lines[0].count(separator) > 16 else "utf-8"
    return Message(lines, separators(separator, encoding, charset), remarks)


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


def _value(text: str, marks: Separators) -> Value:
    if text.isalnum():
        return text
    if marks.subcomponent in text:
        text = text.split(marks.subcomponent, 1)[0]
    if not text:
        return None
    if text == '""':
        return NULL
    return (unescape(text, marks) or None) if marks.escape in text else text


def _sub(text: str, number: int, marks: Separators) -> Value:
    if text == '""':
        return NULL
    parts = text.split(marks.subcomponent)
    return _value(parts[number - 1], marks) if number <= len(parts) else None


def _whole(text: str, marks: Separators) -> str:
    return "" if text == '""' else unescape(text, marks)


def _first(text: str, separator: str) -> str:
    return next((part for part in text.split(separator) if part), "")


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


def _charset(line: str, separator: str) -> str:
    """The codec in which `\\Xdd\\` is to be read where the message itself was plain ASCII."""
    fields = line.split(separator, 18)
    if len(fields) <= 17 or not fields[17]:
        return "utf-8"
    return codec(fields[17].split(fields[1][1:2] or "~", 1)[0]) or "utf-8"
