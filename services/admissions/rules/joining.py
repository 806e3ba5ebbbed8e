"""Two visits that an A42 says are one: the stays they are in become one stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from msgspec.structs import replace

from services.admissions.model import UNTOLD, Fact, FactId, StayKey, Trigger
from services.admissions.rules.claims import ADMISSIONS, admission_claimed
from services.admissions.rules.told import told_key

Stay = tuple[Fact, ...]
_NOBODY_KNOWS: Final = datetime.max.replace(tzinfo=UTC)
"""When a stay began of which no time is known: no other is a later part of it for that."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The stays, those of one stay joined (told order), and what no longer stands besides.

    `named_by`: for a joined stay, by its first fact, its facts with those of the surviving visit first: the id is
    theirs.
    """

    stays: tuple[Stay, ...]
    undone: frozenset[FactId]
    named_by: Mapping[FactId, Stay] = field(default_factory=dict[FactId, Stay])


@dataclass(frozen=True, slots=True)
class _Part:
    facts: Stay
    begun: datetime
    cancelled: bool


def joined(stays: Sequence[Stay], merges: Sequence[Fact], undone: frozenset[FactId]) -> Joined:
    """`stays` after the A42s among `merges` (told order), as a person-file's. The surviving visit ends the stay alone.

    The stay began when the earliest of them did; where another began later, that was a move within it.
    """
    parts = [_part(stay, undone) for stay in stays]
    into: dict[int, int] = {}
    for merge in reversed(merges):
        lost, kept = _spoken_of(parts, merge.prior_visit, merge), _spoken_of(parts, merge.visit, merge)
        if lost is not None and kept is not None and lost not in into and _end(into, kept) != lost:
            into[lost] = kept
    groups: dict[int, list[int]] = {}
    for number in range(len(parts)):
        groups.setdefault(_end(into, number), []).append(number)
    made: list[Stay] = []
    named_by: dict[FactId, Stay] = {}
    for survivor, members in groups.items():
        if members == [survivor]:
            made.append(parts[survivor].facts)
            continue
        facts, gone = _one(parts, survivor, members)
        undone |= gone
        named_by[facts[0].fact_id] = _survivor_first(parts, survivor, members)
        made.append(facts)
    return Joined(tuple(made), undone, named_by)


def _end(into: Mapping[int, int], number: int) -> int:
    while number in into:
        number = into[number]
    return number


def _part(stay: Stay, undone: frozenset[FactId]) -> _Part:
    claims = [claim.at for fact in stay if (claim := admission_claimed(fact)) is not None]
    admitted = any(fact.trigger in ADMISSIONS and fact.fact_id not in undone for fact in stay)
    cancelled = not admitted and any(fact.trigger is Trigger.CANCEL_ADMIT for fact in stay)
    times = claims or [fact.occurred.at for fact in stay if fact.occurred.at != UNTOLD]
    return _Part(stay, min(times, default=_NOBODY_KNOWS), cancelled)


def _spoken_of(parts: Sequence[_Part], visit: StayKey | None, merge: Fact) -> int | None:
    """Which stay a merge means by a visit: of several under one number, the latest that had begun by then."""
    mine = [n for n, part in enumerate(parts) if visit is not None and any(f.visit == visit for f in part.facts)]
    by_then = [number for number in mine if parts[number].begun <= merge.occurred.at]
    return max(by_then or mine, key=lambda number: parts[number].begun, default=None)


def _survivor_first(parts: Sequence[_Part], survivor: int, members: Sequence[int]) -> Stay:
    others = [fact for number in members if number != survivor for fact in parts[number].facts]
    return (*parts[survivor].facts, *sorted(others, key=told_key))


def _one(parts: Sequence[_Part], survivor: int, members: Sequence[int]) -> tuple[Stay, frozenset[FactId]]:
    first = min(members, key=lambda number: (parts[number].cancelled, parts[number].begun, number != survivor))
    gone: set[FactId] = set()
    facts: list[Fact] = []
    for number in members:
        part = parts[number]
        if part.cancelled and number != first:
            gone.update(fact.fact_id for fact in part.facts)
        elif number != survivor:
            gone.update(fact.fact_id for fact in part.facts if fact.trigger is Trigger.DISCHARGE)
        facts.extend(part.facts if number == first else map(_later, part.facts))
    return tuple(sorted(facts, key=told_key)), frozenset(gone)


def _later(fact: Fact) -> Fact:
    """A fact of a stay that is the later part of another: its admission was a move."""
    claimed = admission_claimed(fact)
    if fact.trigger in ADMISSIONS:
        return replace(fact, trigger=Trigger.TRANSFER, occurred=claimed or fact.occurred, admit_time=None)
    if fact.trigger is Trigger.CANCEL_ADMIT:
        return replace(fact, trigger=Trigger.UPDATE, location=None, admit_time=None)
    return fact if fact.admit_time is None else replace(fact, admit_time=None)
