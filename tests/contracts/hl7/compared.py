"""Where two readings of one message differ: HAPI's tree of it, and what ours answers when asked for each value."""

from services.admissions.adt.admission import FIELDS
from shared.hl7.escapes import Separators
from shared.hl7.forms import IDENTIFIERS, PRESENT, Designator, Last, Said, Whole
from shared.hl7.message import NULL, Message, Value
from shared.hl7.segments import Identifier
from shared.hl7.segments import Repetition as Ours
from shared.hl7.segments import Segment as OurSegment
from tests.contracts.hl7.hapi import Repetition, Segment

_ERASE = '""'
_SEPARATORS = 2
"""Fields of MSH up to this one are separators, and stand for themselves."""


def differences(ours: Message, theirs: list[Segment]) -> set[str]:
    """Every place, `PID-5` or `segments`, where the two read anything else; empty where they agree."""
    mine = ours.all_segments()
    found = set[str]()
    if [one.name for one in mine] != [name for name, _ in theirs]:
        found.add("segments")
    for one, (name, fields) in zip(mine, theirs, strict=False):
        most = max(len(fields), one.raw.count(ours.separators.field) + 1)
        for number in range(1, most + 1):
            told = [_trimmed(part) for part in (fields[number - 1] if number <= len(fields) else [])]
            if _of_ours(one, number, ours.separators) != [part for part in told if part]:
                found.add(f"{name}-{number}")
    return found


def _of_ours(segment: OurSegment, field: int, marks: Separators) -> list[Repetition]:
    """A field as ours reads it, in HAPI's form. Repetitions that say nothing are no part of what it says."""
    if segment.name == "MSH" and field <= _SEPARATORS:
        return [[[segment.text(field)]]]
    found = [_trimmed(_components(one, marks)) for one in segment.repetitions(field)]
    return [one for one in found if one]


def _components(one: Ours, marks: Separators) -> Repetition:
    """By `component` and by `subcomponent`, which must agree. What is erased as a whole is erased once, not by part."""
    if one.raw == _ERASE:
        return [[_ERASE]]
    found: Repetition = []
    for number, sent in enumerate(one.raw.split(marks.component), 1):
        most = 1 if one.component(number) is NULL else sent.count(marks.subcomponent) + 1
        said = [_text(one.subcomponent(number, part)) for part in range(1, most + 1)]
        assert _text(one.component(number)) == said[0]
        found.append(said)
    return found


def _text(value: Value) -> str:
    return _ERASE if value is NULL else str(value or "")


def _trimmed(sent: Repetition) -> Repetition:
    """Without what is empty at the end, which nobody is told of."""
    found = [list(part) for part in sent]
    for part in found:
        while part and not part[-1]:
            part.pop()
    while found and not found[-1]:
        found.pop()
    return found


def used(theirs: list[Segment]) -> list[Said | list[Identifier]]:
    """Of HAPI's reading, the values that a fact is made of, in the order and form of `Sent`."""
    found: list[Said | list[Identifier]] = []
    # A segment that is only its name says nothing, and ours does not count it.
    theirs = [one for one in theirs if one[1]]
    at = 0
    for segment, wanted in FIELDS.items():
        names = [name for name, _ in theirs]
        here = segment in names
        at = names.index(segment, at if segment in names[at:] else 0) if here else at
        fields = theirs[at][1] if here else []
        for field, part in wanted:
            if (field, part) == PRESENT:
                found.append(segment if here else "")
                continue
            told = [_trimmed(one) for one in (fields[field - 1] if field <= len(fields) else [])]
            found.append(_used([one for one in told if one], part))
    return found


def _used(said: list[Repetition], part: int) -> Said | list[Identifier]:
    if part == IDENTIFIERS:
        return [
            (_plain(_part(one, 1)), _plain(_who(_part(one, 4))), _plain(_part(one, 5)), _plain(_part(one, 4)[1:]))
            for one in said
        ]
    if not said:
        return ""
    one = said[-1] if isinstance(part, Last) else said[0]
    if one == [[_ERASE]]:
        return NULL
    parts = one[part - 1] if part <= len(one) else []
    if isinstance(part, Designator):
        return _said(_who(parts))
    return "&".join(parts) if isinstance(part, Whole) and parts != [_ERASE] else _said(parts)


def _part(one: Repetition, number: int) -> list[str]:
    return one[number - 1] if number <= len(one) else []


def _who(parts: list[str]) -> list[str]:
    """What of a designator says who: the namespace id, else the universal id."""
    return parts[1:] if _plain(parts[1:]).strip() and not _plain(parts).strip() else parts


def _said(parts: list[str]) -> Said:
    text = parts[0] if parts else ""
    return NULL if text == _ERASE else text


def _plain(parts: list[str]) -> str:
    value = _said(parts)
    return value if isinstance(value, str) else ""
