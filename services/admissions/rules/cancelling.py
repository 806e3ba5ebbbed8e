"""Cancel first: which facts are undone, before anything is placed.

An A11 undoes an admission, an A12 a move, an A13 a discharge; what the cancels of leave, of plans and of changes of
class undo is said in `claims.TARGETS`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.admissions.model import Fact, FactId, PersonKey, Trigger
from services.admissions.rules.claims import (
    ADMISSIONS,
    CANCELS,
    TARGETS,
    UNPLANS,
    admission_claimed,
    keys_differ,
    same_admission,
    same_visit,
)
from services.admissions.rules.movement_ids import last_of_movement, movements_named
from services.admissions.rules.told import counted_after, same_place, same_time

_WISHES = {
    Trigger.PREADMIT: ADMISSIONS,
    Trigger.PENDING_ADMIT: ADMISSIONS,
    Trigger.PENDING_TRANSFER: frozenset({Trigger.TRANSFER}),
    Trigger.PENDING_DISCHARGE: frozenset({Trigger.DISCHARGE}),
}
"""What is only wished for: told again it replaces what was wished before, until it is fulfilled by one of these."""

_ONE_AN_ADMISSION = frozenset({*ADMISSIONS, Trigger.REGISTER, Trigger.DISCHARGE})

Views = Mapping[FactId, frozenset[PersonKey]]
"""For each fact, the hospital numbers that were known to be one person's when it was told (`identity.views`)."""
Aims = Mapping[FactId, Sequence[FactId]]
"""For a cancel of which it is known which stay it is about: the facts of that stay (told order)."""
_NO_AIMS: Aims = {}


@dataclass(frozen=True, slots=True)
class Cancelled:
    """`undone`: the facts that no longer stand.

    `follows`: for a cancel, and for a telling of an event that was told more than once and undone, the fact whose stay
    it belongs to.
    """

    undone: frozenset[FactId]
    follows: Mapping[FactId, FactId]


def contradicts(cancel: Fact, target: Fact, views: Views) -> bool:
    """Whether the keys of a cancel rule out that it is about `target`.

    A cancelled admission must not claim another time. For a discharge or a move, PV1-44 may have been corrected since,
    so only an admission after the event rules it out.
    """
    seen = views[cancel.fact_id]
    if target.patient not in seen and cancel.patient not in views[target.fact_id]:
        return True
    if same_visit(cancel, target):
        return False
    if keys_differ(cancel, target):
        return True
    if cancel.trigger in UNPLANS:
        return False
    claimed = admission_claimed(cancel)
    if cancel.trigger is Trigger.CANCEL_ADMIT:
        return same_admission(cancel, target) is False
    return claimed is not None and target.occurred.is_told and claimed.at > target.occurred.at


def _at_the_place(cancel: Fact, target: Fact) -> bool:
    if cancel.trigger is not Trigger.CANCEL_TRANSFER or cancel.prior_location is None:
        return True
    return target.location is not None and same_place(target.location, cancel.prior_location)


def _like(one: Fact, other: Fact) -> bool:
    """Whether two cancels may be one cancel told twice."""
    if keys_differ(one, other) or (not same_visit(one, other) and same_admission(one, other) is False):
        return False
    if one.trigger is not Trigger.CANCEL_TRANSFER:
        return True
    for mine, theirs in ((one.location, other.location), (one.prior_location, other.prior_location)):
        if mine is not None and theirs is not None and not same_place(mine, theirs):
            return False
    return True


def _preference(cancel: Fact) -> Callable[[tuple[int, Fact]], tuple[bool, bool, bool, int]]:
    def key(candidate: tuple[int, Fact]) -> tuple[bool, bool, bool, int]:
        told, target = candidate
        happened = target.event_time or target.occurred
        return (
            cancel.event_time is not None and same_time(cancel.event_time, happened),
            same_admission(cancel, target) is True,
            same_visit(cancel, target),
            told,
        )

    return key


def other_admission(fact: Fact, event: Fact) -> bool:
    """Whether `fact` admits to another stay, or to the same one anew, seen from `event`."""
    if fact.trigger not in ADMISSIONS:
        return False
    same = same_admission(fact, event)
    return keys_differ(fact, event) or (same is not True and not (same_visit(fact, event) and same is None))


