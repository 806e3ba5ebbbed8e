"""Many values of one message, read in one pass: several times quicker than asking for them one by one.

What is read of every message is known when the program starts, so the reading is written out then, as one straight
function for the usual separators: no loop over fields, nothing looked up twice. `Segment.component` is its measure: a
test holds the two together, and messages with other separators are read through it.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, cast

from shared.hl7.escapes import Separators, unescape
from shared.hl7.message import Message
from shared.hl7.segments import NULL, Identifier, Null, Segment, designated, identifiers, said

IDENTIFIERS: Final = 0
"""Instead of a component: every identifier of a CX field."""

PRESENT: Final = (0, 1)
"""Whether a segment is there: its name, or ""."""


class Whole(int):
    """A component with its sub-component separators and all: where `A&E` is sent unescaped it is one code."""


class Last(int):
    """A component of the last repetition that says anything, instead of the first."""


class Designator(int):
    """A component that says who (HD, as CX-4): its namespace id, or where that says nothing its universal id."""


Wanted = Sequence[tuple[int, int]]
Said = str | Null
"""What a component says: "" for nothing."""
_HEADER: Final = "MSH"
_NAME: Final = PRESENT[0]
_NOT_PLAIN: Final = "'~' in line or '\\\\' in line or '&' in line or '\"\"' in line"


class Form:
    """What is read together: of each segment, fields and components counted from 1.

    Segments stand in the order HL7 gives them: each is the first of its name after the one before it, else the first in
    the message. The components of a field stand side by side.
    """

    def __init__(self, segments: Mapping[str, Wanted]) -> None:
        self._segments = {name: tuple(wanted) for name, wanted in segments.items()}
        made: dict[str, Any] = {"value": said, "whole": _whole, "designated": designated, "identifiers": identifiers}
        # Names and numbers of our own code; nothing that was sent becomes part of it.
        exec(_source(self._segments), made)  # noqa: S102
        self._usual = cast("Callable[[Message], tuple[Any, ...]]", made["read"])

    def read(self, message: Message) -> tuple[Any, ...]:
        """The values in the order of the form: `Said` of each component, a list of `Identifier` of each CX field.

        As `Segment.component` reads them (`Designator`: as `Segment.designator`; `Whole`: as `Segment.component_text`,
        but `NULL` where that was said), but "" where that says None; an absent segment says nothing.
        """
        return self._usual(message) if message.usual else self.one_by_one(message)

    def one_by_one(self, message: Message) -> tuple[Any, ...]:
        """The same, whatever the separators."""
        found: list[Said | list[Identifier]] = []
        last: Segment | None = None
        for name, wanted in self._segments.items():
            segment = message.segment(name, last) or message.segment(name)
            last = segment or last
            for field, part in wanted:
                if part == IDENTIFIERS:
                    found.append(identifiers(segment.raw_field(field), message.separators) if segment else [])
                else:
                    found.append(_value(segment, field, part) if segment else "")
        return tuple(found)


def _value(segment: Segment, field: int, part: int) -> Said:
    if isinstance(part, Whole):
        whole = segment.component_text(field, part)
        return NULL if not whole and segment.component(field, part) is NULL else whole
    if isinstance(part, Last):
        told = segment.repetitions(field)
        value = told[-1].component(part) if told else None
    elif isinstance(part, Designator):
        value = segment.designator(field, part)
    else:
        value = segment.component(field, part)
    return "" if value is None else value


def _whole(text: str, marks: Separators) -> Said:
    return NULL if text == '""' else unescape(text, marks)


def _source(segments: Mapping[str, Wanted]) -> str:
    """The text of `read(message)`. A segment without repetitions, escapes, sub-components or `""` is read plainly."""
    lines = ["def read(message):", "    text, marks, at = message.text, message.separators, 0"]
    names: list[str] = []
    for segment, wanted in segments.items():
        own = _names(segment, wanted)
        names += own
        most = max(field for field, _ in wanted)
        if segment == _HEADER:
            said = " + ".join(f"f[{field}]" for field in dict.fromkeys(field for field, _ in wanted))
            lines += ["    f = message.head", f"    if len(f) <= {most}: f = f + [''] * {most}", f"    line = {said}"]
            lines += _both(segment, wanted, "    ")
            continue
        lines += [
            f"    here = text.find('\\r{segment}|', at) + 1 or text.find('\\r{segment}|') + 1",
            "    if here:",
            "        at = here",
            "        line = text[at:text.find('\\r', at)]",
            f"        f = line.split('|', {most + 1})",
            f"        if len(f) <= {most}: f += [''] * ({most + 1} - len(f))",
            *_both(segment, wanted, "        "),
            "    else:",
        ]
        lines += [
            f"        {name} = {[] if part == IDENTIFIERS else ''!r}"
            for name, (_, part) in zip(own, wanted, strict=True)
        ]
    return "\n".join([*lines, f"    return ({', '.join(names)},)"])


def _both(segment: str, wanted: Wanted, indent: str) -> list[str]:
    fully, plainly = _fields(segment, wanted, _fully), _fields(segment, wanted, _plainly)
    lines = [f"if {_NOT_PLAIN}:", *(f"    {one}" for one in fully), "else:", *(f"    {one}" for one in plainly)]
    return [indent + line for line in lines]


def _names(segment: str, wanted: Wanted) -> list[str]:
    return [f"{segment.lower()}_{field}_{part}" for field, part in wanted]


def _fields(segment: str, wanted: Wanted, write: Callable[[int, list[tuple[str, int]]], list[str]]) -> list[str]:
    lines: list[str] = []
    for field, several in groupby(wanted, key=lambda pair: pair[0]):
        same = list(several)
        own = [(name, part) for name, (_, part) in zip(_names(segment, same), same, strict=True)]
        if field == _NAME:
            lines.append(f"{own[0][0]} = {segment!r}")
        elif own[0][1] == IDENTIFIERS:
            lines.append(f"{own[0][0]} = identifiers(f[{field}], marks)")
        else:
            lines += write(field, own)
    return lines


def _plainly(field: int, own: list[tuple[str, int]]) -> list[str]:
    top = max(part for _, part in own)
    if top == 1:
        name = own[0][0]
        return [f"{name} = f[{field}]", f"if '^' in {name}: {name} = {name}.split('^', 1)[0]"]
    return [
        f"t = f[{field}]",
        "if '^' in t:",
        f"    p = t.split('^', {top})",
        f"    if len(p) < {top}: p += {[''] * (top - 1)}",
        f"    {_taken(own)}",
        "else:",
        *(f"    {name} = {_alone(part)}" for name, part in own),
    ]


def _fully(field: int, own: list[tuple[str, int]]) -> list[str]:
    top = max(part for _, part in own)
    order = "reversed(t.split('~'))" if isinstance(own[0][1], Last) else "t.split('~')"
    return [
        f"t = f[{field}]",
        "if not t or t.isalnum():",
        *(f"    {name} = {_alone(part)}" for name, part in own),
        "else:",
        f"    if '~' in t: t = next((one for one in {order} if one), '')",
        f"    p = t.split('^', {top})",
        f"    if len(p) < {top}: p = [t] * {top} if t == '\"\"' else p + {[''] * top}",
        f"    {_taken(own)}",
        *(f"    if not {name}.isalnum(): {name} = {_decoded(part)}({name}, marks)" for name, part in own),
    ]


def _taken(own: list[tuple[str, int]]) -> str:
    return "; ".join(f"{name} = p[{part - 1}]" for name, part in own)


def _alone(part: int) -> str:
    """What a component of a field says that has none."""
    return "t" if part == 1 else "''"


def _decoded(part: int) -> str:
    if isinstance(part, Designator):
        return "designated"
    return "whole" if isinstance(part, Whole) else "value"
