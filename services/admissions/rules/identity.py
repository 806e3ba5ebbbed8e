"""Person-files: which hospital numbers are one person, and which of them is the person's number now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.admissions.model import Fact, FactId, Flag, PersonKey, Trigger


@dataclass(frozen=True, slots=True)
class PersonFile:
    """The connected component of hospital numbers under merges, with its facts in told order."""

    keys: frozenset[PersonKey]
    survivor: PersonKey
    facts: tuple[Fact, ...]
    flags: Mapping[FactId, Flag]


class Links:
    """Hospital numbers joined so far (union-find). The same for every order of joining."""

    def __init__(self) -> None:
        self._parent: dict[PersonKey, PersonKey] = {}

    def root(self, key: PersonKey) -> PersonKey:
        """The representative of the numbers joined to `key`."""
        top = key
        while (parent := self._parent.get(top, top)) != top:
            top = parent
        while (parent := self._parent.get(key, key)) != top:
            self._parent[key] = top
            key = parent
        return top

    def join(self, one: PersonKey, other: PersonKey) -> None:
        """From now on the two are one."""
        low, high = sorted((self.root(one), self.root(other)))
        self._parent[high] = low
        self._parent.setdefault(low, low)


def _edges(facts: Iterable[Fact]) -> list[tuple[PersonKey, PersonKey, Fact]]:
    return [
        (retired, fact.patient, fact) for fact in facts if fact.trigger is Trigger.MERGE for retired in fact.retired
    ]


def _survivor(
    keys: frozenset[PersonKey], edges: Sequence[tuple[PersonKey, PersonKey, Fact]]
) -> tuple[PersonKey, dict[FactId, Flag]]:
    """Follows merges, newest first; one that would lead back is a cycle: the newer stands, both are flagged."""
    into: dict[PersonKey, PersonKey] = {}
    told_by: dict[PersonKey, Fact] = {}
    flags: dict[FactId, Flag] = {}

    def end(key: PersonKey) -> PersonKey:
        while key in into:
            key = into[key]
        return key

    for retired, survivor, fact in reversed(edges):
        if retired == survivor:
            flags.setdefault(fact.fact_id, Flag.MERGE_WITH_ITSELF)
        elif end(survivor) == retired:
            flags[fact.fact_id] = Flag.MERGE_CYCLE
            flags[told_by[survivor].fact_id] = Flag.MERGE_CYCLE
        elif retired not in into:
            into[retired] = survivor
            told_by[retired] = fact
    for retired, survivor, _ in reversed(edges):
        if retired != survivor:
            return end(survivor), flags
    return min(keys), flags


def person_files(facts: Sequence[Fact]) -> list[PersonFile]:
    """The person-files of `facts` (already in told order), sorted by their survivor.

    Transitive and order-free: chains and cycles of merges give one file whatever order they were heard in.
    """
    edges = _edges(facts)
    if not edges:
        return _alone(facts)
    links = Links()
    for retired, survivor, _ in edges:
        links.join(retired, survivor)
    keys: dict[PersonKey, set[PersonKey]] = {}
    told: dict[PersonKey, list[Fact]] = {}
    for fact in facts:
        root = links.root(fact.patient)
        keys.setdefault(root, set()).update(
            (fact.patient, *fact.retired) if fact.trigger is Trigger.MERGE else (fact.patient,)
        )
        told.setdefault(root, []).append(fact)
    files: list[PersonFile] = []
    for root, members in keys.items():
        frozen = frozenset(members)
        survivor, flags = _survivor(frozen, [edge for edge in edges if edge[1] in frozen])
        files.append(PersonFile(frozen, survivor, tuple(told[root]), flags))
    return sorted(files, key=lambda file: file.survivor)


def _alone(facts: Sequence[Fact]) -> list[PersonFile]:
    """The person-files where nothing was merged: one for each hospital number."""
    told: dict[PersonKey, list[Fact]] = {}
    for fact in facts:
        told.setdefault(fact.patient, []).append(fact)
    return [PersonFile(frozenset({key}), key, tuple(told[key]), {}) for key in sorted(told)]


def views(facts: Sequence[Fact]) -> dict[FactId, frozenset[PersonKey]]:
    """For each fact (told order), the hospital numbers that were known to be one person when it was told."""
    groups: dict[PersonKey, frozenset[PersonKey]] = {}
    seen: dict[FactId, frozenset[PersonKey]] = {}
    if not any(fact.trigger is Trigger.MERGE for fact in facts):
        alone = {key: frozenset({key}) for key in {fact.patient for fact in facts}}
        return {fact.fact_id: alone[fact.patient] for fact in facts}
    for fact in facts:
        if fact.trigger is Trigger.MERGE:
            keys = fact.patient, *fact.retired
            joined = frozenset[PersonKey]().union(*(groups.get(key, (key,)) for key in keys))
            groups.update(dict.fromkeys(joined, joined))
        seen[fact.fact_id] = groups.get(fact.patient, frozenset({fact.patient}))
    return seen
