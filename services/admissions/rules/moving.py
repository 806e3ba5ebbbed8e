"""Where the person was, and since when: movements of one stay, on the line of time."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from services.admissions.model import UNTOLD, Fact, FactId, Flag, Location, Movement, Trigger
from services.admissions.rules.claims import ADMISSIONS, PLANNING
from services.admissions.rules.told import same_place, same_ward
from services.admissions.rules.whereabouts import corrected, moved, shown


@dataclass(frozen=True, slots=True)
class Moved:
    """The movements in the order of time, and what is odd about them."""

    movements: tuple[Movement, ...]
    flags: frozenset[Flag]


@dataclass(frozen=True, slots=True)
class _Step:
    fact: Fact
    told: int
    since: datetime
    location: Location


_MOVES = frozenset({Trigger.TRANSFER, Trigger.CANCEL_DISCHARGE})
_UNPLACED = frozenset({*PLANNING, Trigger.REGISTER, Trigger.TO_OUTPATIENT, Trigger.CANCEL_ADMIT})


def moves(fact: Fact) -> bool:
    """Whether the fact tells of a move to where it says."""
    return fact.moves_by_update if fact.trigger is Trigger.UPDATE else fact.trigger in _MOVES


def _first(standing: Sequence[Fact], begun: datetime, steps: Sequence[_Step]) -> Movement | None:
    """Where it began: the admission told last; else the place the first move left; else the first place heard of."""
    for fact in reversed(standing):
        if fact.trigger in ADMISSIONS and fact.location is not None:
            return Movement(fact.location, begun, fact.fact_id)
    heard = [f for f in standing if f.location is not None and f.trigger not in _UNPLACED]
    if not heard:
        return None
    first = min(heard, key=lambda fact: (not fact.occurred.is_told, fact.occurred.at))
    if steps and steps[0].fact.fact_id == first.fact_id and steps[0].since > begun:
        left = first.prior_location
        return None if left is None or left.ward is None else Movement(left, begun, first.fact_id, inferred=True)
    return Movement(first.location or Location(), begun, first.fact_id, inferred=True)


def _steps(standing: Sequence[Fact], begun: datetime) -> list[_Step]:
    told = [
        _Step(fact, number, max(begun, fact.occurred.at), fact.location)
        for number, fact in enumerate(standing)
        if moves(fact) and fact.location is not None and fact.occurred.is_told
    ]
    return sorted(told, key=lambda step: (step.since, step.told))


def _untold(step: _Step, last: Movement, told: Mapping[FactId, int]) -> Location | None:
    """The place a move says it left, if nobody told of it and nothing told later than the move denies it."""
    left = step.fact.prior_location
    if left is None or left.ward is None or step.fact.trigger is not Trigger.TRANSFER:
        return None
    if told[last.fact_id] > step.told or same_ward(last.location, left) or same_place(left, step.location):
        return None
    return left


def _add(movements: list[Movement], step: _Step, told: Mapping[FactId, int]) -> None:
    """Adds a step, and before it the place it left where nobody told of that."""
    last = movements[-1] if movements else None
    if last is not None and same_place(last.location, step.location):
        return
    if step.fact.trigger is Trigger.CANCEL_DISCHARGE and last is not None and last.since > step.since:
        return
    location = step.location if last is None else moved(last.location, step.location)
    left = None if last is None else _untold(step, last, told)
    if left is not None:
        movements.append(Movement(left, step.since, step.fact.fact_id, inferred=True))
    elif last is not None and last.since == step.since:
        movements.pop()
        if movements and same_place(movements[-1].location, location):
            return
    movements.append(Movement(location, step.since, step.fact.fact_id))


def _correct(movements: list[Movement], standing: Sequence[Fact], told: Mapping[FactId, int]) -> None:
    """An A08 corrects the place in force at its time, unless that place was told later still.

    So does a move of which nobody says when it was, the place where the stay began.
    """
    since = [movement.since for movement in movements]
    for fact in standing:
        if fact.location is None or not _corrects(fact):
            continue
        in_force = bisect_right(since, fact.occurred.at) - 1
        if in_force < 0:
            continue
        now = movements[in_force]
        if told[now.fact_id] < told[fact.fact_id] and not same_place(now.location, fact.location):
            place = corrected(now.location, fact.location)
            movements[in_force] = Movement(place, now.since, fact.fact_id, now.inferred)


def _corrects(fact: Fact) -> bool:
    if fact.trigger is Trigger.UPDATE and not fact.moves_by_update:
        return True
    return not fact.occurred.is_told and fact.trigger in (Trigger.TRANSFER, Trigger.UPDATE)


def _joined(movements: Sequence[Movement]) -> list[Movement]:
    """Neighbours at one place are one movement."""
    kept: list[Movement] = []
    for movement in movements:
        if kept and same_place(kept[-1].location, movement.location):
            continue
        kept.append(movement)
    return kept


def movements_of(standing: Sequence[Fact], begun: datetime, discharge: Fact | None) -> Moved:
    """The movements of a stay from its standing facts (told order), begun at `begun`, ended by `discharge`.

    A move to the same bed is none; a place of no length is dropped; a place that only a later "prior location" tells
    of is inferred, at the instant it was left. Once the stay has ended, a place that is erased is a bed that is free.
    Of a stay of which no time is known there are none.
    """
    if begun == UNTOLD:
        return Moved((), frozenset())
    flags: set[Flag] = set()
    end = None if discharge is None else discharge.occurred.at
    if end is not None and end >= begun:
        standing = [fact for fact in standing if fact.occurred.at < end or not _erases(fact)]
    steps = _steps(standing, begun)
    if any(f.trigger is Trigger.TRANSFER and f.occurred.is_told and f.occurred.at < begun for f in standing):
        flags.add(Flag.MOVEMENT_BEFORE_ADMISSION)
    if end is not None and end >= begun:
        within = [step for step in steps if step.since <= end]
        if any(step.fact.trigger is Trigger.TRANSFER for step in steps[len(within) :]):
            flags.add(Flag.MOVEMENT_AFTER_DISCHARGE)
        steps = within
    first = _first(standing, begun, steps)
    movements = [] if first is None else [first]
    told = {fact.fact_id: number for number, fact in enumerate(standing)}
    for step in steps:
        _add(movements, step, told)
    _correct(movements, standing, told)
    movements = _joined(movements)
    if discharge is not None and discharge.location is not None and discharge.location.ward != "" and movements:
        last = movements[-1]
        is_news = discharge.is_dated or told[last.fact_id] < told.get(discharge.fact_id, -1)
        if is_news and not same_ward(last.location, discharge.location):
            since = max(last.since, discharge.occurred.at)
            movements.append(Movement(discharge.location, since, discharge.fact_id, inferred=True))
    if any(movement.inferred for movement in movements):
        flags.add(Flag.INFERRED_MOVEMENT)
    return Moved(tuple(_filled(movements)), frozenset(flags))


def _filled(movements: Sequence[Movement]) -> list[Movement]:
    """Gives a place the site of the one before where it names none and the ward is the same; erased is not known."""
    filled: list[Movement] = []
    for movement in movements:
        last = filled[-1].location if filled else None
        if last is not None and movement.location.site is None and last.ward == movement.location.ward:
            filled.append(replace(movement, location=replace(movement.location, site=last.site)))
        else:
            filled.append(movement)
    return [replace(one, location=shown(one.location)) for one in filled]


def _erases(fact: Fact) -> bool:
    place = fact.location
    return place is not None and place != shown(place)
