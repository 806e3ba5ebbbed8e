"""Whether what a message says of a person's birth and death can be true. Nothing is mended: it is flagged."""

from datetime import date, datetime
from functools import lru_cache

from services.admissions.model import Flag, PersonSaid
from shared.hl7.instants import read_instant
from shared.london import LONDON

OLDEST_YEARS = 120
_NOTHING: frozenset[Flag] = frozenset()


def odd_life(said: PersonSaid, received: date) -> frozenset[Flag]:
    """What is odd about the birth and the death told in a message received on that day (UTC)."""
    return _odd(said.born, said.deceased_at, received) if said.born or said.deceased_at else _NOTHING


@lru_cache(4_000)
def _odd(born: str | None, died: str | None, received: date) -> frozenset[Flag]:
    birth, death = _birth(born), _death(died)
    if birth is None:
        return _NOTHING
    flags: set[Flag] = set()
    # Somebody born just now in England may be told of before UTC knows the day.
    if birth.year < received.year - OLDEST_YEARS or (birth - received).days > 1:
        flags.add(Flag.BIRTH_IMPLAUSIBLE)
    if death is not None and death < birth:
        flags.add(Flag.DEATH_BEFORE_BIRTH)
    return frozenset(flags)


def _birth(text: str | None) -> date | None:
    told = read_instant(text.replace("-", "")[:8]) if text else None
    return None if told is None else told.day


def _death(text: str | None) -> date | None:
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    if at is None:
        return None
    return at.date() if at.tzinfo is None else at.astimezone(LONDON).date()
