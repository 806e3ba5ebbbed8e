"""Place: which facts of a person-file are one stay. By visit key; else PV1-44; else the latest stay begun by then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from services.admissions.model import Fact, FactId, Flag, PersonKey, Precision, StayKey, Trigger, When
from services.admissions.rules.cancelling import Cancelled, Views
from services.admissions.rules.claims import (
    ABOUT_STAYS,
    ADMISSIONS,
    AWAY,
    PLANS,
    admission_claimed,
    speaks_of_a_stay,
)
from services.admissions.rules.told import begun_by, same_time, told_key
from services.admissions.rules.visits import Visits


@dataclass(slots=True)
class Stay:
    """The facts placed in one stay, while placing; `key` is its visit key where it has one."""

    key: StayKey | None = None
    facts: list[Fact] = field(default_factory=list[Fact])
    admits: list[When] = field(default_factory=list[When])
    persons: set[PersonKey] = field(default_factory=set[PersonKey])
    in_hospital: bool = False

    def add(self, fact: Fact) -> None:
        """Places one more fact."""
        self.facts.append(fact)
        self.persons.add(fact.patient)
        self.in_hospital = self.in_hospital or speaks_of_a_stay(fact)
        claimed = admission_claimed(fact)
        if claimed is not None and claimed not in self.admits:
            self.admits.append(claimed)

    def begun(self) -> When:
        """When it began, as far as is known: the earliest claim, else the earliest event."""
        told = [fact for fact in self.facts if fact.occurred.is_told] or self.facts
        times = self.admits or [fact.occurred for fact in told if fact.trigger not in PLANS]
        times = times or [fact.occurred for fact in told]
        return min(times, key=lambda when: (when.at, -when.precision))

    def admitted_at(self, when: When) -> bool:
        """Whether one of the claims of its admission time is `when`."""
        return any(same_time(known, when) for known in self.admits)


@dataclass(frozen=True, slots=True)
class Placed:
    """The stays of a person-file, each with its facts in told order, and what is odd about a fact's place."""

    stays: tuple[tuple[Fact, ...], ...]
    flags: dict[FactId, Flag]


class _Placing:
    def __init__(self, facts: Sequence[Fact], cancelled: Cancelled, views: Views) -> None:
        self.views = views
        self.visits = Visits(facts, cancelled, views)
        self.stays: list[Stay] = []
        own = [f for f in facts if f.trigger in ABOUT_STAYS and f.fact_id not in cancelled.follows]
        self.discharges = [f for f in own if f.trigger is Trigger.DISCHARGE and f.fact_id not in cancelled.undone]
        self._by_visit([fact for fact in own if fact.fact_id in self.visits.of])
        loose = [fact for fact in own if fact.fact_id not in self.visits.of]
        self._by_admission([fact for fact in loose if admission_claimed(fact) is not None])
        self._by_time([fact for fact in loose if admission_claimed(fact) is None])

    def _discharged_between(self, stay: Stay, new: When, key: StayKey | None) -> bool:
        """Whether an uncancelled discharge that may be this stay's lies between its beginning and a new PV1-44.

        Where nobody says when it was, it does, unless both are of one visit (`key`): admission times are corrected more
        often than visit numbers are used again.
        """
        begun = stay.begun()
        for discharge in self.discharges:
            told_key_of = self.visits.of.get(discharge.fact_id)
            claimed = admission_claimed(discharge)
            if told_key_of not in (None, stay.key if key is None else key):
                continue
            if claimed is not None and (same_time(claimed, new) or not stay.admitted_at(claimed)):
                continue
            if not discharge.occurred.is_told and key is None:
                return True
            if begun.at <= discharge.occurred.at <= new.at:
                return True
        return False

    def _by_visit(self, keyed: Iterable[Fact]) -> None:
        groups: dict[StayKey, list[Fact]] = {}
        for fact in keyed:
            groups.setdefault(self.visits.of[fact.fact_id], []).append(fact)
        for key, facts in groups.items():
            if _of_one_mind(facts):
                stay = Stay(key)
                for fact in facts:
                    stay.add(fact)
                self.stays.append(stay)
            else:
                self._one_visit(key, facts)

    def _one_visit(self, key: StayKey, facts: list[Fact]) -> None:
        """One number, usually one stay; used again when a discharge lies between two admission times."""
        dated = [fact for fact in facts if admission_claimed(fact) is not None]
        stays: list[Stay] = []
        for fact in sorted(dated, key=_finest_first):
            claimed = admission_claimed(fact)
            if claimed is None:
                continue
            stay = next((stay for stay in stays if stay.admitted_at(claimed)), None)
            if stay is None:
                earlier = [stay for stay in stays if stay.begun().at <= claimed.at]
                last = max(earlier, key=lambda stay: stay.begun().at, default=None)
                if last is not None and not self._discharged_between(last, claimed, key):
                    stay = last
            if stay is None:
                stay = Stay(key)
                stays.append(stay)
            stay.add(fact)
        begun = [(stay.begun(), stay) for stay in stays]
        for fact in facts:
            if admission_claimed(fact) is None:
                if not begun:
                    begun.append((fact.occurred, Stay(key)))
                    stays.append(begun[0][1])
                _latest(begun, fact).add(fact)
        self.stays.extend(stays)

    def _reachable(self, stay: Stay, fact: Fact) -> bool:
        """Whether the stay is one of the hospital numbers known to be this person when the fact was told."""
        return not stay.persons.isdisjoint(self.views[fact.fact_id])

    def _by_admission(self, dated: list[Fact]) -> None:
        """Facts with PV1-44 and no visit key: equal times join; a new one corrects, or starts a stay."""
        groups: list[tuple[When, list[Fact]]] = []
        for fact in sorted(dated, key=_finest_first):
            claimed = admission_claimed(fact)
            if claimed is None:
                continue
            same = (g for when, g in groups if same_time(when, claimed) and self._one_person(g[0], fact))
            group = next(same, None)
            if group is None:
                groups.append((claimed, [fact]))
            else:
                group.append(fact)
        for claimed, group in groups:
            stay = self._joined(claimed, group) or self._corrected(claimed, group)
            if stay is None:
                stay = Stay()
                self.stays.append(stay)
            for fact in group:
                stay.add(fact)

    def _one_person(self, one: Fact, other: Fact) -> bool:
        return other.patient in self.views[one.fact_id] or one.patient in self.views[other.fact_id]

    def _joined(self, claimed: When, group: list[Fact]) -> Stay | None:
        reach = [s for s in self.stays if s.admitted_at(claimed) and any(self._reachable(s, f) for f in group)]
        return max(reach, key=lambda stay: (stay.begun().at, str(stay.key)), default=None)

    def _corrected(self, claimed: When, group: list[Fact]) -> Stay | None:
        """The stay whose admission time this corrects; None when it starts a stay of its own."""
        if not any(speaks_of_a_stay(fact) or fact.patient_class not in AWAY for fact in group):
            return None
        if any(fact.trigger is Trigger.REGISTER for fact in group):
            return None
        reach = [s for s in self.stays if s.in_hospital and all(self._reachable(s, f) for f in group)]
        earlier = [stay for stay in reach if stay.begun().at <= claimed.at]
        last = max(earlier, key=lambda stay: stay.begun().at, default=None)
        if last is not None:
            if self._discharged_between(last, claimed, None) or _admits_anew(claimed, group, last):
                return None
            return last
        later = min(reach, key=lambda stay: stay.begun().at, default=None)
        if later is None or any(fact.trigger in ADMISSIONS for fact in group):
            return None
        own = Stay()
        for fact in group:
            own.add(fact)
        return None if self._discharged_between(own, later.begun(), None) else later

    def _by_time(self, undated: list[Fact]) -> None:
        """Facts with no key at all: the latest stay begun by then (a discharge: before then)."""
        begun = [(stay.begun(), stay) for stay in self.stays]
        for fact in sorted(undated, key=lambda fact: (fact.occurred.at, told_key(fact))):
            near = [(when, stay) for when, stay in begun if self._reachable(stay, fact)]
            fitting = [pair for pair in near if pair[1].in_hospital is (fact.patient_class not in AWAY)] or near
            before = fact.trigger is Trigger.DISCHARGE
            if fact.trigger is Trigger.REGISTER or fact.trigger in PLANS:
                fitting = []
            by_then = [pair for pair in fitting if begun_by(pair[0], fact.occurred, before=before)]
            stay = max(by_then, key=_when, default=(None, None))[1]
            if stay is None and fact.trigger is Trigger.UPDATE:
                stay = min(fitting, key=_when, default=(None, None))[1]
            if stay is None:
                stay = Stay()
                begun.append((fact.occurred, stay))
                self.stays.append(stay)
            stay.add(fact)


