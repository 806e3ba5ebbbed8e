"""Movements by their id (ZBE-1): which tellings are of one."""

from collections.abc import Sequence

from services.admissions.model import OF_AUTHORITY, OF_SENDER, Fact
from services.admissions.rules.claims import ABOUT_STAYS, CANCELS


def movements_named(fact: Fact) -> tuple[tuple[str, str], ...]:
    """The movements a fact about a stay names, each with the feed its id means something within.

    That is "" where the id's authority, or its sender, stands in it.
    """
    if fact.trigger not in ABOUT_STAYS:
        return ()
    return tuple(("" if OF_AUTHORITY in one or OF_SENDER in one else fact.feed, one) for one in fact.movements)


def last_of_movement(tellings: Sequence[Fact]) -> Fact | None:
    """The last telling; none where it was cancelled and then told again: nobody knows of which a cancel speaks."""
    last = tellings[-1]
    return None if last.trigger not in CANCELS and any(one.trigger in CANCELS for one in tellings) else last
