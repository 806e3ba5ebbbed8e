"""Who speaks last, when two times are the same time, and when two places are the same place."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.admissions.model import Fact, Location, Precision, Trigger, When

_RANK = {
    trigger: rank
    for rank, trigger in enumerate(
        (
            Trigger.DELETE_PERSON,
            Trigger.MERGE,
            Trigger.MOVE_NUMBERS,
            Trigger.MERGE_VISITS,
            Trigger.CHANGE_ACCOUNT,
            Trigger.CHANGE_VISIT,
            Trigger.MOVE_ACCOUNT,
            Trigger.MOVE_VISIT,
            Trigger.LINK,
            Trigger.UNLINK,
            Trigger.ADD_PERSON,
            Trigger.PREADMIT,
            Trigger.PENDING_ADMIT,
            Trigger.REGISTER,
            Trigger.ADMIT,
            Trigger.TO_INPATIENT,
            Trigger.PENDING_TRANSFER,
            Trigger.TRANSFER,
            Trigger.DEPART,
            Trigger.ARRIVE,
            Trigger.LEAVE,
            Trigger.RETURN,
            Trigger.CHANGE_CONSULTANT,
            Trigger.UPDATE_PERSON,
            Trigger.UPDATE,
            Trigger.PENDING_DISCHARGE,
            Trigger.TO_OUTPATIENT,
            Trigger.DISCHARGE,
            Trigger.CANCEL_CONSULTANT,
            Trigger.CANCEL_ARRIVE,
            Trigger.CANCEL_DEPART,
            Trigger.CANCEL_RETURN,
            Trigger.CANCEL_LEAVE,
            Trigger.CANCEL_PENDING_TRANSFER,
            Trigger.CANCEL_PENDING_DISCHARGE,
            Trigger.CANCEL_TRANSFER,
            Trigger.CANCEL_DISCHARGE,
            Trigger.CANCEL_PENDING_ADMIT,
            Trigger.CANCEL_PREADMIT,
            Trigger.CANCEL_ADMIT,
            Trigger.DELETE_VISIT,
        )
    )
}
"""Of what was told in one instant: first what begins something, then what goes on, what ends it, what takes it back."""

ToldKey = tuple[datetime, datetime, int, int, str, str, str]


def told_key(fact: Fact) -> ToldKey:
    """Sorts facts in told order: recorded, MSH-7, control id where it counts up, rank, SHA-256, door. Never arrival.

    The same bytes by two doors may be read in two ways, each as its door is set up.
    """
    return (
        fact.recorded,
        fact.message_time or fact.recorded,
        fact.control_number or 0,
        _RANK[fact.trigger],
        fact.sha256,
        fact.control_id,
        fact.feed,
    )


def in_told_order(facts: Sequence[Fact]) -> list[Fact]:
    """The facts in told order, each message once: a repeat (same feed, control id, content) says nothing new."""
    kept: dict[tuple[str, str, str], Fact] = {}
    for fact in facts:
        message = (fact.feed, fact.control_id, fact.sha256)
        first = kept.setdefault(message, fact)
        if first is not fact and (fact.received, fact.fact_id) < (first.received, first.fact_id):
            kept[message] = fact
    return sorted(kept.values(), key=told_key)


def counted_after(fact: Fact, other: Fact) -> bool:
    """Whether the control ids, where they count up, show that `fact` was sent after `other`."""
    if fact.feed != other.feed or fact.control_number is None or other.control_number is None:
        return False
    return fact.control_number > other.control_number


_UNIT = {
    Precision.DAY: timedelta(days=1),
    Precision.HOUR: timedelta(hours=1),
    Precision.MINUTE: timedelta(minutes=1),
    Precision.SECOND: timedelta(seconds=1),
}


def same_time(one: When, other: When) -> bool:
    """Whether two times agree, compared at the coarser precision of the two.

    A coarse time stands at its beginning, so the finer one agrees when it lies within the unit that begins there.
    """
    coarse, fine = (one, other) if one.precision <= other.precision else (other, one)
    if coarse.precision == fine.precision:
        return coarse.at == fine.at
    unit = _UNIT.get(coarse.precision, timedelta(days=366 if coarse.precision is Precision.YEAR else 31))
    return coarse.at <= fine.at < coarse.at + unit


def begun_by(begin: When, then: When, *, before: bool) -> bool:
    """Whether what began at `begin` had begun by `then`, or strictly `before` it; a coarse time covers its unit."""
    if begin.precision != then.precision and same_time(begin, then):
        return True
    return begin.at < then.at if before else begin.at <= then.at


def _agree(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def same_place(one: Location, other: Location) -> bool:
    """Whether two places agree in all that both of them say."""
    return (
        _agree(one.ward, other.ward)
        and _agree(one.bay, other.bay)
        and _agree(one.bed, other.bed)
        and _agree(one.site, other.site)
    )


def same_ward(one: Location, other: Location) -> bool:
    """Whether two places are on one ward, as far as both say."""
    return _agree(one.ward, other.ward) and _agree(one.site, other.site)
