"""Which visit each fact speaks of: scoped numbers, renamed visits, accounts and pre-admit numbers."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from services.admissions.model import Fact, FactId, Flag, PersonKey, StayKey, Trigger
from services.admissions.rules.cancelling import Cancelled
from services.admissions.rules.claims import PLANNING, admission_claimed
from services.admissions.rules.told import same_time

Views = Mapping[FactId, frozenset[PersonKey]]


class Visits:
    """The visit key of every fact of a person-file, resolved once, in told order."""

    def __init__(self, facts: Sequence[Fact], cancelled: Cancelled, views: Views) -> None:
        self.of: dict[FactId, StayKey] = {}
        self.flags: dict[FactId, Flag] = {}
        self._cancelled = cancelled
        self._views = views
        self._told: dict[StayKey, list[Fact]] = {}
        self._renamed: dict[StayKey, StayKey] = {}
        self._aliases = _aliases(facts)
        for fact in facts:
            key = self._key(fact)
            if key is not None:
                self.of[fact.fact_id] = key
                self._told.setdefault(key, []).append(fact)

    def _key(self, fact: Fact) -> StayKey | None:
        if fact.visit is None:
            other = fact.account or (fact.preadmit if fact.trigger in PLANNING else None)
            return None if other is None else self._aliases.get(other, other)
        if fact.trigger is Trigger.TO_INPATIENT and fact.prior_visit and fact.prior_visit != fact.visit:
            self._renamed[fact.prior_visit] = fact.visit
            self._renamed.pop(fact.visit, None)
        visit = self._renamed.get(fact.visit, fact.visit)
        return visit if visit.scope is None else self._scoped(fact, visit)

    def _scoped(self, fact: Fact, visit: StayKey) -> StayKey:
        """After an A40 the number speaks for all the merged: by PV1-44, else the one that is open, else flagged."""
        view = self._views[fact.fact_id]
        known = [key for mrn in sorted(view) if (key := replace(visit, scope=mrn)) in self._told]
        if len(view) == 1 or not known:
            return visit
        claimed = admission_claimed(fact)
        if claimed is not None:
            for key in known:
                if any(when and same_time(when, claimed) for when in map(admission_claimed, self._told[key])):
                    return key
        if len(known) == 1:
            return known[0]
        open_now = [key for key in known if self._open(key)]
        if len(open_now) == 1:
            return open_now[0]
        self.flags[fact.fact_id] = Flag.VISIT_NUMBER_AMBIGUOUS
        return visit

    def _open(self, key: StayKey) -> bool:
        return not any(
            fact.trigger is Trigger.DISCHARGE and fact.fact_id not in self._cancelled.undone for fact in self._told[key]
        )


def _aliases(facts: Sequence[Fact]) -> dict[StayKey, StayKey]:
    """For accounts and pre-admit numbers, the one visit they are told with (one of several visits leads nowhere)."""
    told: dict[StayKey, set[StayKey]] = {}
    for fact in facts:
        if fact.visit is not None:
            for other in (fact.account, fact.preadmit):
                if other is not None:
                    told.setdefault(other, set()).add(fact.visit)
    return {other: next(iter(visits)) for other, visits in told.items() if len(visits) == 1}
