"""Two patients, one number: which messages say so. It is for a person to find out whose the number is."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.admissions.model import Fact, Flag


class Shared(StrEnum):
    """What several patients bear."""

    NHS_NUMBER = "nhs-number"
    VISIT_NUMBER = "visit-number"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One number that several patients bear: how many hospital numbers, and the facts that say so, newest first."""

    shared: Shared
    patients: int
    facts: tuple[Fact, ...]


def conflicts(flagged: Iterable[tuple[Fact, tuple[str, ...]]]) -> list[Conflict]:
    """The conflicts among facts (newest first) with the flags they were given, the newest conflict first."""
    told: dict[tuple[Shared, object], list[Fact]] = {}
    for fact, flags in flagged:
        if Flag.NHS_NUMBER_OF_SEVERAL_PERSONS in flags and fact.person.nhs_number:
            told.setdefault((Shared.NHS_NUMBER, fact.person.nhs_number), []).append(fact)
        if Flag.VISIT_NUMBER_OF_SEVERAL_PERSONS in flags and fact.visit is not None:
            told.setdefault((Shared.VISIT_NUMBER, fact.visit), []).append(fact)
    return [
        Conflict(shared, len({fact.patient for fact in several}), tuple(several))
        for (shared, _), several in told.items()
    ]
