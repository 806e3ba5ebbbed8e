"""A newborn told of under a grown person's hospital number, mostly its mother's, is nothing of that person's."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from msgspec import structs

from services.admissions.adt.lives import OLDEST_YEARS
from services.admissions.model import IDENTITY, NOTHING_SAID_OF_A_PERSON, Fact, FactId, StayKey
from services.admissions.rules.identity import PersonFile

_YOUNGEST_MOTHER: Final = 10
"""Years. Births further apart than this are no slip about one and the same newborn."""


def of_newborns(facts: Sequence[Fact]) -> frozenset[FactId]:
    """Those of a person-file's `facts` that tell of somebody newly born, where others tell of somebody grown.

    Newly born: in the year of the telling or the one before. Grown: born ten years or more before the newborn, and no
    longer ago than anybody lives, so that a date that only fills the field is nobody's. What names the newborn's visit
    or account, and tells no birth, tells of the newborn. Which was told first, or came first, has no say.
    """
    texts = {fact.person.born for fact in facts}
    if len(texts) < 2:
        return frozenset()
    years = {year for text in texts if (year := _year(text)) is not None}
    if len(years) < 2 or max(years) - min(years) < _YOUNGEST_MOTHER:
        return frozenset()
    known_since = min((fact.recorded.year for fact in facts if fact.is_dated), default=max(years))
    told = [fact for fact in facts if _newborn(fact, years, known_since)]
    theirs = _stays(told)
    if theirs:
        theirs -= _stays(fact for fact in facts if fact.person.born and not _newborn(fact, years, known_since))
        told += [fact for fact in facts if not fact.person.born and not theirs.isdisjoint(_stays((fact,)))]
    return frozenset(fact.fact_id for fact in told)


def without(file: PersonFile, gone: Collection[FactId]) -> PersonFile:
    """`file` without the facts in `gone`; but one that says who or what is another stays, and says that alone."""
    if not gone:
        return file
    kept = [
        structs.replace(fact, person=NOTHING_SAID_OF_A_PERSON) if fact.fact_id in gone else fact
        for fact in file.facts
        if fact.fact_id not in gone or fact.trigger in IDENTITY
    ]
    return replace(file, facts=tuple(kept))


def _newborn(fact: Fact, years: Iterable[int], known_since: int) -> bool:
    """Whether it tells of somebody newly born, seen from the year of the telling, else of the event.

    Where nobody says when, it does if they were born about when the number was already somebody's (`known_since`).
    """
    born = _year(fact.person.born)
    if born is None:
        return False
    told = _told_in(fact)
    if not (born >= known_since - 1 if told is None else 0 <= told - born <= 1):
        return False
    return any(_YOUNGEST_MOTHER <= born - year <= OLDEST_YEARS for year in years)


def _told_in(fact: Fact) -> int | None:
    if fact.is_dated:
        return fact.recorded.year
    when = fact.admit_time or fact.occurred
    return when.at.year if when.is_told else None


def _stays(facts: Iterable[Fact]) -> set[StayKey]:
    return {key for fact in facts for key in (fact.visit, fact.account) if key is not None}


def _year(text: str | None) -> int | None:
    return int(text[:4]) if text and text[:4].isdecimal() and len(text) >= 4 else None
