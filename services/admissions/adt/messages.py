"""From an HL7 v2 ADT message to facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from services.admissions.adt.admission import Sent, text
from services.admissions.adt.codes import IN_GROUPS, PERSON_ONLY, control_number, patient_class
from services.admissions.adt.dialect import filled, heard_as, in_usual_terms, sent_by
from services.admissions.adt.identity import LINKS, ONE_A_MERGE, TOO_MANY, deleting, linked, numbered, re_keyed
from services.admissions.adt.lives import odd_life
from services.admissions.adt.movements import event_of, with_movement
from services.admissions.adt.passing import SAYS_MORE, with_more
from services.admissions.adt.segments import (
    hospital_numbers,
    location,
    names_several,
    numbers_told,
    person_said,
    stay_key,
    stay_said,
)
from services.admissions.adt.times import TO_COME, Times, occurred
from services.admissions.adt.untold import recorded, with_a_place
from services.admissions.model import (
    Fact,
    FactId,
    Feed,
    Flag,
    NoEffect,
    PersonKey,
    Quarantined,
    Reading,
    StayKey,
    Trigger,
    When,
)
from shared.contracts.encounters import PatientClass
from shared.hl7.message import Message, Segment

_NO_NUMBER = Quarantined("no-hospital-number", "PID-3 has no hospital number")
_NO_PV1 = Quarantined("no-visit", "there is no PV1 segment")
_SEVERAL_NUMBERS = Quarantined(
    "several-hospital-numbers", "PID-3 has several hospital numbers of one issuer, and nothing says whose this is"
)
_MOST_AT_ONCE = 500
"""Facts of one message: each knows who all those before it made one person, which grows with their square."""
_OF_THE_MOTHER = Quarantined(
    "number-of-the-mother", "PID-3 is the hospital number of the mother (PID-21): it is not said who the newborn is"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What admissions knows of a message beside its content: `received` is aware UTC."""

    message_id: str
    sha256: str
    received: datetime


def read_facts(message: Message, feed: Feed, kept: Kept) -> Reading:
    """What the message says, as facts: one, or of an event that may tell of several (A17, A40) one each.

    A message about a person or about identity needs no PV1; an A08 without PV1 says things of the person only. A
    hospital number is needed always: nobody is found by NHS number alone. Never raises for what a message holds.
    """
    message = in_usual_terms(message, feed)
    sent = sent_by(message, feed)
    told = text(sent.event)
    named = text(sent.trigger) or told
    for_others = _for_others(sent, feed)
    if for_others is not None:
        return for_others
    movement = message.segment("ZBE") if "\rZBE" in message.text else None
    code = named if movement is None else event_of(named, movement)
    trigger = heard_as(code, feed)
    if not isinstance(trigger, Trigger):
        return trigger
    if not sent.pid:
        return Quarantined("no-patient", "there is no PID segment")
    times = Times(sent.sent_at, kept.received, local=feed.times_are_local, zone=feed.zone)
    if told not in ("", named):
        times.flags.add(Flag.TRIGGER_DIFFERS)
    if code in IN_GROUPS:
        return _groups(message, trigger, code, _Origin(feed, kept, times))
    fact = _Reader(filled(sent, message, feed, trigger), feed, kept, times).fact(trigger, message.segment("MRG"))
    return fact if isinstance(fact, Quarantined) else _completed(fact, message, movement, times)


def _for_others(sent: Sent, feed: Feed) -> NoEffect | None:
    marked = text(sent.processing_id).strip().upper()
    if marked in ("T", "D") and not feed.accepts_training:
        return NoEffect("a training or debugging message")
    if feed.processing_id and marked != feed.processing_id:
        return NoEffect("its mark (MSH-11) is not the one its sender is to bear")
    return None if text(sent.message_type) in ("ADT", "") else NoEffect("not an ADT message")


def _completed(fact: Fact, message: Message, movement: Segment | None, times: Times) -> Reading:
    """The fact with what only some messages say."""
    if fact.trigger in SAYS_MORE:
        fact = with_more(fact, message, times)
    if movement is not None:
        fact = with_movement(fact, movement, message.header, times)
    named = deleting(fact) if fact.trigger is Trigger.DELETE_VISIT else fact
    placed = named if isinstance(named, Quarantined) else with_a_place(named)
    return placed if isinstance(placed, Quarantined) else (placed,)


class _Origin(NamedTuple):
    feed: Feed
    kept: Kept
    times: Times


def _groups(message: Message, trigger: Trigger, code: str, origin: _Origin) -> Reading:
    """A fact for each PID with what follows it; for each MRG, where each tells of a visit or account of its own.

    Of a swap, what can be read is; of any other, all or nothing.
    """
    parts = message.parts("PID")
    if trigger in ONE_A_MERGE:
        parts = [each for part in parts for each in (part.parts("MRG") or [part])]
    if len(parts) > _MOST_AT_ONCE:
        return TOO_MANY
    facts: list[Fact] = []
    unread: list[Quarantined] = []
    for part in parts:
        sent = filled(sent_by(part, origin.feed), part, origin.feed, trigger)
        fact = _Reader(sent, *origin).group(trigger, code, part)
        if isinstance(fact, Quarantined):
            unread.append(fact)
        else:
            facts.append(numbered(fact, len(facts) + 1))
    if trigger is Trigger.TRANSFER:
        return _swapped(facts) or unread[0]
    if unread:
        return unread[0]
    return linked(facts) if trigger in LINKS else tuple(facts)


