"""The end of a stay: the discharge that stands, however often it was told."""

from collections.abc import Sequence

from services.admissions.model import Fact, Trigger
from services.admissions.rules.cancelling import other_admission
from services.admissions.rules.claims import AWAY


def discharge_of(standing: Sequence[Fact]) -> Fact | None:
    """The discharge told last. The end of an attendance that then became an admission (A06) is none."""
    last_a06 = max((n for n, fact in enumerate(standing) if fact.trigger is Trigger.TO_INPATIENT), default=-1)
    for number in range(len(standing) - 1, -1, -1):
        fact = standing[number]
        if fact.trigger is Trigger.DISCHARGE and not (number < last_a06 and fact.patient_class in AWAY):
            return fact
    return None


def first_told(standing: Sequence[Fact], discharge: Fact) -> Fact:
    """The first telling of `discharge`, one of `standing`: no admission that is another lies between."""
    first = discharge
    told = next(number for number, fact in enumerate(standing) if fact.fact_id == discharge.fact_id)
    for fact in reversed(standing[:told]):
        if fact.trigger is Trigger.TO_INPATIENT or other_admission(fact, discharge):
            break
        if fact.trigger is Trigger.DISCHARGE:
            first = fact
    return first
