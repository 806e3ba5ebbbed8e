"""What is so for a while, in a stay that stands: leave, being elsewhere without losing the bed, what is to come."""

from collections.abc import Sequence
from datetime import datetime

from services.admissions.model import Circumstances, Fact, Location, Trigger

NOTHING_PASSING = Circumstances()
_LEAVES = frozenset({Trigger.LEAVE, Trigger.RETURN, Trigger.CANCEL_RETURN})
_TRACKS = frozenset({Trigger.DEPART, Trigger.ARRIVE})
_TO_COME = frozenset({Trigger.PENDING_TRANSFER, Trigger.PENDING_DISCHARGE})
_PASSING = _LEAVES | _TRACKS | _TO_COME


def passing(standing: Sequence[Fact], at: datetime) -> Circumstances:
    """What the standing facts of a stay (told order) say is so at `at` (aware UTC), or is to come.

    Leave and tracking stand on the line of time, and have no place there if nobody said when; a plan is the one told
    last, until it is carried out.
    """
    if _PASSING.isdisjoint([fact.trigger for fact in standing]):
        return NOTHING_PASSING
    in_time = sorted([fact for fact in standing if fact.occurred.is_told], key=lambda fact: fact.occurred.at)
    until_now = [fact for fact in in_time if fact.occurred.at <= at]
    ahead = [fact.occurred.at for fact in in_time if fact.occurred.at > at and fact.trigger in _LEAVES | _TRACKS]
    leave = _leave(until_now)
    place, in_transit = _elsewhere(until_now)
    move = _planned(standing, Trigger.PENDING_TRANSFER, Trigger.TRANSFER)
    discharge = _planned(standing, Trigger.PENDING_DISCHARGE, Trigger.DISCHARGE)
    return Circumstances(
        on_leave_since=None if leave is None else leave.occurred.at,
        return_expected_at=_planned_for(leave),
        temporary_location=place,
        in_transit=in_transit,
        going_to=None if move is None else move.other_location,
        going_to_at=_planned_for(move),
        discharge_pending=discharge is not None,
        discharge_pending_at=_planned_for(discharge),
        look_again_at=min(ahead, default=None),
    )


def _leave(until_now: Sequence[Fact]) -> Fact | None:
    """The leave somebody is on. A cancelled return means leave, even where nobody told when it began."""
    leave: Fact | None = None
    for fact in until_now:
        if fact.trigger is Trigger.LEAVE or (fact.trigger is Trigger.CANCEL_RETURN and leave is None):
            leave = fact
        elif fact.trigger is Trigger.RETURN:
            leave = None
    return leave


def _elsewhere(until_now: Sequence[Fact]) -> tuple[Location | None, bool]:
    """Where the person is without losing the bed, and whether only on the way there; a real move ends it."""
    place: Location | None = None
    in_transit = False
    for fact in until_now:
        if fact.trigger in _TRACKS:
            place, in_transit = fact.other_location, fact.trigger is Trigger.DEPART
        elif fact.trigger is Trigger.TRANSFER:
            place, in_transit = None, False
    return place, in_transit


def _planned(standing: Sequence[Fact], plan: Trigger, done: Trigger) -> Fact | None:
    """The plan told last, unless it has been carried out: told later, and not earlier than the plan was made."""
    for number in range(len(standing) - 1, -1, -1):
        fact = standing[number]
        if fact.trigger is plan:
            later = (one for one in standing[number + 1 :] if one.trigger is done)
            return None if any(one.occurred.at >= fact.occurred.at for one in later) else fact
    return None


def _planned_for(fact: Fact | None) -> datetime | None:
    return None if fact is None or fact.planned is None else fact.planned.at
