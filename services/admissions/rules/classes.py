"""The patient class of a stay: who may change whether somebody is an inpatient, and what is said otherwise."""

from collections.abc import Sequence

from services.admissions.model import Fact, Flag, Trigger
from services.admissions.rules.claims import ADMISSIONS, AWAY, PLANNING
from shared.contracts.encounters import PatientClass

_DECIDES_WHERE_SAID = frozenset({Trigger.UPDATE, Trigger.DISCHARGE, Trigger.CANCEL_DISCHARGE})
"""What changes the class too, of a sender of whom it is said so; of any other only an admission does, and an A07."""


def class_of(standing: Sequence[Fact]) -> tuple[PatientClass, frozenset[Flag]]:
    """The patient class of a stay, by its standing facts (told order), and what is odd about it.

    It is the one told last, but nobody stops being an inpatient because an update, a move, a discharge or what takes a
    discharge back has another class, unless the feed changes it so: that is flagged until somebody tells the class that
    holds. What only an expected stay was called holds nobody. A stay of which none is told is taken as an inpatient's,
    flagged.
    """
    held: PatientClass | None = None
    here = differs = False
    for fact in standing:
        if fact.trigger is Trigger.TO_OUTPATIENT:
            here = differs = False
        elif (told := _told(fact)) is not None:
            differs = here and told is not PatientClass.INPATIENT and not _decides(fact)
            if not differs:
                held = told
                here = told is PatientClass.INPATIENT and fact.trigger not in PLANNING
    if held is None:
        return PatientClass.INPATIENT, frozenset({Flag.CLASS_NOT_SAID})
    odd = {Flag.CLASS_DIFFERS} if differs else set[Flag]()
    return held, frozenset(odd | {Flag.CLASS_UNKNOWN} if held is PatientClass.UNKNOWN else odd)


def _told(fact: Fact) -> PatientClass | None:
    """An A06 makes an inpatient, also where it still has the class of the attendance."""
    if fact.trigger is Trigger.TO_INPATIENT and fact.patient_class in (None, *AWAY):
        return PatientClass.INPATIENT
    return fact.patient_class


def _decides(fact: Fact) -> bool:
    return fact.trigger in ADMISSIONS or (fact.class_by_update and fact.trigger in _DECIDES_WHERE_SAID)
