"""From an HL7 v2 ADT message to facts."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.admissions.adt.codes import PERSON_ONLY, TRIGGERS, control_number, patient_class
from services.admissions.adt.segments import hospital_numbers, location, person_said, stay_key, stay_said
from services.admissions.adt.times import Times, occurred
from services.admissions.model import (
    Fact,
    FactId,
    Feed,
    Flag,
    NoEffect,
    PersonKey,
    Quarantined,
    Reading,
    StaySaid,
    Trigger,
    When,
)
from shared.contracts.encounters import PatientClass
from shared.hl7.message import Message, Segment


@dataclass(frozen=True, slots=True)
class Kept:
    """What admissions knows of a message beside its content: `received` is aware UTC."""

    message_id: str
    sha256: str
    received: datetime


def read_facts(message: Message, feed: Feed, kept: Kept) -> Reading:
    """What the message says, as facts: one, or for an A40 one a PID.

    A person's message (A28, A31, A40) needs no PV1; an A08 without PV1 says things of the person only. A hospital
    number is needed always: nobody is found by NHS number alone. Never raises for what a message holds.
    """
    header = message.header
    event = message.segment("EVN")
    told = event.text(1) if event is not None else ""
    code = header.text(9, 2) or told
    if header.text(11) in ("T", "D") and not feed.accepts_training:
        return NoEffect("a training or debugging message")
    if header.text(9, 1) not in ("ADT", ""):
        return NoEffect("not an ADT message")
    trigger = TRIGGERS.get(code)
    if trigger is None:
        return NoEffect("this event is not yet interpreted") if code else Quarantined("no-event", "no event is named")
    groups = _groups(message)
    if not groups:
        return Quarantined("no-patient", "there is no PID segment")
    facts: list[Fact] = []
    for number, group in enumerate(groups if trigger is Trigger.MERGE else groups[:1], 1):
        fact = _Reader(message, feed, kept, trigger).fact(group, number)
        if isinstance(fact, Quarantined):
            return fact
        differs = told not in ("", code)
        facts.append(replace(fact, flags=(*fact.flags, Flag.TRIGGER_DIFFERS)) if differs else fact)
    return tuple(facts)


@dataclass(frozen=True, slots=True)
class _Group:
    pid: Segment
    merges: tuple[Segment, ...]


def _groups(message: Message) -> list[_Group]:
    """Each PID with the MRG segments that follow it."""
    groups: list[_Group] = []
    for segment in message.all_segments():
        if segment.name == "PID":
            groups.append(_Group(segment, ()))
        elif segment.name == "MRG" and groups:
            groups[-1] = replace(groups[-1], merges=(*groups[-1].merges, segment))
    return groups


class _Reader:
    def __init__(self, message: Message, feed: Feed, kept: Kept, trigger: Trigger) -> None:
        self.message = message
        self.feed = feed
        self.kept = kept
        self.trigger = trigger
        self.times = Times(message.header, kept.received)

    def fact(self, group: _Group, number: int) -> Fact | Quarantined:
        """The fact of the PID and the MRG segments that follow it."""
        numbers = hospital_numbers(group.pid, 3, self.feed)
        if not numbers:
            return Quarantined("no-hospital-number", "PID-3 has no hospital number")
        retired = tuple(key for merge in group.merges for key in hospital_numbers(merge, 1, self.feed))
        if self.trigger is Trigger.MERGE and not retired:
            return Quarantined("no-retired-number", "the merge names no hospital number to retire")
        pv1 = self.message.segment("PV1")
        trigger = self.trigger
        if pv1 is None and trigger not in PERSON_ONLY:
            if trigger is not Trigger.UPDATE:
                return Quarantined("no-visit", "there is no PV1 segment")
            trigger = Trigger.UPDATE_PERSON
        fact = self._of_person(trigger, group.pid, numbers, number)
        if trigger is Trigger.MERGE:
            return replace(fact, retired=retired, flags=tuple(sorted(self.times.flags)))
        if pv1 is not None and trigger not in PERSON_ONLY:
            fact = self._of_stay(fact, pv1, group.merges)
        return replace(fact, flags=tuple(sorted({*fact.flags, *self.times.flags})))

    def _of_person(self, trigger: Trigger, pid: Segment, numbers: list[PersonKey], number: int) -> Fact:
        event = self.message.segment("EVN")
        sent = self.times.sent
        recorded = self.times.read(event, 2) or sent or When(self.kept.received)
        happened = self.times.read(event, 6)
        more = f".{number}" if number > 1 else ""
        control_id = self.message.header.text(10)
        return Fact(
            fact_id=FactId(self.kept.message_id + more),
            message_id=self.kept.message_id,
            trigger=trigger,
            feed=self.feed.name,
            control_id=control_id,
            sha256=self.kept.sha256 + more,
            received=self.kept.received,
            recorded=recorded.at,
            occurred=happened or recorded,
            patient=numbers[0],
            message_time=None if sent is None else sent.at,
            control_number=control_number(control_id, self.feed),
            event_time=happened,
            also_known_as=tuple(numbers[1:]),
            moves_by_update=self.feed.moves_by_update,
            person=person_said(pid),
        )

    def _of_stay(self, fact: Fact, pv1: Segment, merges: tuple[Segment, ...]) -> Fact:
        feed, scope = self.feed, fact.patient if self.feed.visits_within_person else None
        admit, ended = self.times.read(pv1, 44), self.times.read(pv1, 45, last=True)
        told_class = patient_class(pv1.text(2), feed)
        pid = self.message.segment("PID")
        prior = stay_key(merges[0], 5, feed, scope) if merges else None
        details = stay_said(pv1, self.message.segment("PV2"))
        if fact.trigger is not Trigger.DISCHARGE:
            details = _undischarged(details)
        return replace(
            fact,
            occurred=occurred(fact.trigger, fact.event_time, admit, ended, fact.occurred),
            admit_time=admit,
            discharge_time=ended,
            visit=stay_key(pv1, 19, feed, scope),
            prior_visit=prior,
            account=None if pid is None else stay_key(pid, 18, feed, scope),
            preadmit=stay_key(pv1, 5, feed),
            patient_class=told_class,
            location=location(pv1, 3),
            prior_location=location(pv1, 6),
            stay=details,
            flags=(Flag.CLASS_UNKNOWN,) if told_class is PatientClass.UNKNOWN else (),
        )


def _undischarged(details: StaySaid) -> StaySaid:
    """Empties what a message that is no discharge erases of one: the standing discharge alone decides."""
    kept = replace(details)
    if kept.discharge_method == "":
        kept = replace(kept, discharge_method=None)
    if kept.discharge_destination == "":
        kept = replace(kept, discharge_destination=None)
    return kept
