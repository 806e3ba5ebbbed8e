"""Before anything else: whose each fact is, and which visit it speaks of, after all that was moved, renamed, deleted.

Identity messages say what holds from the sender's side now, so they speak of facts told before and after them alike. Of
two that contradict, the newer stands; one that would lead back in a circle is passed over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from services.admissions.model import NOTHING_SAID_OF_A_PERSON, Fact, Flag, PersonKey, StayKey, Trigger
from services.admissions.rules.claims import ABOUT_STAYS
from services.admissions.rules.identity import Links

_REKEYS = frozenset(
    {
        Trigger.MOVE_NUMBERS,
        Trigger.MOVE_ACCOUNT,
        Trigger.MOVE_VISIT,
        Trigger.CHANGE_ACCOUNT,
        Trigger.CHANGE_VISIT,
        Trigger.MERGE_VISITS,
        Trigger.DELETE_PERSON,
    }
)
_MERGES = frozenset({Trigger.MERGE, Trigger.MOVE_NUMBERS})
_Node = tuple[PersonKey, bool, StayKey]
"""Somebody's visit (True) or account."""


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """The facts (told order) under the keys that hold now; a moved one leaves behind what it says of a person.

    `given_up`: for a visit that was moved, who had it at some time. `forgotten`: facts that a deletion took away, by
    the deleted person's number.
    """

    facts: Sequence[Fact]
    given_up: Mapping[StayKey, frozenset[PersonKey]] = field(default_factory=dict[StayKey, frozenset[PersonKey]])
    forgotten: Mapping[PersonKey, Sequence[Fact]] = field(default_factory=dict[PersonKey, Sequence[Fact]])


def rekeyed(told: Sequence[Fact]) -> Rekeyed:
    """`told` (told order, whole person-files) under the keys that hold now."""
    kinds = {fact.trigger for fact in told}
    if _REKEYS.isdisjoint(kinds) and not (Trigger.MERGE in kinds and any(fact.prior_account for fact in told)):
        return Rekeyed(told)
    kept, forgotten = _without_forgotten(told)
    merged = _numbers_moved(kept)
    moving = _Moving(merged)
    facts = [one for fact in merged for one in moving.applied(fact)]
    given_up = {key: frozenset(persons) for key, persons in moving.given_up.items()}
    return Rekeyed(facts, given_up, forgotten)


def _without_forgotten(told: Sequence[Fact]) -> tuple[list[Fact], dict[PersonKey, list[Fact]]]:
    """An A29 takes away everything told before it of the person as then known; the number may be given out again."""
    kept: list[Fact] = []
    forgotten: dict[PersonKey, list[Fact]] = {}
    for fact in told:
        if fact.trigger is Trigger.DELETE_PERSON:
            links = _links(kept)
            root = links.root(fact.patient)
            gone = [one for one in kept if links.root(one.patient) == root]
            kept = [one for one in kept if links.root(one.patient) != root]
            forgotten.setdefault(fact.patient, []).extend(gone)
        kept.append(fact)
    return kept, forgotten


def _links(facts: Sequence[Fact]) -> Links:
    links = Links()
    for fact in facts:
        if fact.trigger in _MERGES:
            for retired in fact.retired:
                links.join(retired, fact.patient)
    return links


def _numbers_moved(facts: Sequence[Fact]) -> list[Fact]:
    """An A43 is a merge that takes the numbers out of whatever they were merged into before."""
    moved: set[PersonKey] = set()
    found: list[Fact] = []
    for fact in reversed(facts):
        held = fact
        if fact.trigger in _MERGES and not moved.isdisjoint(fact.retired):
            held = replace(fact, retired=tuple(key for key in fact.retired if key not in moved))
        if fact.trigger is Trigger.MOVE_NUMBERS:
            moved.update(key for key in held.retired if key != fact.patient)
            held = replace(held, trigger=Trigger.MERGE)
        found.append(held)
    return found[::-1]


