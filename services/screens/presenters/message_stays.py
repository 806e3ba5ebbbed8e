"""The hospital stays a message is part of: what each is now, and what is odd about it, without the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.screens.presenters import oddities, words
from shared.contracts.api.admissions import MessageDetail, MessageSummary, StayOfMessage


@dataclass(frozen=True, slots=True)
class StayLine:
    """A stay and what is known of it; nothing where an admissions of an older version tells only its reference."""

    reference: str
    facts: tuple[tuple[str, str], ...]


def lines(found: MessageDetail) -> tuple[StayLine, ...]:
    """The stays, in the order of the message."""
    told = {stay.encounter_id: stay for stay in found.stays}
    return tuple(StayLine(one, _facts(told.get(one))) for one in found.summary.encounter_ids)


def _facts(stay: StayOfMessage | None) -> tuple[tuple[str, str], ...]:
    if stay is None:
        return ()
    now = f"{stay.status}, {stay.patient_class}".replace("_", " ")
    where = ", ".join((stay.ward_code or "Not told", *((f"bed {stay.bed}",) if stay.bed else ())))
    left = (("Discharged", words.full_moment(stay.discharged_at)),) if stay.discharged_at else ()
    return (
        ("Now", words.sentence(now)),
        ("Ward code", where),
        ("Admitted", words.full_moment(stay.admitted_at) if stay.admitted_at else "Not told"),
        *left,
        ("What is odd about it", oddities.told(stay.flags) or "Nothing"),
    )


def odd(stays: Sequence[StayOfMessage]) -> str:
    """That something is odd about stays of a message, in a sentence; empty where nothing is."""
    number = sum(bool(oddities.in_brief(stay.flags)) for stay in stays)
    if not number:
        return ""
    return "Something is odd about that stay." if len(stays) == 1 else f"Something is odd about {number} of them."


def odd_in_list(message: MessageSummary, odd_stays: Mapping[str, Sequence[str]]) -> str:
    """That something is odd about a stay of a message in a list; empty where nothing is."""
    several = [one for one in message.encounter_ids if oddities.in_brief(odd_stays.get(one, ()))]
    return (
        f"Something is odd about its hospital stay{'' if len(message.encounter_ids) == 1 else 's'}" if several else ""
    )


def odd_in_message(found: MessageDetail) -> str:
    """What was odd in the message itself; of one that was not odd, whether its stays are."""
    own = oddities.told(found.summary.flags)
    if own or not any(stay.flags for stay in found.stays):
        return own or "Nothing"
    return f"Nothing in the message itself, but see its hospital stay{'' if len(found.stays) == 1 else 's'}"
