"""ZBE (IHE Patient Administration Management): a movement has an id, by which it is corrected and cancelled."""

from typing import Final

from msgspec.structs import replace

from services.admissions.adt.times import Times
from services.admissions.model import NOTHING_SAID_OF_A_STAY, OF_AUTHORITY, OF_SENDER, Fact, Trigger
from shared.hl7.message import Repetition, Segment

_UPDATE_OF_A_MOVEMENT: Final = "Z99"
_CANCEL: Final = "CANCEL"
_HISTORIC: Final = "Y"
_CANCELLED_BY: Final = {
    "A01": "A11",
    "A02": "A12",
    "A03": "A13",
    "A04": "A11",
    "A05": "A38",
    "A06": "A11",
    "A09": "A33",
    "A10": "A32",
    "A14": "A27",
    "A15": "A26",
    "A16": "A25",
    "A21": "A52",
    "A22": "A53",
    "A54": "A55",
}
_NO_MOVEMENTS: Final = frozenset({Trigger.UPDATE, Trigger.UPDATE_PERSON, Trigger.ADD_PERSON, Trigger.DELETE_VISIT})
"""Events that may carry the id of the movement they find somebody in, and tell none."""


def event_of(code: str, movement: Segment) -> str:
    """The event that a message with a ZBE tells: a Z99 tells that of ZBE-6, and to cancel it is the event that does.

    "" for a Z99 that does not say which.
    """
    told = movement.text(6).strip().upper() if code == _UPDATE_OF_A_MOVEMENT else code
    return _CANCELLED_BY.get(told, told) if movement.text(4).strip().upper() == _CANCEL else told


def with_movement(fact: Fact, movement: Segment, header: Segment, times: Times) -> Fact:
    """The fact with its movement's ids (ZBE-1), of the sender that `header` names, and when it began (ZBE-2).

    A historic one (ZBE-5) tells where somebody was, and nothing of the stay as it is now.
    """
    if fact.trigger in _NO_MOVEMENTS:
        return fact
    told = {_known_by(one, header) for one in movement.repetitions(1) if one.text(1)}
    fact = replace(fact, movements=tuple(sorted(told)))
    begun = times.read(movement.component(2, 1) or "")
    if begun is not None and movement.text(4).strip().upper() != _CANCEL:
        fact = replace(fact, event_time=begun, occurred=times.finer(begun, fact.occurred))
    if movement.text(5).strip().upper() == _HISTORIC:
        fact = replace(fact, stay=NOTHING_SAID_OF_A_STAY)
    return replace(fact, flags=tuple(sorted({*fact.flags, *times.flags}))) if times.flags else fact


def _known_by(told: Repetition, header: Segment) -> str:
    """A movement's id with the authority it names (`id^namespace^universal id^type`), else with who sent it.

    Senders that name no authority each count for themselves.
    """
    authority = "^".join(told.text(part).strip() for part in (2, 3, 4)).rstrip("^")
    if authority:
        return f"{told.text(1)}{OF_AUTHORITY}{authority}"
    return OF_SENDER.join((told.text(1), *(_named(header, field) for field in (3, 4))))


def _named(header: Segment, field: int) -> str:
    return header.component_text(field, 1).strip() or header.component_text(field, 2).strip()
