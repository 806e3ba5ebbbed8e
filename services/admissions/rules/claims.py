"""What a fact claims about which stay it speaks of, and whether two claims can be about one stay."""

from services.admissions.model import IDENTITY, Fact, StayKey, Trigger, When
from services.admissions.rules.told import same_time
from shared.contracts.encounters import PatientClass

ADMISSIONS = frozenset({Trigger.ADMIT, Trigger.TO_INPATIENT})
PLANS = frozenset({Trigger.PREADMIT, Trigger.PENDING_ADMIT})
TARGETS = {
    Trigger.CANCEL_ADMIT: frozenset({*ADMISSIONS, Trigger.REGISTER}),
    Trigger.CANCEL_TRANSFER: frozenset({Trigger.TRANSFER}),
    Trigger.CANCEL_DISCHARGE: frozenset({Trigger.DISCHARGE}),
    Trigger.CANCEL_PENDING_DISCHARGE: frozenset({Trigger.PENDING_DISCHARGE}),
    Trigger.CANCEL_PENDING_TRANSFER: frozenset({Trigger.PENDING_TRANSFER}),
    Trigger.CANCEL_PENDING_ADMIT: PLANS,
    Trigger.CANCEL_ARRIVE: frozenset({Trigger.ARRIVE}),
    Trigger.CANCEL_DEPART: frozenset({Trigger.DEPART}),
    Trigger.CANCEL_PREADMIT: frozenset({Trigger.PREADMIT}),
    Trigger.CANCEL_LEAVE: frozenset({Trigger.LEAVE}),
    Trigger.CANCEL_RETURN: frozenset({Trigger.RETURN}),
    Trigger.CANCEL_CONSULTANT: frozenset({Trigger.CHANGE_CONSULTANT}),
}
"""What each cancel takes back."""

CANCELS = frozenset(TARGETS)
UNPLANS = frozenset({Trigger.CANCEL_PREADMIT, Trigger.CANCEL_PENDING_ADMIT})
PLANNING = PLANS | UNPLANS
_NO_EVIDENCE = frozenset({Trigger.REGISTER, Trigger.TO_OUTPATIENT, Trigger.CANCEL_ADMIT, Trigger.DELETE_VISIT})
ABOUT_STAYS = frozenset(Trigger) - {Trigger.ADD_PERSON, Trigger.UPDATE_PERSON} - IDENTITY
AWAY = frozenset({PatientClass.EMERGENCY, PatientClass.OUTPATIENT})
STAYING = frozenset({PatientClass.INPATIENT, PatientClass.DAY_CASE, PatientClass.OBSTETRICS, PatientClass.UNKNOWN})
_IMPLY_STAY = frozenset(
    {
        Trigger.TRANSFER,
        Trigger.DISCHARGE,
        Trigger.CANCEL_TRANSFER,
        Trigger.CANCEL_DISCHARGE,
        Trigger.LEAVE,
        Trigger.RETURN,
        Trigger.CANCEL_LEAVE,
        Trigger.CANCEL_RETURN,
    }
)
_SUGGEST_STAY = ABOUT_STAYS - ADMISSIONS - PLANS - UNPLANS - _IMPLY_STAY - _NO_EVIDENCE


def admission_claimed(fact: Fact) -> When | None:
    """When the stay began, as far as the fact says: PV1-44; for an admission also EVN-6, or, keyless, its own time."""
    if fact.admit_time is not None:
        return fact.admit_time
    if fact.trigger not in ADMISSIONS:
        return None
    if fact.event_time is not None:
        return fact.event_time
    keyless = fact.visit is None and fact.account is None
    return fact.occurred if keyless and fact.occurred.is_told else None


def comparable(one: StayKey | None, other: StayKey | None) -> bool:
    """Whether two keys are numbers of one series: same issuer, same scope."""
    return one is not None and other is not None and one.issuer == other.issuer and one.scope == other.scope


def keys_differ(one: Fact, other: Fact) -> bool:
    """Whether comparable visit keys (else accounts, else, of plans, pre-admit numbers) differ."""
    if comparable(one.visit, other.visit):
        return one.visit != other.visit
    if comparable(one.account, other.account):
        return one.account != other.account
    if one.trigger not in PLANNING or other.trigger not in PLANNING:
        return False
    return comparable(one.preadmit, other.preadmit) and one.preadmit != other.preadmit


def same_visit(one: Fact, other: Fact) -> bool:
    """Whether both facts name the same visit."""
    return one.visit is not None and one.visit == other.visit


def same_admission(one: Fact, other: Fact) -> bool | None:
    """Whether both claim the same admission time; None where one of them claims none."""
    mine, theirs = admission_claimed(one), admission_claimed(other)
    return None if mine is None or theirs is None else same_time(mine, theirs)


def speaks_of_a_stay(fact: Fact) -> bool:
    """Whether the fact alone is evidence of a stay in hospital, rather than of an attendance or of nothing."""
    return tells_since_when(fact) or _tells_where(fact)


def _tells_where(fact: Fact) -> bool:
    """Whether it has an inpatient on a ward, who was not said to have left."""
    placed = fact.location is not None and bool(fact.location.ward)
    return placed and calls_an_inpatient(fact) and fact.discharge_time is None


def calls_an_inpatient(fact: Fact) -> bool:
    """Whether an event that may be of no stay, such as an A08, has the class of inpatients."""
    return fact.trigger in _SUGGEST_STAY and fact.patient_class is PatientClass.INPATIENT


def tells_since_when(fact: Fact) -> bool:
    """Whether the fact is evidence of a stay by its event, or by the time of admission it has."""
    trigger = fact.trigger
    if trigger in ADMISSIONS or trigger in PLANS:
        return True
    if trigger in _IMPLY_STAY:
        return fact.patient_class is None or fact.patient_class in STAYING
    return trigger in _SUGGEST_STAY and fact.admit_time is not None and fact.patient_class in STAYING
