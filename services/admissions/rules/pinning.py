"""Ids hang on one fact, so that an encounter keeps its id however late its admission is heard of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from services.admissions.model import EncounterId, Fact, FactId, PersonId, PersonKey
from services.admissions.rules.claims import ADMISSIONS, speaks_of_a_stay
from services.admissions.rules.identity import PersonFile


@dataclass(frozen=True, slots=True)
class Named:
    """The id a stay goes by, the ids that are it too (they are `merged_into` it), and the pin to add, if any."""

    encounter_id: EncounterId
    merged: tuple[EncounterId, ...] = ()
    pin: FactId | None = None


def _anchor(facts: Sequence[Fact]) -> Fact:
    """The admission; else the oldest that alone is evidence of a stay, so that the id never hangs on an attendance."""
    speaking = [fact for fact in facts if speaks_of_a_stay(fact)]
    return next((fact for fact in facts if fact.trigger in ADMISSIONS), next(iter(speaking), facts[0]))


def name_stay(facts: Sequence[Fact], pins: Mapping[FactId, EncounterId], mint: Callable[[], str]) -> Named:
    """The id of a stay (facts in told order): the admission's pin wins, else the oldest; with none, one is minted."""
    pinned = [fact for fact in facts if fact.fact_id in pins]
    if not pinned:
        return Named(EncounterId(mint()), pin=_anchor(facts).fact_id)
    chosen = pins[_anchor(pinned).fact_id]
    others = dict.fromkeys(pins[fact.fact_id] for fact in pinned)
    return Named(chosen, tuple(other for other in others if other != chosen))


def name_person(
    file: PersonFile, pins: Mapping[PersonKey, PersonId], mint: Callable[[], str]
) -> tuple[PersonId, PersonKey | None]:
    """The id of a person, and the pin to add: the survivor's wins, else the oldest known."""
    known = [pins[key] for key in sorted(file.keys) if key in pins]
    if not known:
        return PersonId(mint()), file.survivor
    return pins[file.survivor] if file.survivor in pins else min(known), None