class _Moving:
    """Follows visits and accounts from person to person and from number to number."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.given_up: dict[StayKey, set[PersonKey]] = {}
        self._links = _links(facts)
        self._into: dict[_Node, tuple[_Node, PersonKey]] = {}
        for fact in facts:
            if fact.trigger is Trigger.MOVE_VISIT:
                for key in (fact.visit, fact.prior_visit):
                    if key is not None:
                        self.given_up.setdefault(key, set()).update((fact.patient, *fact.retired))
        for fact in reversed(facts):
            for old in self._accounts(fact):
                self._lead(old, fact)
        for fact in reversed(facts):
            for old in self._visits(fact, facts):
                self._lead(old, fact)

    def _accounts(self, fact: Fact) -> Iterator[_Node]:
        """The accounts that `fact` says are another now."""
        if fact.prior_account is None or fact.trigger not in (
            Trigger.MERGE,
            Trigger.CHANGE_ACCOUNT,
            Trigger.MOVE_ACCOUNT,
        ):
            return
        for owner in fact.retired if fact.trigger is Trigger.MOVE_ACCOUNT else (fact.patient,):
            yield self._links.root(owner), False, fact.prior_account

    def _visits(self, fact: Fact, facts: Sequence[Fact]) -> Iterator[_Node]:
        """The visits that `fact` says are another, or another's, now."""
        if fact.trigger is Trigger.CHANGE_VISIT and fact.prior_visit is not None:
            yield self._links.root(fact.patient), True, fact.prior_visit
        elif fact.trigger is Trigger.MOVE_VISIT and fact.prior_visit is not None:
            for owner in fact.retired:
                yield self._links.root(owner), True, fact.prior_visit
        elif fact.trigger is Trigger.MOVE_ACCOUNT:
            moved = set(self._accounts(fact))
            for one in facts:
                if one.visit is not None and one.account is not None and one.trigger in ABOUT_STAYS:
                    owner = self._links.root(one.patient)
                    if not moved.isdisjoint(self._path((owner, False, one.account))):
                        yield owner, True, one.visit

    def _lead(self, old: _Node, fact: Fact) -> None:
        _, of_visit, key = old
        now = (fact.visit if fact.trigger is not Trigger.MOVE_ACCOUNT else None) if of_visit else fact.account
        new = self._links.root(fact.patient), of_visit, now or key
        if old not in self._into and old not in self._path(new):
            self._into[old] = new, fact.patient

    def _path(self, node: _Node) -> list[_Node]:
        path = [node]
        while path[-1] in self._into:
            path.append(self._into[path[-1]][0])
        return path

    def _end(self, node: _Node, patient: PersonKey) -> tuple[StayKey, PersonKey]:
        """The key a node leads to, and whose it is: `patient` as long as it stays with the same person."""
        while node in self._into:
            owner = node[0]
            node, told = self._into[node]
            patient = patient if node[0] == owner else told
        return node[2], patient

    def applied(self, fact: Fact) -> Iterator[Fact]:
        """The fact under the keys that hold now; of a moved one first what it says of the person, under the old."""
        if fact.trigger not in ABOUT_STAYS and fact.trigger is not Trigger.MERGE_VISITS:
            yield fact
            return
        root = self._links.root(fact.patient)
        visit, account, prior, patient = fact.visit, fact.account, fact.prior_visit, fact.patient
        if account is not None:
            account, patient = self._end((root, False, account), fact.patient)
        if prior is not None:
            prior, _ = self._end((root, True, prior), fact.patient)
        if visit is not None:
            visit, patient = self._end((root, True, visit), fact.patient)
        if patient == fact.patient:
            unchanged = (visit, account, prior) == (fact.visit, fact.account, fact.prior_visit)
            yield fact if unchanged else replace(fact, visit=visit, account=account, prior_visit=prior)
            return
        if fact.person != NOTHING_SAID_OF_A_PERSON:
            yield replace(fact, trigger=Trigger.UPDATE_PERSON, visit=None, account=None, preadmit=None)
        if visit is not None:
            self.given_up.setdefault(visit, set()).add(fact.patient)
        flags = tuple(sorted({*fact.flags, Flag.MOVED_FROM_ANOTHER_PERSON}))
        yield replace(
            fact,
            patient=patient,
            visit=visit,
            account=account,
            prior_visit=prior,
            person=NOTHING_SAID_OF_A_PERSON,
            flags=flags,
        )
