"""The times of a message that may not say them: when it arrived never stands in for when it was told, or happened."""

from typing import Final

from services.admissions.adt.codes import PERSON_ONLY
from services.admissions.adt.times import Times
from services.admissions.model import IDENTITY, NOT_TOLD, Fact, Flag, Quarantined, Trigger, When
from shared.hl7.forms import Said

_PLANNING: Final = frozenset(
    {Trigger.PREADMIT, Trigger.PENDING_ADMIT, Trigger.CANCEL_PREADMIT, Trigger.CANCEL_PENDING_ADMIT}
)
"""What may name its stay by its pre-admit number."""
_NO_PLACE: Final = Quarantined(
    "no-time-and-no-visit",
    "nothing says when (EVN-2, EVN-6, MSH-7, PV1-44), and no visit number (PV1-19) says in which stay",
)


def recorded(told: Said, times: Times) -> When:
    """When a message was recorded: EVN-2 (`told`), else MSH-7; flagged where neither is a time to go by.

    Where EVN-2 is coarser than MSH-7, and MSH-7 lies within it, it is MSH-7.
    """
    read = times.read(told)
    known = times.finer(read, times.sent) if read else times.sent
    if known is None:
        times.flags.add(Flag.TIME_NOT_TOLD)
    return known or NOT_TOLD


def with_a_place(fact: Fact) -> Fact | Quarantined:
    """The fact, unless it is about a stay, and neither a time nor a number says about which."""
    if fact.occurred.is_told or fact.admit_time or fact.visit or fact.account:
        return fact
    if fact.trigger in PERSON_ONLY or fact.trigger in IDENTITY:
        return fact
    return fact if fact.preadmit and fact.trigger in _PLANNING else _NO_PLACE