def _ends_the_telling(fact: Fact, event: Fact) -> bool:
    """Whether `fact`, told before `event`, shows that what came earlier was another event."""
    if event.trigger is Trigger.TRANSFER:
        return fact.trigger is Trigger.TRANSFER and not _same_move(fact, event)
    if event.trigger is Trigger.DISCHARGE:
        return other_admission(fact, event)
    if event.trigger not in _ONE_AN_ADMISSION:
        return fact.trigger in _WISHES.get(event.trigger, ())
    return fact.trigger is Trigger.DISCHARGE or (keys_differ(fact, event) and fact.trigger in ADMISSIONS)


def _same_move(one: Fact, other: Fact) -> bool:
    return one.location is not None and other.location is not None and same_place(one.location, other.location)


def _one_event(fact: Fact, event: Fact) -> bool:
    if keys_differ(fact, event):
        return False
    if fact.trigger is Trigger.TRANSFER:
        return _same_move(fact, event)
    if fact.trigger in _WISHES:
        return True
    if fact.trigger not in _ONE_AN_ADMISSION:
        return same_time(fact.occurred, event.occurred)
    return same_visit(fact, event) or same_admission(fact, event) is not False


def _how_keyed(fact: Fact) -> tuple[bool, bool, bool]:
    return fact.visit is not None, fact.account is not None, admission_claimed(fact) is not None


class _Undoing:
    """Goes through the cancels of one person-file in told order, remembering what no longer stands."""

    def __init__(self, facts: Sequence[Fact], views: Views, aims: Aims = _NO_AIMS) -> None:
        self.facts = facts
        self.views = views
        self.aims = aims
        self.undone: set[FactId] = set()
        self.follows: dict[FactId, FactId] = {}
        self._cancels: list[tuple[int, Fact]] = []
        self._settled: set[FactId] = set()

    def possible(self, cancel: Fact, told: range) -> list[tuple[int, Fact]]:
        """Those of the facts `told` that `cancel` may be about, each with its number."""
        kinds, aim = TARGETS[cancel.trigger], self.aims.get(cancel.fact_id)
        return [
            (index, self.facts[index])
            for index in told
            if self.facts[index].trigger in kinds
            and self.facts[index].fact_id not in self.undone
            and _at_the_place(cancel, self.facts[index])
            and (aim is None or self.facts[index].fact_id in aim)
            and not contradicts(cancel, self.facts[index], self.views)
        ]

    def by_movement(self) -> None:
        """Of the tellings of one movement (ZBE-1) the last told stands, and none if that is a cancel."""
        told: dict[tuple[str, str], list[Fact]] = {}
        for fact in self.facts:
            for movement in movements_named(fact):
                told.setdefault(movement, []).append(fact)
        for tellings in told.values():
            events = [fact for fact in tellings if fact.trigger not in CANCELS]
            if not events:
                continue
            last = events[0]
            for fact in tellings:
                if fact.trigger in CANCELS:
                    self._settled.add(fact.fact_id)
                    self.follows.setdefault(fact.fact_id, last.fact_id)
                else:
                    last = fact
            for earlier, later in pairwise(events):
                self.undone.add(earlier.fact_id)
                self.follows.setdefault(earlier.fact_id, later.fact_id)
            if tellings[-1].trigger in CANCELS:
                self.undone.add(last.fact_id)

    def take(self, told: int, cancel: Fact) -> None:
        """Undoes what `cancel` cancels, if anything."""
        if cancel.fact_id in self._settled:
            return
        for before, other in reversed(self._cancels):
            if other.trigger is cancel.trigger and _like(other, cancel):
                if not self.possible(cancel, range(before + 1, told)):
                    self.follows[cancel.fact_id] = other.fact_id
                    self._cancels.append((told, cancel))
                    return
                break
        self._cancels.append((told, cancel))
        found = self.possible(cancel, range(told))
        if not found and cancel.trigger is Trigger.CANCEL_TRANSFER:
            later = self.possible(cancel, range(told + 1, len(self.facts)))
            found = [(-index, fact) for index, fact in later if fact.occurred.at < cancel.recorded]
        if found:
            index, target = max(found, key=_preference(cancel))
            self.follows[cancel.fact_id] = target.fact_id
            self._undo(*(self._last_telling(-index, target, found) if index < 0 else (index, target)))
        elif cancel.fact_id in self.aims:
            self.follows[cancel.fact_id] = self.aims[cancel.fact_id][0]

    def _last_telling(self, told: int, event: Fact, later: Sequence[tuple[int, Fact]]) -> tuple[int, Fact]:
        """Of an event told after its cancel, the last of its tellings that are among `later`."""
        last, possible = (told, event), {fact.fact_id for _, fact in later}
        for index in range(told + 1, len(self.facts)):
            fact = self.facts[index]
            if self._of_another(fact, event):
                continue
            if _ends_the_telling(fact, event):
                break
            if fact.fact_id in possible and _one_event(fact, event):
                last = index, fact
        return last

    def _undo(self, told: int, event: Fact) -> None:
        """Undoes an event and its earlier tellings; all of them belong where the best keyed of them belongs."""
        tellings = [event, *self.earlier_tellings(told, event)]
        leader = max(tellings, key=_how_keyed)
        self.undone.update(fact.fact_id for fact in tellings)
        self.follows.update({fact.fact_id: leader.fact_id for fact in tellings if fact is not leader})

    def earlier_tellings(self, told: int, event: Fact) -> Iterator[Fact]:
        """What told of the same event before the fact of number `told` did, latest first."""
        for fact in reversed(self.facts[:told]):
            if fact.fact_id in self.undone or self._of_another(fact, event):
                continue
            if _ends_the_telling(fact, event):
                return
            if fact.trigger is event.trigger and _one_event(fact, event):
                yield fact

    def _of_another(self, fact: Fact, event: Fact) -> bool:
        return fact.patient not in self.views[event.fact_id] and event.patient not in self.views[fact.fact_id]


