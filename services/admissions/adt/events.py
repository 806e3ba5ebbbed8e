"""From a JSON ADT event to a fact."""

from datetime import UTC, datetime

from msgspec.structs import replace

from services.admissions.adt.codes import IN_GROUPS, PERSON_ONLY, control_number, nhs_digits, patient_class, read_as
from services.admissions.adt.dialect import heard_as
from services.admissions.adt.identity import ALONE, LINKS, Named, deleting, identified, scopes
from services.admissions.adt.lives import odd_life
from services.admissions.adt.messages import Kept
from services.admissions.adt.times import TO_COME, ahead, occurred
from services.admissions.model import (
    Fact,
    FactId,
    Feed,
    Flag,
    Location,
    NoEffect,
    PersonKey,
    PersonSaid,
    Quarantined,
    StayKey,
    StaySaid,
    Trigger,
    When,
)
from shared.contracts.api.admissions import AdtEvent, AdtLocation, AdtPerson, Identifier
from shared.london import london_date


def fact_from_event(event: AdtEvent, feed: Feed, kept: Kept) -> Fact | NoEffect | Quarantined:
    """The fact a JSON event tells, by the same rules as an HL7 message with those fields."""
    trigger = heard_as(event.trigger, feed)
    if not isinstance(trigger, Trigger):
        return trigger
    patient = PersonKey(event.person.mrn_issuer, event.person.mrn)
    recorded = When(event.recorded_at.astimezone(UTC))
    happened = _when(event.occurred_at)
    person = _person(event.person)
    base = Fact(
        fact_id=FactId(kept.message_id),
        message_id=kept.message_id,
        trigger=trigger,
        feed=feed.name,
        control_id=event.control_id,
        sha256=kept.sha256,
        received=kept.received,
        recorded=recorded.at,
        occurred=happened or recorded,
        patient=patient,
        control_number=control_number(event.control_id, feed),
        event_time=happened,
        moves_by_update=feed.moves_by_update,
        class_by_update=feed.class_by_update,
        person=person,
        flags=_odd(event, trigger, person, kept),
    )
    if event.trigger in IN_GROUPS and trigger is not Trigger.TRANSFER:
        return _linked(base, event, feed) if trigger in LINKS else _identified(base, event, feed)
    if trigger in PERSON_ONLY:
        return base
    fact = _with_stay(base, event, feed)
    return deleting(fact) if trigger is Trigger.DELETE_VISIT else fact


def _identified(fact: Fact, event: AdtEvent, feed: Feed) -> Fact | Quarantined:
    others = _person_keys(event.previous_mrn, fact.patient.issuer)
    now, before = scopes(fact, others, feed)
    named = Named(
        others,
        _key(event.previous_account_number, feed, before),
        _key(event.account_number, feed, now),
        _key(event.previous_visit_number, feed, before),
        _key(event.visit_number, feed, now),
    )
    return identified(fact, event.trigger, named)


def _linked(fact: Fact, event: AdtEvent, feed: Feed) -> Fact | Quarantined:
    others = tuple(key for key in _person_keys(event.linked_mrn, feed.default_issuer) if key != fact.patient)
    return replace(fact, linked=others) if others else ALONE


def _odd(event: AdtEvent, trigger: Trigger, person: PersonSaid, kept: Kept) -> tuple[Flag, ...]:
    happened = None if trigger in TO_COME else event.occurred_at
    admitted = None if trigger is Trigger.PREADMIT else event.admitted_at
    flags = odd_life(person, kept.received.date())
    if ahead((event.recorded_at, happened, admitted), kept.received):
        flags |= {Flag.TIME_AHEAD}
    return tuple(sorted(flags))


def _with_stay(fact: Fact, event: AdtEvent, feed: Feed) -> Fact:
    admit, ended = _when(event.admitted_at), _when(event.discharged_at)
    scope = fact.patient if feed.visits_within_person else None
    return replace(
        fact,
        occurred=occurred(fact.trigger, fact.event_time, admit, ended, fact.occurred),
        admit_time=admit,
        discharge_time=ended,
        visit=_key(event.visit_number, feed, scope),
        prior_visit=_key(event.previous_visit_number, feed, scope),
        account=_key(event.account_number, feed, scope),
        preadmit=_key(event.preadmit_number, feed, None),
        patient_class=patient_class(event.patient_class, feed),
        location=_place(event.location),
        prior_location=_place(event.prior_location),
        other_location=_place(event.other_location),
        planned=_when(event.planned_at),
        stay=StaySaid(
            admission_method=event.admission_method,
            discharge_method=event.discharge_method,
            discharge_destination=event.discharge_destination,
            expected_discharge_on=_expected(event),
            consultant=event.consultant,
            specialty=event.specialty,
        ),
    )


def _expected(event: AdtEvent) -> str | None:
    day = event.expected_discharge_on
    if day is None and event.planned_at is not None and read_as(event.trigger) is Trigger.PENDING_DISCHARGE:
        day = london_date(event.planned_at)
    return None if day is None else day.isoformat()


def _when(at: datetime | None) -> When | None:
    return None if at is None else When(at.astimezone(UTC))


def _place(place: AdtLocation | None) -> Location | None:
    return None if place is None else Location(place.ward_code, place.bay, place.bed, place.site)


def _key(told: Identifier | None, feed: Feed, scope: PersonKey | None) -> StayKey | None:
    return None if told is None else StayKey(told.issuer or feed.default_issuer, told.value, scope)


def _person_keys(told: Identifier | None, unsaid: str) -> tuple[PersonKey, ...]:
    return () if told is None else (PersonKey(told.issuer or unsaid, told.value),)


def _person(person: AdtPerson) -> PersonSaid:
    deceased = None if person.deceased is None else ("Y" if person.deceased else "N")
    return PersonSaid(
        family=person.family,
        given=person.given,
        title=person.title,
        born=person.born.isoformat() if person.born else None,
        sex=person.sex,
        nhs_number=nhs_digits(person.nhs_number) if person.nhs_number else None,
        deceased=deceased,
        deceased_at=person.deceased_at.isoformat() if person.deceased_at else None,
        council=person.council,
    )