def _of_one_mind(facts: Sequence[Fact]) -> bool:
    """Whether no two of the facts claim different admission times."""
    claims = [claimed for fact in facts if (claimed := admission_claimed(fact)) is not None]
    return all(claimed == claims[0] for claimed in claims)


def _when(pair: tuple[When | None, Stay | None]) -> tuple[object, str]:
    when, stay = pair
    return (when.at if when else 0, str(stay.key) if stay else "")


def _latest(begun: Sequence[tuple[When, Stay]], fact: Fact) -> Stay:
    before = fact.trigger is Trigger.DISCHARGE
    by_then = [pair for pair in begun if begun_by(pair[0], fact.occurred, before=before)]
    return max(by_then, key=lambda pair: pair[0].at)[1] if by_then else min(begun, key=lambda pair: pair[0].at)[1]


def _finest_first(fact: Fact) -> tuple[bool, object, object]:
    claimed = admission_claimed(fact) or fact.occurred
    return (claimed.precision <= Precision.DAY, claimed.at, told_key(fact))


def _admits_anew(claimed: When, group: list[Fact], stay: Stay) -> bool:
    """Whether an A01, told after all that is known of the stay, admits after all of it."""
    known = [(fact, max(fact.occurred.at, fact.recorded)) for fact in stay.facts]
    last_told = max(told_key(fact) for fact, _ in known)
    after = claimed.at > max(at for _, at in known)
    return after and any(fact.trigger is Trigger.ADMIT and told_key(fact) > last_told for fact in group)


def place(facts: Sequence[Fact], cancelled: Cancelled, views: Views) -> Placed:
    """The stays of a person-file (facts in told order), each fact in one of them. A cancel follows its target."""
    placing = _Placing(facts, cancelled, views)
    where = {fact.fact_id: stay for stay in placing.stays for fact in stay.facts}
    for fact in facts:
        if fact.fact_id in cancelled.follows:
            target = fact.fact_id
            while target in cancelled.follows:
                target = cancelled.follows[target]
            where[fact.fact_id] = where[target]
    grouped: dict[int, list[Fact]] = {}
    for fact in facts:
        if fact.fact_id in where:
            grouped.setdefault(id(where[fact.fact_id]), []).append(fact)
    return Placed(tuple(map(tuple, grouped.values())), placing.visits.flags)