def _swapped(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The moves of a swap that can be read; where they are not two that name a bed, somebody must look."""
    if sum(map(_names_a_place, facts)) > 1:
        return tuple(facts)
    return tuple(replace(fact, flags=tuple(sorted({*fact.flags, Flag.SWAP_OF_ONE}))) for fact in facts)


def _names_a_place(fact: Fact) -> bool:
    place = fact.location
    return place is not None and bool(place.ward or place.bay or place.bed)


class _Reader:
    __slots__ = ("feed", "kept", "sent", "times")

    def __init__(self, sent: Sent, feed: Feed, kept: Kept, times: Times) -> None:
        self.sent = sent
        self.feed = feed
        self.kept = kept
        self.times = times

    def fact(self, trigger: Trigger, merge: Segment | None) -> Fact | Quarantined:
        """The fact of the first PID; `merge` is the message's MRG."""
        numbers = self._numbers()
        if isinstance(numbers, Quarantined):
            return numbers
        if trigger in PERSON_ONLY:
            return self._of_person(trigger, numbers)
        if self.sent.pv1:
            return self._of_stay(self._of_person(trigger, numbers), merge)
        if trigger is Trigger.UPDATE:
            return self._of_person(Trigger.UPDATE_PERSON, numbers)
        return _NO_PV1

    def group(self, trigger: Trigger, code: str, part: Message) -> Fact | Quarantined:
        """The fact of one group of a message that may have several: a move, or who and what is another now."""
        numbers = self._numbers()
        if isinstance(numbers, Quarantined):
            return numbers
        if trigger is not Trigger.TRANSFER:
            return re_keyed(self._of_person(trigger, numbers), code, part, self.feed)
        return with_a_place(self._of_stay(self._of_person(trigger, numbers), None)) if self.sent.pv1 else _NO_PV1

    def _numbers(self) -> list[PersonKey] | Quarantined:
        """The hospital numbers of the person, the one to use first; or why they are not safe to use."""
        told = numbers_told(self.sent)
        numbers = hospital_numbers(told, self.feed)
        if not numbers:
            return _NO_NUMBER
        if len(numbers) > 1 and names_several(told, self.feed):
            return _SEVERAL_NUMBERS
        if self.sent.mothers and numbers[0] in hospital_numbers(self.sent.mothers, self.feed):
            return _OF_THE_MOTHER
        return numbers

    def _of_person(self, trigger: Trigger, numbers: Sequence[PersonKey]) -> Fact:
        sent, kept, times = self.sent, self.kept, self.times
        told = recorded(sent.recorded, times)
        happened = times.read(sent.happened, planned=trigger in TO_COME)
        person = person_said(sent, times)
        flags = times.flags | odd_life(person, kept.received.date())
        control_id = text(sent.control_id)
        return Fact(
            fact_id=FactId(kept.message_id),
            message_id=kept.message_id,
            trigger=trigger,
            feed=self.feed.name,
            control_id=control_id,
            sha256=kept.sha256,
            received=kept.received,
            recorded=told.at,
            occurred=times.finer(happened, told) if happened else told,
            patient=numbers[0],
            message_time=None if times.sent is None else times.sent.at,
            control_number=control_number(control_id, self.feed),
            event_time=happened,
            moves_by_update=self.feed.moves_by_update,
            class_by_update=self.feed.class_by_update,
            person=person,
            flags=tuple(sorted(flags)) if flags else (),
        )

    def _of_stay(self, fact: Fact, merge: Segment | None) -> Fact:
        sent, feed, times = self.sent, self.feed, self.times
        scope = fact.patient if feed.visits_within_person else None
        admit = times.read(sent.admitted, planned=fact.trigger is Trigger.PREADMIT)
        ended = times.read(sent.discharged, planned=True)
        told_class = patient_class(text(sent.patient_class), feed)
        odd = {*fact.flags, *times.flags, *((Flag.CLASS_UNKNOWN,) if told_class is PatientClass.UNKNOWN else ())}
        return replace(
            fact,
            occurred=self._happened(fact, occurred(fact.trigger, None, admit, ended, fact.occurred)),
            admit_time=admit,
            discharge_time=ended,
            visit=stay_key(sent.visit, sent.visit_issuer, feed, scope),
            prior_visit=None if merge is None else _prior_visit(merge, feed, scope),
            account=stay_key(sent.account, sent.account_issuer, feed, scope),
            preadmit=stay_key(sent.preadmit, sent.preadmit_issuer, feed),
            patient_class=told_class,
            location=location(sent.ward, sent.bay, sent.bed, sent.site),
            prior_location=location(*map(text, (sent.prior_ward, sent.prior_bay, sent.prior_bed, sent.prior_site))),
            stay=stay_said(sent, times, ended=fact.trigger is Trigger.DISCHARGE),
            flags=tuple(sorted(odd)) if odd else (),
        )

    def _happened(self, fact: Fact, otherwise: When) -> When:
        """When it happened: EVN-6, else `otherwise`; or a finer time within it."""
        return self.times.finer(fact.event_time or otherwise, otherwise, fact.occurred)


def _prior_visit(merge: Segment, feed: Feed, scope: PersonKey | None) -> StayKey | None:
    return stay_key(merge.component(5, 1) or "", merge.designator(5, 4) or "", feed, scope)
