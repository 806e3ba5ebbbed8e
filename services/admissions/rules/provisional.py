"""Whether a name only stands for somebody whose name nobody knows yet.

Whoever comes in unconscious is registered under a hospital number of their own and a name such as "UNKNOWN MALE 3" or
"MAJAX BRAVO". They are known by that number alone until a name replaces it or the number is merged.
"""

import re
from collections.abc import Iterable
from typing import Final

from services.admissions.model import PersonSaid

_UNKNOWN: Final = frozenset({"UNKNOWN", "UNIDENTIFIED", "UNNAMED"})
_WHO: Final = frozenset(
    {"ADULT", "BABY", "BOY", "CHILD", "F", "FEMALE", "GIRL", "M", "MALE", "MAN", "PATIENT", "PERSON", "WOMAN"}
)
_ALIASES: Final = frozenset({"MAJAX"})
"""Words that begin the aliases given out in a major incident."""
_NUMBERED: Final = re.compile(r"\d+|[A-Z]")
_WORDS: Final = re.compile(r"[^\W_]+")


def stands_for_somebody(family: str | None, given: str | None) -> bool:
    """Whether a name is an alias of a major incident, or says nothing but that it is unknown, of whom, and a number.

    "Unknown Smith" is the name of a Smith.
    """
    told = [_WORDS.findall(part.upper()) for part in (family, given) if part]
    if any(words and words[0] in _ALIASES for words in told):
        return True
    words = [word for part in told for word in part]
    if _UNKNOWN.isdisjoint(words):
        return False
    return all(word in _UNKNOWN or word in _WHO or _NUMBERED.fullmatch(word) for word in words)


def is_provisional(said: PersonSaid) -> bool:
    """Whether one message says that nobody knows who the person is."""
    return said.identity_unknown == "Y" or stands_for_somebody(said.family, said.given)


def still_provisional(told: Iterable[PersonSaid]) -> bool:
    """Whether, after all that was told (told order), nobody knows who the person is; another name ends it."""
    family: str | None = None
    given: str | None = None
    is_marked = False
    for said in told:
        now = family if said.family is None else said.family, given if said.given is None else said.given
        if now != (family, given):
            (family, given), is_marked = now, False
        if said.identity_unknown is not None:
            is_marked = said.identity_unknown == "Y"
    return is_marked or stands_for_somebody(family, given)
