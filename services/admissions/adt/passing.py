"""What only a few events say, of things that pass: read where they are told, and not of every message."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from services.admissions.adt.segments import location
from services.admissions.adt.times import Times
from services.admissions.model import Fact, Location, Precision, Trigger, When
from shared.hl7.message import Message

_EXPECTED: Final = ("PV2", 9)
_PLACES: Final = {
    Trigger.DEPART: (11, 42),
    Trigger.ARRIVE: (11,),
    Trigger.PENDING_TRANSFER: (42,),
    Trigger.CANCEL_PENDING_TRANSFER: (42,),
}
"""The PV1 fields that say where, the first that says anything counts: temporary location, pending location."""

_TIMES: Final = {
    Trigger.PENDING_TRANSFER: (("EVN", 3),),
    Trigger.PENDING_DISCHARGE: (("EVN", 3), _EXPECTED),
    Trigger.LEAVE: (("PV2", 47), ("EVN", 3)),
}
"""The fields that say when: planned event, expected discharge, expected return from leave."""

SAYS_MORE: Final = frozenset((*_PLACES, *_TIMES))


def with_more(fact: Fact, message: Message, times: Times) -> Fact:
    """The fact with what its event says beyond what every message is read for."""
    planned = _planned(message, times, _TIMES.get(fact.trigger, ()))
    if planned is not None and fact.trigger is Trigger.LEAVE and planned.at <= fact.occurred.at:
        planned = None
    fact = replace(fact, other_location=_place(message, _PLACES.get(fact.trigger, ())), planned=planned)
    if fact.trigger is Trigger.PENDING_DISCHARGE and fact.stay.expected_discharge_on is None:
        day = _day(message, times)
        fact = replace(fact, stay=replace(fact.stay, expected_discharge_on=day))
    if times.flags:
        fact = replace(fact, flags=tuple(sorted({*fact.flags, *times.flags})))
    return fact


def _place(message: Message, fields: Sequence[int]) -> Location | None:
    visit = message.segment("PV1")
    if visit is None:
        return None
    for field in fields:
        place = location(
            visit.component_text(field, 1),
            visit.component(field, 2) or "",
            visit.component(field, 3) or "",
            visit.component(field, 4) or "",
        )
        if place is not None:
            return place
    return None


def _planned(message: Message, times: Times, fields: Sequence[tuple[str, int]]) -> When | None:
    for name, field in fields:
        segment = message.segment(name)
        when = times.read(segment.component(field, 1) or "") if segment else None
        if when is not None and (when.precision > Precision.DAY or (name, field) != _EXPECTED):
            return when
    return None


def _day(message: Message, times: Times) -> str | None:
    """The local date of a planned discharge (EVN-3), where PV2-9 gives none."""
    event = message.segment("EVN")
    read = times.told(event.component(3, 1) or "") if event else None
    return read.day.isoformat() if read is not None and read.day is not None else None