def cancel_first(facts: Sequence[Fact], views: Views, aims: Aims = _NO_AIMS) -> Cancelled:
    """Which of the facts of a person-file (in told order) are undone, and which fact each cancel follows."""
    undoing = _Undoing(facts, views, aims)
    if any([fact.movements for fact in facts]):  # noqa: C419  # asked of every stay: a list is quicker
        undoing.by_movement()
    for told, fact in enumerate(facts):
        if fact.trigger in CANCELS:
            undoing.take(told, fact)
    return Cancelled(frozenset(undoing.undone), undoing.follows)


def told_after(cancel: Fact, facts: Sequence[Fact], views: Views) -> Fact | None:
    """For a cancel that does not say when it was told, the one of `facts` (told order) that it was told after.

    That is the last telling of the movement it names (ZBE-1), else of the one event it can be about, whenever that was
    told; or, where a cancel of that is dated, that cancel, which it repeats. None where it can be about several events,
    where a dated cancel has been at one and another stands, or where it can be about none: it cancels nothing then.
    """
    others = [fact for fact in facts if fact.is_dated or fact.trigger not in CANCELS]
    tellings = [
        fact
        for fact in others
        if not set(movements_named(fact)).isdisjoint(movements_named(cancel)) and not counted_after(fact, cancel)
    ]
    if any(fact.trigger not in CANCELS for fact in tellings):
        return last_of_movement(tellings)
    undoing = _Undoing(others, views)
    found = [
        (index, fact) for index, fact in undoing.possible(cancel, range(len(others))) if not counted_after(fact, cancel)
    ]
    if not found:
        return None
    prefer = _preference(cancel)
    best = max(prefer(one)[:-1] for one in found)
    found = [one for one in found if prefer(one)[:-1] == best]
    last, event = found[-1]
    told = {event.fact_id, *(fact.fact_id for fact in undoing.earlier_tellings(last, event))}
    if any(fact.fact_id not in told for _, fact in found):
        return None
    dated = cancel_first(others, views)
    likes = [f for f in others if f.trigger is cancel.trigger and dated.follows.get(f.fact_id) in told]
    if not likes:
        return event
    return likes[-1] if event.fact_id in dated.undone else None
