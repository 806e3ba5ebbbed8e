"""The end of a stay: the discharge that stands, however often it was told."""

from collections.abc import Sequence

from msgspec.structs import replace

from services.admissions.model import Fact, Trigger
from services.admissions.rules.beginning import begun_at
from services.admissions.rules.cancelling import other_admission
from services.admissions.rules.claims import AWAY
from services.admissions.rules.moving import moves
from services.admissions.rules.whole_days import is_a_day, of_that_day


def discharge_of(standing: Sequence[Fact]) -> Fact | None:
    """The discharge told last. The end of an attendance that then became an admission (A06) is none.

    One told by its day alone was not before the admission or a move of that day.
    """
    last_a06 = max((n for n, fact in enumerate(standing) if fact.trigger is Trigger.TO_INPATIENT), default=-1)
    for number in range(len(standing) - 1, -1, -1):
        fact = standing[number]
        if fact.trigger is Trigger.DISCHARGE and not (number < last_a06 and fact.patient_class in AWAY):
            return _after_all_that_day(fact, standing) if is_a_day(fact.occurred) else fact
    return None


def _after_all_that_day(discharge: Fact, standing: Sequence[Fact]) -> Fact:
    before = [begun_at(standing).when, *(fact.occurred for fact in standing if moves(fact))]
    hours = of_that_day(discharge.occurred, before)
    return replace(discharge, occurred=hours[-1]) if hours else discharge


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
