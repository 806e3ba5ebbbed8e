"""When a stay began, as far as anybody said."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.admissions.model import NOT_TOLD, Fact, Trigger, When
from services.admissions.rules.claims import ADMISSIONS, AWAY, PLANS, admission_claimed, speaks_of_a_stay
from services.admissions.rules.told import same_time
from services.admissions.rules.whole_days import admitted_on, is_a_day


@dataclass(frozen=True, slots=True)
class Begun:
    """When it began (`NOT_TOLD` where no time is known of the stay); whether that is inferred, or was corrected."""

    when: When
    inferred: bool
    corrected: bool


def begun_at(standing: Sequence[Fact]) -> Begun:
    """The admission time told last, the finer where two agree; with none told, the earliest event, inferred.

    When the attendance began that became the stay is not when the stay did, nor was the stay's time corrected by it.
    """
    since = _since_admitted(standing)
    if claims := _claims(since):
        return _claimed(claims)
    admitted = [fact.occurred for fact in standing if fact.trigger in ADMISSIONS and fact.occurred.is_told]
    if admitted:
        return Begun(admitted[0], inferred=False, corrected=False)
    heard = [f for f in since if f.trigger not in PLANS] or standing
    earliest = min((f.occurred for f in heard), key=lambda when: (when.at, -when.precision))
    return Begun(earliest, inferred=earliest != NOT_TOLD, corrected=False)


def _claimed(claims: Sequence[When]) -> Begun:
    agreeing = [claim for claim in claims if same_time(claim, claims[-1])]
    finest = max(agreeing, key=lambda claim: claim.precision)
    return Begun(finest, inferred=False, corrected=len(agreeing) < len(claims))


def _claims(standing: Sequence[Fact]) -> list[When]:
    claims = [claim for fact in standing if (claim := admission_claimed(fact)) is not None]
    if not claims or not all(map(is_a_day, claims)):
        return claims
    came = admitted_on(claims[-1], standing)
    return claims if came is None else [*claims, came]


def _since_admitted(standing: Sequence[Fact]) -> list[Fact]:
    """All but what tells of an attendance: its registration, and what was said of it until the admission.

    Where no admission was told, until the first that tells of a stay.
    """
    admits = [fact.trigger in ADMISSIONS for fact in standing]
    told = admits if any(admits) else [speaks_of_a_stay(fact) for fact in standing]
    first = told.index(True) if any(told) else 0
    return [
        fact
        for number, fact in enumerate(standing)
        if fact.trigger is not Trigger.REGISTER and not (number < first and fact.patient_class in AWAY)
    ]
