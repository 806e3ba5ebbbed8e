"""Ward codes that came in messages and that no ward answers to: what must be mapped, and how much hangs on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from services.screens.presenters import words
from shared.contracts.api.admissions import WardCodeHeard, WardCodesHeard
from shared.contracts.api.hospital import (
    LONGEST_MAPPED_CODE,
    MappedCode,
    MappingStands,
    UnmappedCode,
    UnmappedCodes,
    WardMapping,
    WardMappings,
)

_MAPPED: Final[TypeAdapter[str]] = TypeAdapter(MappedCode)
_LINE_ENDS: Final = frozenset("\r\n")
"""What a browser sends otherwise than it was given."""
_ASK_THE_SENDER: Final = "Ask whoever runs the system that sends it for a code that can be."


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A code. `messages` and `last` are empty where they were not asked for or are not known now.

    `href` leads to the form that maps it, for who may; `unmappable` says why there is no such form for this code.
    `to_come` says from when it is mapped where it is not yet, and `href` then leads to that mapping.
    """

    code: str
    people: str
    since: str
    messages: str
    last: str
    href: str | None = None
    to_come: str = ""
    unmappable: str | None = None


@dataclass(frozen=True, slots=True)
class Unmapped:
    """The codes, with a sentence; `counted` says whether their messages were counted."""

    answer: str
    lines: tuple[CodeLine, ...]
    counted: bool


def present(
    found: UnmappedCodes | None,
    heard: WardCodesHeard | None,
    now: datetime,
    *,
    may_map: bool = False,
    mapped: WardMappings | None = None,
) -> Unmapped | None:
    """The codes that need a ward; nothing when there is none, or when that cannot be known now."""
    if found is None or not found.items:
        return None
    told = {one.code: one for one in heard.items} if heard else {}
    awaited = _awaited(mapped)
    number = len(found.items)
    here = sum(one.people for one in found.items)
    there = f"{words.count(here, 'person is', 'people are')} there now" if here else "Nobody is there now"
    return Unmapped(
        answer=f"{words.count(number, 'ward code is', 'ward codes are')} not mapped to a ward. {there}: the code is no "
        f"ward’s, so no cluster is found for them. {_how(number, may_map=may_map)}",
        lines=tuple(_line(one, told.get(one.code), now, awaited.get(one.code), may_map=may_map) for one in found.items),
        counted=heard is not None,
    )


def _how(number: int, *, may_map: bool) -> str:
    each = "it" if number == 1 else "each"
    if may_map:
        return f"Map {each} to a ward here, and they are named at once; or add {each} to a ward in the setup file."
    return f"Ask an administrator or an integration engineer to map {each} to a ward."


def _awaited(mapped: WardMappings | None) -> dict[str, WardMapping]:
    """The first mapping to come of each code."""
    to_come = [one for one in mapped.items if one.stands is MappingStands.TO_COME] if mapped else []
    return {one.code: one for one in sorted(to_come, key=lambda one: one.valid_from, reverse=True)}


def _line(
    one: UnmappedCode, heard: WardCodeHeard | None, now: datetime, awaited: WardMapping | None, *, may_map: bool
) -> CodeLine:
    unmappable = _unmappable(one.code) if may_map else None
    form = f"new?code={quote(one.code, safe='')}" if awaited is None else awaited.mapping_id
    since = min(one.since, heard.first_at) if heard else one.since
    return CodeLine(
        code=one.code,
        people=f"{one.people:,}" if one.people else "Nobody",
        since=words.sentence(words.moment(since, now)),
        messages=f"{heard.messages:,}" if heard else "",
        last=words.sentence(words.moment(heard.last_at, now)) if heard else "",
        href=f"/messages/ward-codes/{form}" if may_map and unmappable is None else None,
        to_come=f"Mapped from {words.full_date(awaited.valid_from)}" if awaited else "",
        unmappable=unmappable,
    )


def _unmappable(code: str) -> str | None:
    """Why no form can map `code`: a form that changed it on its way would map another code."""
    if len(code) > LONGEST_MAPPED_CODE:
        return f"It cannot be mapped here: it is longer than {LONGEST_MAPPED_CODE} characters. {_ASK_THE_SENDER}"
    try:
        kept = _MAPPED.validate_python(code) == code.strip() == code and _LINE_ENDS.isdisjoint(code)
    except ValidationError:
        kept = False
    return None if kept else f"It cannot be mapped here: it holds marks that cannot be seen. {_ASK_THE_SENDER}"
