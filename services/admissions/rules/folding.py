"""Fold: what the facts of one stay amount to."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from msgspec.structs import replace

from services.admissions.model import (
    NOT_TOLD,
    NOTHING_SAID_OF_A_STAY,
    Circumstances,
    Encounter,
    EncounterId,
    Fact,
    FactId,
    Flag,
    Location,
    Movement,
    Person,
    StayKey,
    StaySaid,
    Trigger,
)
from services.admissions.rules.beginning import Begun, begun_at
from services.admissions.rules.claims import ADMISSIONS, PLANS, speaks_of_a_stay, tells_since_when
from services.admissions.rules.classes import class_of
from services.admissions.rules.ending import discharge_of, first_told
from services.admissions.rules.moving import movements_of
from services.admissions.rules.passing import NOTHING_PASSING, passing
from services.admissions.rules.restoring import RESTORES, restored
from services.admissions.rules.whereabouts import known, shown
from shared.contracts.encounters import DEATH_METHODS, EncounterStatus, PatientClass

_STAY_FIELDS = StaySaid.__struct_fields__
_A_STAY = frozenset({EncounterStatus.ADMITTED, EncounterStatus.ON_LEAVE, EncounterStatus.DISCHARGED})
_NEVER_WAS = frozenset(
    {
        Flag.INFERRED_STAY,
        Flag.INFERRED_ADMISSION_TIME,
        Flag.INFERRED_MOVEMENT,
        Flag.CLASS_NOT_SAID,
        Flag.CLASS_DIFFERS,
        Flag.DECEASED_AWAITING_DISCHARGE,
    }
)
_MEANINGLESS = {
    EncounterStatus.PLANNED: frozenset({Flag.INFERRED_ADMISSION_TIME, Flag.INFERRED_MOVEMENT}),
    EncounterStatus.CANCELLED: _NEVER_WAS,
    EncounterStatus.DELETED: _NEVER_WAS,
}
"""What need not be said of a stay that is only planned, or never was."""


def _since_deleted(facts: Sequence[Fact]) -> Sequence[Fact]:
    """Of a visit that was deleted and is admitted again, what was told since; of any other, everything."""
    told = [fact.trigger for fact in facts]
    if Trigger.DELETE_VISIT not in told or _deleted(facts):
        return facts
    last = len(told) - told[::-1].index(Trigger.DELETE_VISIT)
    return facts[last:] if facts[last - 1].is_dated else facts


def _standing(facts: Sequence[Fact], undone: Collection[FactId]) -> list[Fact]:
    """The facts that stand; none of a stay whose admission was cancelled.

    After an A11 with no admission left, only an A13 told later re-opens the stay; what the A11 undid then stands again.
    """
    facts = _since_deleted(facts)
    standing = [fact for fact in facts if fact.fact_id not in undone and fact.trigger is not Trigger.CANCEL_ADMIT]
    cancels = [n for n, fact in enumerate(facts) if fact.trigger is Trigger.CANCEL_ADMIT]
    if not cancels or any(fact.trigger in ADMISSIONS for fact in standing):
        return standing
    if not any(fact.trigger is Trigger.CANCEL_DISCHARGE for fact in facts[cancels[-1] :]):
        return []
    return [
        fact
        for fact in facts
        if (fact.fact_id not in undone or fact.trigger in ADMISSIONS) and fact.trigger is not Trigger.CANCEL_ADMIT
    ]


def _status(facts: Sequence[Fact], standing: Sequence[Fact], discharge: Fact | None, at: datetime) -> EncounterStatus:
    if _deleted(facts):
        return EncounterStatus.DELETED
    if not standing:
        return EncounterStatus.CANCELLED
    turns = [f for f in standing if f.trigger in (*ADMISSIONS, Trigger.TO_OUTPATIENT)]
    if turns and turns[-1].trigger is Trigger.TO_OUTPATIENT:
        return EncounterStatus.RECLASSIFIED
    if discharge is not None and discharge.occurred.at <= at:
        return EncounterStatus.DISCHARGED
    if _ever_in_hospital(facts):
        return EncounterStatus.ADMITTED
    if any(fact.trigger in PLANS for fact in standing):
        return EncounterStatus.PLANNED
    return EncounterStatus.CANCELLED if any(fact.trigger in PLANS for fact in facts) else EncounterStatus.ADMITTED


def _deleted(facts: Sequence[Fact]) -> bool:
    """Whether the visit was deleted, and no admission has been told since; a deletion without a date, nothing dated."""
    if Trigger.DELETE_VISIT not in [fact.trigger for fact in facts]:
        return False
    for fact in reversed(facts):
        if fact.trigger is Trigger.DELETE_VISIT:
            return fact.is_dated or not facts[-1].is_dated
        if fact.trigger in ADMISSIONS or fact.trigger is Trigger.CANCEL_DISCHARGE:
            return False
    return False


def _passing(status: EncounterStatus, standing: Sequence[Fact], at: datetime) -> tuple[EncounterStatus, Circumstances]:
    if status is not EncounterStatus.ADMITTED:
        return status, NOTHING_PASSING
    now = passing(standing, at)
    return status if now.on_leave_since is None else EncounterStatus.ON_LEAVE, now


def _ahead(discharge: Fact | None, at: datetime) -> datetime | None:
    return discharge.occurred.at if discharge is not None and discharge.occurred.at > at else None


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return one if other is None else other if one is None else min(one, other)


def _ever_in_hospital(facts: Sequence[Fact]) -> bool:
    """Whether anybody said that the person came; of a stay that was planned, not by naming the ward alone."""
    shows = tells_since_when if any(fact.trigger in PLANS for fact in facts) else speaks_of_a_stay
    return any(fact.trigger not in PLANS and shows(fact) for fact in facts)


def _details(facts: Sequence[Fact], standing: Sequence[Fact], discharge: Fact | None) -> StaySaid:
    """Field by field, what was told last; `""` erases. Discharge details come from the standing discharge onwards, from
    its first telling: what a later one leaves out stays as it was.
    """
    known: dict[str, str | None] = {}
    end = first_told(standing, discharge) if discharge is not None else None
    ended = False
    last = NOTHING_SAID_OF_A_STAY
    for fact in standing:
        given_back = RESTORES.get(fact.trigger)
        held = known.get(given_back) if given_back else None
        ends = end is not None and fact.fact_id == end.fact_id
        if fact.stay == last and not ends and not given_back:
            continue
        ended, last = ended or ends, fact.stay
        for name in _STAY_FIELDS:
            said: str | None = getattr(fact.stay, name)
            if said is not None and (ended or not name.startswith("discharge_")):
                known[name] = said or None
        if given_back:
            known[given_back], last = restored(facts, standing, fact, held), NOTHING_SAID_OF_A_STAY
    return StaySaid(**known)


def ended_by_death(facts: Sequence[Fact], undone: Collection[FactId]) -> bool:
    """Whether one stay (its facts in told order) ended by death: by its standing discharge, as corrected since."""
    if not any(fact.stay.discharge_method in DEATH_METHODS for fact in facts) or _deleted(facts):
        return False
    standing = _standing(facts, undone)
    discharge = discharge_of(standing)
    return discharge is not None and _details(facts, standing, discharge).discharge_method in DEATH_METHODS


def _flags(standing: Sequence[Fact], begun: Begun, discharge: Fact | None, person: Person, at: datetime) -> set[Flag]:
    flags: set[Flag] = {flag for fact in standing for flag in fact.flags}
    if not any(fact.trigger in ADMISSIONS or fact.trigger in PLANS for fact in standing):
        flags.add(Flag.INFERRED_STAY)
    if begun.inferred:
        flags.add(Flag.INFERRED_ADMISSION_TIME)
    if begun.corrected:
        flags.add(Flag.ADMISSION_TIME_CORRECTED)
    if discharge is None:
        if _says_when_it_ended(standing):
            flags.add(Flag.DISCHARGE_TIME_WITHOUT_DISCHARGE)
    elif discharge.occurred.at > at:
        flags.add(Flag.DISCHARGE_IN_THE_FUTURE)
    elif discharge.occurred.at < begun.when.at:
        flags.add(Flag.DISCHARGE_BEFORE_ADMISSION)
    if person.deceased and (discharge is None or discharge.occurred.at > at):
        flags.add(Flag.DECEASED_AWAITING_DISCHARGE)
    return flags


def _says_when_it_ended(standing: Sequence[Fact]) -> bool:
    """Whether an update names a time of discharge, and no discharge was cancelled since."""
    for fact in reversed(standing):
        if fact.trigger is Trigger.CANCEL_DISCHARGE:
            return False
        if fact.trigger is Trigger.UPDATE and fact.discharge_time is not None:
            return True
    return False


def ghost(fact: Fact, *, encounter_id: EncounterId, person: Person, at: datetime) -> Encounter:
    """An encounter that was once made from `fact`, of which nothing is left: it is spoken of, as deleted."""
    alone = fold((fact,), undone=(), encounter_id=encounter_id, person=person, at=at)
    return replace(alone, status=EncounterStatus.DELETED, inpatient=False, fact_ids=(), look_again_at=None)


def exists(facts: Sequence[Fact]) -> bool:
    """Whether these facts are a stay in hospital at all (an attendance alone is none)."""
    return any(map(speaks_of_a_stay, facts))


def is_open(facts: Sequence[Fact], undone: Collection[FactId], at: datetime) -> bool:
    """Whether the facts of one stay (told order) have somebody in hospital at `at` (aware UTC)."""
    standing = _standing(facts, undone)
    return exists(facts) and _status(facts, standing, discharge_of(standing), at) is EncounterStatus.ADMITTED


def fold(
    facts: Sequence[Fact],
    *,
    undone: Collection[FactId],
    encounter_id: EncounterId,
    person: Person,
    at: datetime,
    odd: Collection[Flag] = (),
) -> Encounter:
    """The encounter that the facts of one stay (told order, cancelled ones included) amount to at `at` (aware UTC)."""
    standing = _standing(facts, undone)
    discharge = discharge_of(standing)
    status = _status(facts, standing, discharge, at)
    if status is EncounterStatus.CANCELLED:
        standing = [fact for fact in facts if fact.trigger is not Trigger.CANCEL_ADMIT]
    planned = status is EncounterStatus.PLANNED or (status not in _A_STAY and not _ever_in_hospital(facts))
    status, now = _passing(status, standing, at)
    begun = begun_at(standing or facts)
    patient_class, class_flags = class_of(standing)
    ended = discharge if status is EncounterStatus.DISCHARGED else None
    said = _details(facts, standing, ended)
    moved = movements_of(standing, begun.when.at, ended)
    flags = {*odd, *class_flags, *moved.flags, *_flags(standing, begun, discharge, person, at)}
    flags -= _MEANINGLESS.get(status, frozenset())
    movements: tuple[Movement, ...] = () if planned else moved.movements
    return Encounter(
        encounter_id=encounter_id,
        person=person,
        status=status,
        patient_class=patient_class,
        inpatient=patient_class is PatientClass.INPATIENT and status in _A_STAY,
        location=_place(movements, standing),
        movements=movements,
        admitted_at=None if planned or begun.when == NOT_TOLD else begun.when.at,
        admission_method=said.admission_method,
        discharged_at=None if ended is None or ended.occurred == NOT_TOLD else ended.occurred.at,
        discharge_method=said.discharge_method,
        discharge_destination=said.discharge_destination,
        expected_discharge_on=_day(said.expected_discharge_on),
        consultant=said.consultant,
        specialty=said.specialty,
        visit=_visit(facts),
        now=now,
        inferred=Flag.INFERRED_STAY in flags,
        flags=tuple(sorted(flags)),
        fact_ids=tuple(fact.fact_id for fact in facts),
        look_again_at=_sooner(now.look_again_at, _ahead(discharge, at)),
    )


def _place(movements: Sequence[Movement], standing: Sequence[Fact]) -> Location | None:
    """Where the person is, or of somebody only expected: where they are to be. None where nobody knows."""
    if movements:
        place = movements[-1].location
    else:
        place = next((shown(f.location) for f in reversed(standing) if f.location is not None), None)
    return place if place is not None and known(place) else None


def _visit(facts: Sequence[Fact]) -> StayKey | None:
    return next((fact.visit for fact in reversed(facts) if fact.visit is not None), None)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return None
