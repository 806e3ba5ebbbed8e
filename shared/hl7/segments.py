"""One segment of ER7 text: its fields, repetitions and components, split when they are asked for."""

from collections.abc import Sequence
from enum import Enum
from typing import Final

from shared.hl7.escapes import Separators, unescape


class Null(Enum):
    """The type of `NULL`, HL7's explicit `""`."""

    NULL = '""'

    def __bool__(self) -> bool:
        return False


NULL: Final = Null.NULL
Value = str | Null | None
Identifier = tuple[str, str, str, str]
"""CX-1, 4 and 5: the value, who issued it (CX-4.1, else 4.2), its type; and CX-4.2 alone; "" for what is not said."""
Wanted = Sequence[tuple[int, int]]
"""Fields and components, counted from 1."""

_ERASE: Final = NULL.value
_HEADERS: Final = frozenset(("MSH", "FHS", "BHS"))
_ISSUER, _TYPE = 4, 5
_SEPARATORS_IN: Final = 2
"""Fields of a header up to this one are separators, and never split by themselves."""


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
        return component_value(parts[number - 1], self._marks)

    def text(self, number: int = 1) -> str:
        """As `component`, with "" for both nothing and `NULL`."""
        value = self.component(number)
        return value if isinstance(value, str) else ""

    def component_text(self, number: int = 1) -> str:
        """The whole component decoded, sub-component separators and all (`A&E`); "" if nothing or `NULL` was said."""
        parts = self._parts
        return _whole(parts[number - 1], self._marks) if number <= len(parts) else ""

    def designator(self, number: int) -> Value:
        """Who the component names as a designator (HD): its namespace id, else its universal id."""
        parts = self._parts
        if number > len(parts):
            return NULL if self.raw == '""' else None
        value = designated(parts[number - 1], self._marks)
        return None if value == "" else value

    def subcomponent(self, component: int, number: int) -> Value:
        """One sub-component."""
        parts = self._parts
        if component > len(parts):
            return NULL if self.raw == '""' else None
        return _sub(parts[component - 1], number, self._marks)


class Segment:
    """One segment. Fields are split at the first question."""

    __slots__ = ("_fields", "_marks", "at", "name", "raw")

    def __init__(self, name: str, raw: str, marks: Separators, fields: list[str] | None = None, *, at: int = 0) -> None:
        """`fields`: where they are split already; a header's begin with its name and MSH-1. `at`: where it begins."""
        self.at = at
        self.name = name
        self.raw = raw
        self._marks = marks
        if fields is None:
            fields = raw.split(marks.field)
            if name in _HEADERS:
                fields.insert(1, marks.field)
        self._fields = fields

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
        if text.isalnum():
            return text if component == 1 else None
        marks = self._marks
        if field <= _SEPARATORS_IN and self.name in _HEADERS:
            return text if component == 1 else None
        if marks.repetition in text:
            text = _first(text, marks.repetition)
        if marks.component not in text:
            return component_value(text, marks) if component == 1 or text == '""' else None
        parts = text.split(marks.component, component)
        return component_value(parts[component - 1], marks) if component <= len(parts) else None

    def values(self, wanted: Wanted) -> list[Value]:
        """Several components at once, each as `component` gives it. Those of one field cost least side by side."""
        fields, marks = self._fields, self._marks
        size, last, text = len(fields), -1, ""
        parts: list[str] | None = None
        found: list[Value] = []
        add = found.append
        for field, component in wanted:
            if field != last:
                last, parts = field, None
                text = fields[field] if field < size else ""
            if not text:
                add(None)
            elif text.isalnum():
                add(text if component == 1 else None)
            else:
                if parts is None:
                    parts = self._components(field, text, marks)
                part = parts[component - 1] if component <= len(parts) else (text if text == _ERASE else "")
                add(part if part.isalnum() else component_value(part, marks))
        return found

    def _components(self, field: int, text: str, marks: Separators) -> list[str]:
        if field <= _SEPARATORS_IN and self.name in _HEADERS:
            return [text]
        if marks.repetition in text:
            text = _first(text, marks.repetition)
        return text.split(marks.component)

    def text(self, field: int, component: int = 1) -> str:
        """As `component`, with "" for both nothing and `NULL`: for display and comparison."""
        value = self.component(field, component)
        return value if isinstance(value, str) else ""

    def component_text(self, field: int, component: int) -> str:
        """The whole component decoded, sub-component separators and all (`A&E`); "" if nothing or `NULL` was said."""
        found = self.repetitions(field)
        return found[0].component_text(component) if found else ""

    def designator(self, field: int, component: int) -> Value:
        """Who the component names as a designator (HD), in the first repetition that says anything."""
        found = self.repetitions(field)
        return found[0].designator(component) if found else None

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
        if marks.repetition not in text or (field <= _SEPARATORS_IN and self.name in _HEADERS):
            return [Repetition(text, marks)]
        return [Repetition(part, marks) for part in text.split(marks.repetition) if part]


def said(text: str, marks: Separators) -> str | Null:
    """What a component says: its first sub-component, decoded; "" for nothing."""
    if marks.subcomponent in text:
        text = text.split(marks.subcomponent, 1)[0]
    if marks.escape in text:
        return unescape(text, marks)
    return NULL if text == _ERASE else text


def component_value(text: str, marks: Separators) -> Value:
    """As `said`, with None for nothing."""
    if text.isalnum():
        return text
    value = said(text, marks)
    return None if value == "" else value


def designated(text: str, marks: Separators) -> str | Null:
    """Who a component names as a designator (HD): its namespace id, or where that says nothing its universal id.

    As `said`, "" for nothing.
    """
    name = said(text, marks)
    if marks.subcomponent not in text or (isinstance(name, str) and name.strip()):
        return name
    universal = said(text.split(marks.subcomponent, 2)[1], marks)
    return universal if isinstance(universal, str) and universal.strip() else name


def _sub(text: str, number: int, marks: Separators) -> Value:
    if text == '""':
        return NULL
    parts = text.split(marks.subcomponent)
    return component_value(parts[number - 1], marks) if number <= len(parts) else None


def _whole(text: str, marks: Separators) -> str:
    return "" if text == '""' else unescape(text, marks)


def _first(text: str, separator: str) -> str:
    return next((part for part in text.split(separator) if part), "")


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def identifiers(sent: str, marks: Separators) -> list[Identifier]:
    """The identifiers in a CX field `sent`, in order; repetitions that say nothing are left out."""
    if not sent:
        return []
    plain = marks.escape not in sent and marks.subcomponent not in sent and _ERASE not in sent
    separator = marks.component
    found: list[Identifier] = []
    for one in sent.split(marks.repetition):
        parts = one.split(separator)
        if plain and len(parts) >= _TYPE:
            found.append((parts[0], parts[3], parts[4], ""))
        elif one:
            told = Repetition(one, marks)
            issuer = told.designator(_ISSUER)
            universal = told.subcomponent(_ISSUER, 2)
            found.append((told.text(1), _text(issuer), told.text(_TYPE), _text(universal)))
    return found
