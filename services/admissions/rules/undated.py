"""Where in the history of a person and of a stay belongs what does not say when it was told, or when it happened.

It is old news: in told order it stands before everything dated, so that it fills what nothing dated says and overwrites
nothing. Among such, the other keys of the told order decide. Two kinds speak of what was told before them, and are
asked where they must have been told: a cancel, of what it undoes, and a merge, of whom it joins. A deletion speaks of
that too, and stays where it is: it takes nothing dated away (`folding`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from services.admissions.model import Fact, FactId, Precision, Trigger, When
from services.admissions.rules.cancelling import told_after
from services.admissions.rules.claims import CANCELS, PLANS, admission_claimed
from services.admissions.rules.identity import views
from services.admissions.rules.told import told_key

_ENDS = frozenset({Trigger.DISCHARGE, Trigger.TO_OUTPATIENT})


@dataclass(frozen=True, slots=True)
class InPlace:
    """`facts`: all of a person-file, in the order in which it must have been told.

    `undoing`: those of them by which is asked what is undone: all but the undated cancels that undo nothing.
    """

    facts: tuple[Fact, ...]
    undoing: tuple[Fact, ...]


def in_their_place(facts: tuple[Fact, ...]) -> InPlace:
    """The facts of a person-file (told order), undated cancels and merges where they must have been told.

    It is the order in which to ask what is undone, and who was known to be one person; what else such a message says
    stays old news. A cancel stands after the movement it names or the one event it can be about; where it can be about
    several, or about none, it undoes nothing, whatever stands before it. A merge stands after all that is dated under
    the number it retires, for nothing is told under a retired number.
    """
    if not facts or facts[0].is_dated:
        return InPlace(facts, facts)
    placed = sorted([_merge_in_place(fact, facts) for fact in facts], key=told_key)
    known = views(placed)
    found: list[Fact] = []
    idle: set[FactId] = set()
    for fact in placed:
        if fact.trigger not in CANCELS or fact.is_dated:
            found.append(fact)
            continue
        event = told_after(fact, placed, known)
        if event is None:
            idle.add(fact.fact_id)
        found.append(fact if event is None or not event.is_dated else _after(fact, event))
    told = tuple(sorted(found, key=told_key))
    return InPlace(told, tuple(fact for fact in told if fact.fact_id not in idle))


def _merge_in_place(fact: Fact, facts: Sequence[Fact]) -> Fact:
    if fact.trigger is not Trigger.MERGE or fact.is_dated:
        return fact
    gone = set(fact.retired) - {fact.patient}
    under = [one for one in facts if one.is_dated and one.patient in gone]
    return _after(fact, under[-1]) if under else fact


def _after(fact: Fact, other: Fact) -> Fact:
    return replace(fact, recorded=other.recorded + datetime.resolution, message_time=None)


def with_times(stay: tuple[Fact, ...], undone: Collection[FactId]) -> tuple[Fact, ...]:
    """The facts of one stay (told order), those that happened nobody says when put at the first time known of the stay.

    What ends it is put at the last. Where no time at all is known of the stay, they are left as they are.
    """
    if all([fact.occurred.is_told for fact in stay]):  # noqa: C419  # asked of every stay: a list is quicker
        return stay
    times = _times([fact for fact in stay if fact.fact_id not in undone]) or _times(stay)
    if not times:
        return stay
    first, last = When(min(times), Precision.NOT_TOLD), When(max(times), Precision.NOT_TOLD)
    return tuple(
        fact if fact.occurred.is_told else replace(fact, occurred=last if fact.trigger in _ENDS else first)
        for fact in stay
    )


def _times(facts: Sequence[Fact]) -> list[datetime]:
    claims = [claim.at for fact in facts if (claim := admission_claimed(fact)) is not None]
    return claims + [fact.occurred.at for fact in facts if fact.occurred.is_told and fact.trigger not in PLANS]
