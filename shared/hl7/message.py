r"""A lazy reader of ER7 text: segments stay unsplit strings until a field of theirs is asked for.

A value is a `str` (never empty, escapes decoded), `None` (nothing was said: absent or empty, keep what is stored) or
`NULL` (`""` was sent: erase). Numbers are HL7's own: fields, components and sub-components count from 1, MSH-1 being
the field separator itself.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from shared.hl7.charsets import Remark, codec, decode
from shared.hl7.escapes import USUAL, Separators, separators
from shared.hl7.segments import NULL, Null, Repetition, Segment, Value
from shared.hl7.wrapping import Reason, Unreadable, unwrapped

__all__ = [
    "NULL",
    "Message",
    "Null",
    "Reason",
    "Repetition",
    "Segment",
    "Unreadable",
    "Value",
    "batches_miscounted",
    "miscounted",
    "read",
    "split_batch",
    "without_nulls",
]

_USUAL: Final = "^~\\&"
_UTF_8: Final = ("", "utf-8")
_ALSO_UTF_8: Final = frozenset(("", "UNICODE UTF-8", "ASCII"))
"""The commonest spellings of MSH-18, looked up before they are taken apart."""
_CHARSET: Final = 18
_NOTHING: Final[frozenset[Remark]] = frozenset()


class Message:
    r"""A message whose header was found. Asking is cheap and asking never raises.

    `text`: every segment ends in CR. `head`: MSH's fields as sent, its name first, then MSH-1. `usual`: whether the
    separators are `|^~\&`.
    """

    __slots__ = ("head", "remarks", "separators", "text", "usual")

    def __init__(
        self,
        text: str,
        head: list[str],
        marks: Separators,
        remarks: frozenset[Remark],
        usual: bool,  # noqa: FBT001  # naming it costs, and this runs for every message
    ) -> None:
        self.text = text
        self.head = head
        self.separators = marks
        self.remarks = remarks
        self.usual = usual

    @property
    def header(self) -> Segment:
        """MSH."""
        return Segment("MSH", self.text.partition("\r")[0], self.separators, self.head)

    @property
    def names(self) -> list[str]:
        """The segments' names, in the order sent."""
        return [line.split(self.separators.field, 1)[0] for line in self.text.split("\r") if line]

    def segments(self, name: str) -> list[Segment]:
        """All segments of that name, in order."""
        start, marks = name + self.separators.field, self.separators
        lines = self.text.split("\r")
        return [Segment(name, line, marks) for line in lines if line.startswith(start) or line == name]

    def segment(self, name: str, after: Segment | None = None) -> Segment | None:
        """The first segment of that name that says anything, or the first `after` another of this message."""
        if name == "MSH":
            return self.header
        text, marks = self.text, self.separators
        # Found, not split off: the lines nobody asks for cost nothing.
        begin = text.find(f"\r{name}{marks.field}", 0 if after is None else after.at) + 1
        return Segment(name, text[begin : text.find("\r", begin)], marks, at=begin) if begin else None

    def all_segments(self) -> list[Segment]:
        """Every segment, in the order sent: for messages whose groups are told apart by order (A17, A40)."""
        marks = self.separators
        return [Segment(line.split(marks.field, 1)[0], line, marks) for line in self.text.split("\r") if line]

    def parts(self, name: str) -> list["Message"]:
        """One message for each segment of that name, with what follows it and all that stands before the first."""
        start = f"\r{name}{self.separators.field}"
        before, *groups = self.text.split(start)
        if len(groups) < 2:
            return [self] if groups else []
        last = len(groups) - 1
        return [
            Message(
                before + start + group + ("" if number == last else "\r"),
                self.head,
                self.separators,
                self.remarks,
                self.usual,
            )
            for number, group in enumerate(groups)
        ]


def read(raw: bytes, dialect_charset: str = "") -> Message:
    """The message in `raw`, in whatever separators, line endings and character set it came.

    `dialect_charset` is the codec a feed is known to use where MSH-18 says nothing. What had to be assumed is in
    `remarks`. Raises Unreadable, and nothing else, whatever the bytes.
    """
    remarks = _NOTHING
    if not raw.startswith(b"MSH"):
        raw, remarks = unwrapped(raw)
    if raw.isascii():
        text, charset = raw.decode("ascii"), ""
    else:
        text, charset, assumed = decode(raw, _declared(raw), dialect_charset)
        remarks |= assumed
    if "\x00" in text:
        text = text.replace("\x00", "")
        remarks |= {Remark.NUL_DROPPED}
    separator = text[3:4]
    if separator != "|" and (separator <= " " or separator.isalnum()):
        raise Unreadable(Reason.BAD_SEPARATORS)
    if "\n" in text:
        text = _one_ending(text, separator)
        remarks |= {Remark.LINE_FEEDS}
    if text[-1:] != "\r":
        text += "\r"
    head = text[: text.find("\r")].split(separator)
    head.insert(1, separator)
    encoding = head[2]
    usual = encoding == _USUAL and separator == "|"
    if not usual:
        encoding, remarks = _checked(encoding, separator, remarks)
    if not charset and len(head) > _CHARSET and head[_CHARSET] not in _ALSO_UTF_8:
        charset = _charset(head[_CHARSET], encoding)
    marks = USUAL if usual and charset in _UTF_8 else separators(separator, encoding, charset or "utf-8")
    return Message(text, head, marks, remarks, usual)


def without_nulls(message: Message) -> Message:
    """The message with every `""` outside its header left out, as if nothing had been said there."""
    marks = message.separators
    text = _null(marks).sub("", message.text)
    return Message(text, message.head, marks, message.remarks, message.usual)


@lru_cache(maxsize=64)
def _null(marks: Separators) -> re.Pattern[str]:
    around = re.escape("".join(("\r", marks.field, marks.component, marks.repetition, marks.subcomponent)))
    return re.compile(f'(?<=[{around}])""(?=[{around}])')


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


def miscounted(raw: bytes) -> tuple[int, int] | None:
    """How many messages the BTS segments of a batch file say there are, and how many there are, if that differs.

    A batch may say nothing (BTS-1 is optional); what is said of the others is then not held against the whole.
    """
    told, found = _told_in_all(_lines(raw), b"BTS"), len(split_batch(raw))
    return None if told in (None, found) else (told, found)


def batches_miscounted(raw: bytes) -> tuple[int, int] | None:
    """How many batches the FTS segments of a batch file say there are, and how many there are, if that differs.

    Where no batch has a segment of its own (BHS, else BTS), nothing is held against the file.
    """
    lines = _lines(raw)
    begun, ended = (sum(line[:3] == name for line in lines) for name in (b"BHS", b"BTS"))
    told, found = _told_in_all(lines, b"FTS"), begun or ended
    return None if not found or told in (None, found) else (told, found)


def _lines(raw: bytes) -> list[bytes]:
    return raw.replace(b"\r\n", b"\r").replace(b"\n", b"\r").split(b"\r")


def _told_in_all(lines: Sequence[bytes], trailer: bytes) -> int | None:
    """What the trailers of that name say together in their first field; None where one of them says no number."""
    said = [line.split(line[3:4])[1].strip() for line in lines if line[:3] == trailer and line[3:4]]
    return sum(int(one[:9]) for one in said) if said and all(one.isdigit() for one in said) else None


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


@lru_cache(maxsize=64)
def _charset(declared: str, encoding: str) -> str:
    """The codec in which `\\Xdd\\` is to be read where the message itself was plain ASCII."""
    return codec(declared.split(encoding[1:2] or "~", 1)[0]) or "utf-8"
