r"""Separators and escape sequences of ER7 text (HL7 v2, chapter 2).

Text is split first and unescaped last, once; so `\X0D\` yields a carriage return inside a value, never a new segment.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

NONE: Final = "\x00"
"""Stands for a separator the sender did not declare. The reader drops NUL from text, so it is never found."""

_LINES: Final = re.compile(r"\.(sp|sk|in|ti)\s*[+-]?(\d{0,4})")
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_MOST_BLANKS: Final = 100
_ONE_SEQUENCE: Final = 3
"""Parts of a text with one sequence in it, as nearly all escaped texts have."""


@dataclass(frozen=True, slots=True)
class Separators:
    """The separators one message declares in MSH-1 and MSH-2, and the character set its bytes were read in."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    charset: str = "utf-8"


USUAL: Final = Separators()


@lru_cache(maxsize=256)
def separators(field: str, encoding: str, charset: str) -> Separators:
    r"""The separators that MSH-1 `field` and MSH-2 `encoding` declare.

    An absent MSH-2 means `^~\&`. A short one leaves the last separators undeclared: they then never split. A fifth
    character (truncation, v2.7) is accepted and has no effect on reading.
    """
    marks = (encoding or "^~\\&")[:4].ljust(4, NONE)
    return Separators(field, marks[0], marks[1], marks[2], marks[3], charset)


def unescape(text: str, marks: Separators) -> str:
    r"""`text` with its escape sequences decoded, once. Unknown or unterminated sequences stay as they are.

    `\H\` and `\N\` (highlighting) are dropped; `\Cxxyy\`, `\Mxxyyzz\` and `\Zxx\` are kept as sent.
    """
    escape = marks.escape
    parts = text.split(escape)
    if len(parts) == _ONE_SEQUENCE:
        meaning = _meaning(parts[1], marks)
        return text if meaning is None else parts[0] + meaning + parts[2]
    start = text.find(escape)
    if start < 0:
        return text
    pieces = [text[:start]]
    while True:
        end = text.find(escape, start + 1)
        if end < 0:
            pieces.append(text[start:])
            return "".join(pieces)
        meaning = _meaning(text[start + 1 : end], marks)
        if meaning is None:
            pieces.append(text[start:end])
            start = end
            continue
        pieces.append(meaning)
        start = text.find(escape, end + 1)
        if start < 0:
            pieces.append(text[end + 1 :])
            return "".join(pieces)
        pieces.append(text[end + 1 : start])


def _meaning(sequence: str, marks: Separators) -> str | None:
    match sequence:
        case "F":
            return marks.field
        case "S":
            return marks.component
        case "T":
            return "" if marks.subcomponent == NONE else marks.subcomponent
        case "R":
            return "" if marks.repetition == NONE else marks.repetition
        case "E":
            return marks.escape
        case "H" | "N" | ".fi" | ".nf":
            return ""
        case ".br" | ".ce":
            return "\n"
        case _ if sequence[:1] == "X" and _HEX.fullmatch(sequence, 1):
            return bytes.fromhex(sequence[1:]).decode(marks.charset, "replace")
        case _ if sequence[:1] == ".":
            return _blanks(sequence)
        case _:
            return None


def _blanks(sequence: str) -> str | None:
    asked = _LINES.fullmatch(sequence)
    if asked is None:
        return None
    count = min(int(asked[2] or 1), _MOST_BLANKS)
    return ("\n" if asked[1] == "sp" else " ") * count


def escape(text: str, marks: Separators) -> str:
    r"""`text` so written that `unescape` gives it back and that it can begin no field, component or segment.

    Needs a declared escape character; control characters become `\Xdd\`.
    """
    if marks.escape == NONE:
        raise ValueError("these separators declare no escape character")
    names = {
        marks.escape: "E",
        marks.field: "F",
        marks.component: "S",
        marks.repetition: "R",
        marks.subcomponent: "T",
    }
    return "".join(_written(character, names, marks) for character in text)


def _written(character: str, names: dict[str, str], marks: Separators) -> str:
    name = names.get(character)
    if name is None and (character < " " or character == "\x7f"):
        name = f"X{character.encode(marks.charset).hex().upper()}"
    return character if name is None else f"{marks.escape}{name}{marks.escape}"
