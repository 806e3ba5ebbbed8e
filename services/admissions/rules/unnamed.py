"""Cancelled admissions (A11) that name no visit, of somebody who has several stays open: which of them is meant?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.admissions.model import Fact, FactId, Trigger
from services.admissions.rules.cancelling import Aims, Views, cancel_first
from services.admissions.rules.claims import ADMISSIONS
from services.admissions.rules.folding import is_open
from services.admissions.rules.placing import place
from services.admissions.rules.told import same_time, same_ward
from services.admissions.rules.undated import InPlace

_Stay = tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Unnamed:
    """`aims`: for a cancel that can be about one of the open stays alone, the facts of that stay.

    `idle`: cancels that may be about several and so cancel nothing, each with one fact of every stay that may be meant.
    """

    aims: Aims = field(default_factory=dict[FactId, Sequence[FactId]])
    idle: Mapping[FactId, Sequence[FactId]] = field(default_factory=dict[FactId, Sequence[FactId]])

    def without_idle(self, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """Those of `facts` that are no such cancel."""
        return tuple(fact for fact in facts if fact.fact_id not in self.idle)


_NONE = Unnamed()


def unnamed(facts: Sequence[Fact], in_place: InPlace, seen: Views) -> Unnamed:
    """What becomes of the cancelled admissions of a person-file (`facts`, told order) that name no visit.

    Where several stays were open when such a cancel was told, it is about the one of them on whose ward, or at whose
    time, it says the person was; where it says no such thing, or that of several, it is about none.
    """
    cancels = [(told, fact) for told, fact in enumerate(in_place.undoing) if _names_nothing(fact)]
    if not cancels:
        return _NONE
    aims: dict[FactId, Sequence[FactId]] = {}
    found = Unnamed(aims, idle := {})
    for told, cancel in cancels:
        before = found.without_idle(in_place.undoing[:told])
        stays = _open_stays(facts, before, cancel, seen, aims)
        if len(stays) < 2 or _is_of_no_stay(before, cancel, seen, aims):
            continue
        meant = _meant(cancel, stays)
        if len(meant) == 1:
            aims[cancel.fact_id] = tuple(fact.fact_id for fact in meant[0])
        else:
            idle[cancel.fact_id] = tuple(stay[0].fact_id for stay in stays)
    return found


def _names_nothing(fact: Fact) -> bool:
    if fact.trigger is not Trigger.CANCEL_ADMIT or not fact.is_dated or fact.movements:
        return False
    return fact.visit is None and fact.account is None and fact.admit_time is None


def _open_stays(
    facts: Sequence[Fact],
    before: Sequence[Fact],
    cancel: Fact,
    seen: Views,
    aims: Aims,
) -> list[_Stay]:
    """The stays that were open when the cancel was told, of the person as then known."""
    undone = cancel_first(before, seen, aims)
    told = {fact.fact_id for fact in before}
    placed = place([fact for fact in facts if fact.fact_id in told], undone, seen)
    mine = seen[cancel.fact_id]
    return [
        stay
        for stay in placed.stays
        if is_open(stay, undone.undone, cancel.recorded) and not mine.isdisjoint(fact.patient for fact in stay)
    ]


def _is_of_no_stay(before: Sequence[Fact], cancel: Fact, seen: Views, aims: Aims) -> bool:
    """Whether it takes back an attendance that was told last, or is another cancel told once more."""
    target = cancel_first((*before, cancel), seen, aims).follows.get(cancel.fact_id)
    kinds = {fact.fact_id: fact.trigger for fact in before}
    return target is not None and kinds[target] not in ADMISSIONS


def _meant(cancel: Fact, stays: Sequence[_Stay]) -> list[_Stay]:
    """Those of the stays that what the cancel says of time and ward leaves; all, where it says nothing of either."""
    left = [stay for stay in stays if _at_its_time(cancel, stay)] or list(stays)
    place = cancel.location
    if place is None or not place.ward:
        return left
    return [stay for stay in left if any(one.location and same_ward(one.location, place) for one in stay)]


def _at_its_time(cancel: Fact, stay: Collection[Fact]) -> bool:
    return cancel.event_time is not None and any(
        fact.trigger in ADMISSIONS and same_time(cancel.event_time, fact.event_time or fact.occurred) for fact in stay
    )
