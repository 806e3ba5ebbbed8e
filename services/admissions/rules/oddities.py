"""What is odd about a fact only beside the others of its person-file."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec.structs import replace

from services.admissions.model import Encounter, EncounterId, Fact, FactId, Flag, Location, PersonKey, Trigger
from services.admissions.rules.cancelling import Views
from services.admissions.rules.claims import (
    ADMISSIONS,
    TARGETS,
    calls_an_inpatient,
    same_admission,
    same_visit,
    speaks_of_a_stay,
)
from services.admissions.rules.told import same_time, same_ward
from shared.contracts.encounters import EncounterStatus

_PUTS_SOMEWHERE = frozenset({Trigger.ADMIT, Trigger.TRANSFER})
_OPEN = frozenset({EncounterStatus.ADMITTED, EncounterStatus.ON_LEAVE})
_NONE_LEFT = frozenset({EncounterStatus.CANCELLED, EncounterStatus.DELETED})


def of_retired_numbers(facts: Iterable[Fact]) -> set[FactId]:
    """Those of `facts` (told order) that speak of a hospital number an A40 told before them had retired.

    Nothing was told after an A40 that does not say when it was told: it stands after all under the number it retires.
    """
    retired: set[PersonKey] = set()
    found: set[FactId] = set()
    for fact in facts:
        if fact.trigger is Trigger.MERGE:
            if not fact.is_dated:
                continue
            retired.update(key for key in fact.retired if key != fact.patient)
            retired.discard(fact.patient)
        elif fact.patient in retired:
            found.add(fact.fact_id)
    return found


def overruled(stays: Iterable[Sequence[Fact]], undone: Collection[FactId]) -> set[FactId]:
    """Cancelled admissions (A11) that do not say when they were told, of stays (told order) that a dated A13 re-opens.

    What is dated wins: the stay goes on, and such a cancel took nothing back.
    """
    found: set[FactId] = set()
    for stay in stays:
        cancels = [fact for fact in stay if fact.trigger is Trigger.CANCEL_ADMIT]
        if not cancels or cancels[-1].is_dated:
            continue
        if any(fact.trigger in ADMISSIONS and fact.fact_id not in undone for fact in stay):
            continue
        if any(fact.trigger is Trigger.CANCEL_DISCHARGE and fact.is_dated for fact in stay):
            found.update(fact.fact_id for fact in cancels)
    return found


def cancels_at_odds(facts: Sequence[Fact], follows: Collection[FactId]) -> set[FactId]:
    """Cancelled admissions (A11) that found theirs (`follows`) by the visit number alone.

    They name a ward where nobody said the person was on that visit, and another admission time than anybody told.
    """
    found: set[FactId] = set()
    for cancel in facts:
        place = cancel.location
        if cancel.trigger is not Trigger.CANCEL_ADMIT or cancel.fact_id not in follows or cancel.movements:
            continue
        if place is None or not place.ward:
            continue
        visit = [fact for fact in facts if fact.trigger is not Trigger.CANCEL_ADMIT and same_visit(fact, cancel)]
        claims = [(fact.trigger, same_admission(cancel, fact)) for fact in visit]
        if any(same for _, same in claims) or any(same_ward(one, place) for fact in visit for one in _places(fact)):
            continue
        if any(trigger in TARGETS[Trigger.CANCEL_ADMIT] and same is False for trigger, same in claims):
            found.add(cancel.fact_id)
    return found


def _places(fact: Fact) -> list[Location]:
    return [place for place in (fact.location, fact.prior_location) if place is not None]


def of_no_stay(stays: Iterable[Sequence[Fact]]) -> set[FactId]:
    """Facts that call somebody an inpatient, and of which no stay is made: nothing says since when, or where."""
    nothing = [stay for stay in stays if not any(map(speaks_of_a_stay, stay))]
    return {fact.fact_id for stay in nothing for fact in stay if calls_an_inpatient(fact)}


def told_at_once(stays: Iterable[Sequence[Fact]], undone: Collection[FactId]) -> set[FactId]:
    """Facts of one stay that put the person on two wards at one time and were recorded at one time.

    Which of them is shown is decided, but not by anything the hospital said.
    """
    found: set[FactId] = set()
    for stay in stays:
        if len(stay) < 2:
            continue
        alike: dict[tuple[Trigger, object], list[Fact]] = {}
        for fact in stay:
            if fact.trigger in _PUTS_SOMEWHERE and fact.location is not None and fact.fact_id not in undone:
                alike.setdefault((fact.trigger, fact.recorded), []).append(fact)
        for several in alike.values():
            found.update(one.fact_id for one in several if any(_elsewhere(one, other) for other in several))
    return found


def _elsewhere(one: Fact, other: Fact) -> bool:
    if one.location is None or other.location is None or not same_time(one.occurred, other.occurred):
        return False
    if not one.occurred.is_told:
        return False
    if "" in (one.location.ward, other.location.ward):
        return False
    return not same_ward(one.location, other.location)


def merges_of_open_stays(
    facts: Sequence[Fact], views: Views, overlapping: Iterable[Collection[PersonKey]]
) -> set[FactId]:
    """The A40s by which stays that are both open became one person's; `overlapping`: the hospital numbers of each."""
    several = [frozenset(keys) for keys in overlapping]
    found: set[FactId] = set()
    for number, one in enumerate(several):
        for other in several[number + 1 :]:
            if one.isdisjoint(other):
                found.update(_joined_by(facts, views, one, other))
    return found


def _joined_by(
    facts: Sequence[Fact],
    views: Mapping[FactId, frozenset[PersonKey]],
    one: frozenset[PersonKey],
    other: frozenset[PersonKey],
) -> set[FactId]:
    for fact in facts:
        if fact.trigger is Trigger.MERGE:
            known = views[fact.fact_id]
            if not known.isdisjoint(one) and not known.isdisjoint(other):
                return {fact.fact_id}
    return set()


def overlapping(made: Sequence[Encounter]) -> list[Encounter]:
    """Two open stays of one person at one site are both kept, and both flagged."""
    open_now = [one for one in made if one.status in _OPEN and one.inpatient]
    sites = {one.encounter_id: one.location.site if one.location else None for one in open_now}
    flagged: list[Encounter] = []
    for one in made:
        mine = sites.get(one.encounter_id)
        rival = one in open_now and any(
            other is not one and (mine is None or sites[other.encounter_id] in (None, mine)) for other in open_now
        )
        flagged.append(_flagged(one, Flag.OVERLAPPING_STAYS) if rival else one)
    return flagged


def meant_by_a_cancel(made: Sequence[Encounter], several: Iterable[Collection[FactId]]) -> list[Encounter]:
    """The stays of a person-file, flagged where a cancel that named none may be about them.

    `several`: for each such cancel, one fact of every stay it may be about. Where only one of those still stands, the
    others were cancelled by name since, and nothing is odd about it any more.
    """
    odd: set[EncounterId] = set()
    for facts in several:
        standing = {
            one.encounter_id for one in made if one.status not in _NONE_LEFT and not set(facts).isdisjoint(one.fact_ids)
        }
        if len(standing) > 1:
            odd |= standing
    if not odd:
        return list(made)
    return [_flagged(one, Flag.CANCEL_OF_SEVERAL_STAYS) if one.encounter_id in odd else one for one in made]


def _flagged(one: Encounter, flag: Flag) -> Encounter:
    return replace(one, flags=tuple(sorted({*one.flags, flag})))
