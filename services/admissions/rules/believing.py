"""What people do not believe: messages about identity that were set aside count as if they had never come.

A message is known by its bytes, so that a repeat of one that was set aside is set aside too, at whatever door it came.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from services.admissions.model import IDENTITY, Fact, PersonKey, Rivals

_NOBODY: frozenset[PersonKey] = frozenset()
_Key = TypeVar("_Key")


def message_of(fact: Fact) -> str:
    """The SHA-256 of the message that told `fact`; the second fact of a message bears it with a mark of its own."""
    return fact.sha256.partition(".")[0]


def may_be_set_aside(facts: Iterable[Fact]) -> bool:
    """Whether the facts of a message say who or what is another: only then is it for a person to believe or not."""
    return any(fact.trigger in IDENTITY for fact in facts)


def identity_messages(facts: Iterable[Fact]) -> set[str]:
    """The messages (SHA-256) among `facts` that may have been set aside."""
    return {message_of(fact) for fact in facts if fact.trigger in IDENTITY}


def believed(facts: Sequence[Fact], set_aside: Collection[str]) -> Sequence[Fact]:
    """Those of `facts` that were not told by a message in `set_aside` (SHA-256)."""
    if not set_aside:
        return facts
    return [fact for fact in facts if message_of(fact) not in set_aside]


def claimants(rivals: Rivals) -> set[PersonKey]:
    """Everybody who claims something."""
    return {key for several in (*rivals.visits.values(), *rivals.nhs_numbers.values()) for key in several}


def both(one: Rivals, other: Rivals) -> Rivals:
    """Who claims what, by either."""
    return Rivals(_either(one.visits, other.visits), _either(one.nhs_numbers, other.nhs_numbers))


def beyond(one: Rivals, other: Rivals) -> Rivals:
    """Who claims what by `one` and not by `other`."""
    return Rivals(_less(one.visits, other.visits), _less(one.nhs_numbers, other.nhs_numbers))


def _either(
    one: Mapping[_Key, frozenset[PersonKey]], other: Mapping[_Key, frozenset[PersonKey]]
) -> dict[_Key, frozenset[PersonKey]]:
    found = dict(one)
    for key, persons in other.items():
        found[key] = persons | found[key] if key in found else persons
    return found


def _less(
    one: Mapping[_Key, frozenset[PersonKey]], other: Mapping[_Key, frozenset[PersonKey]]
) -> dict[_Key, frozenset[PersonKey]]:
    return {key: left for key, persons in one.items() if (left := persons - other.get(key, _NOBODY))}
