"""When a stay began, as far as anybody said."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.admissions.model import NOT_TOLD, Fact, When
from services.admissions.rules.claims import ADMISSIONS, PLANS, admission_claimed
from services.admissions.rules.told import same_time


@dataclass(frozen=True, slots=True)
class Begun:
    """When it began (`NOT_TOLD` where no time is known of the stay); whether that is inferred, or was corrected."""

    when: When
    inferred: bool
    corrected: bool


def begun_at(standing: Sequence[Fact]) -> Begun:
    """The admission time told last, the finer where two agree; with none told, the earliest event, inferred."""
    claims = [claim for fact in standing if (claim := admission_claimed(fact)) is not None]
    if claims:
        agreeing = [claim for claim in claims if same_time(claim, claims[-1])]
        finest = max(agreeing, key=lambda claim: claim.precision)
        return Begun(finest, inferred=False, corrected=len(agreeing) < len(claims))
    admitted = [fact.occurred for fact in standing if fact.trigger in ADMISSIONS and fact.occurred.is_told]
    if admitted:
        return Begun(admitted[0], inferred=False, corrected=False)
    heard = [f for f in standing if f.trigger not in PLANS] or standing
    earliest = min((f.occurred for f in heard), key=lambda when: (when.at, -when.precision))
    return Begun(earliest, inferred=earliest != NOT_TOLD, corrected=False)
