"""Names as hospitals send them, made safe to show: whatever marks they carry, the text around them reads as it is."""

import unicodedata
from typing import Final

MOST: Final = 80
"""Characters of a name that are shown; a longer one ends in “…”."""

_MARKS: Final = 3
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_FIRST_STRONG: Final = "\u2068"
_POP: Final = "\u2069"


def shown(name: str | None) -> str:
    """`name` without what hides or turns a text: control and format marks go, of combining marks three a letter stay.

    One written from right to left is isolated (Unicode Standard Annex 9, FSI and PDI: what HTML's <bdi> does, also
    where no markup can stand), so that an age or a bed after it stays after it.
    """
    if not name or (name.isascii() and name.isprintable()):
        return _cut((name or "").strip())
    kept: list[str] = []
    marks = 0
    for mark in name:
        kind = unicodedata.category(mark)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if kind not in _HIDDEN and marks <= _MARKS:
            kept.append(mark)
    text = _cut("".join(kept).strip())
    turns = any(unicodedata.bidirectional(mark) in _RIGHT_TO_LEFT for mark in text)
    return f"{_FIRST_STRONG}{text}{_POP}" if turns else text


def initial(name: str | None) -> str:
    """The first letter or digit of `name`, large; empty if it has none."""
    return next((mark.upper()[:1] for mark in name or "" if mark.isalnum()), "")


def _cut(text: str) -> str:
    return text if len(text) <= MOST else text[: MOST - 1].rstrip() + "…"
