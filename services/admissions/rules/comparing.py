"""What reading messages again changes, said detail by detail, and summed up in words."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Final, cast

from msgspec import Struct

from services.admissions.model import PersonKey, Place, State, Stop
from services.admissions.rules.foreseeing import OPEN, Stands, becomes
from shared.contracts.api.admissions import MessageSummary
from shared.contracts.api.identity import StayBecomes
from shared.contracts.api.replays import FieldForeseen, MessageForeseen, StayCount, StayReplayed

NEW: Final = "new"
"""Stands for an id that there is not yet."""
_NOT_SAID: Final = frozenset({"encounter_id", "trust", "version", "learned_at"})
_IDENTIFYING: Final = frozenset({"consultant"})
_OPAQUE: Final = frozenset({"person.person_id", "person.mrn_issuer", "person.nhs_number_valid"})
_OF_THE_PERSON: Final = "person."
_STAYS: Final[dict[StayBecomes, tuple[str, str]]] = {
    StayBecomes.NEW: ("appears", "appear"),
    StayBecomes.OF_ANOTHER: ("goes to another hospital number", "go to another hospital number"),
    StayBecomes.PARTED: ("is a stay of its own again", "are stays of their own again"),
    StayBecomes.JOINED: ("becomes part of another", "become part of another"),
    StayBecomes.WITHDRAWN: ("is withdrawn", "are withdrawn"),
    StayBecomes.BACK: ("comes back", "come back"),
    StayBecomes.CHANGED: ("changes", "change"),
}


def stays(changed: Iterable[tuple[State | None, State]], made: Collection[str]) -> tuple[StayReplayed, ...]:
    """Every stay that changed, as it was and as it is, in order of id; those there were not (`made`) last."""
    found = [_stay(before, now, made) for before, now in changed]
    return tuple(sorted(found, key=lambda one: (one.encounter_id is None, one.encounter_id or one.model_dump_json())))


def message(before: MessageSummary, now: MessageSummary, made: Collection[str]) -> MessageForeseen | None:
    """What else is said of a message; None: nothing."""
    said = [
        ("reason", before.reason, now.reason),
        ("flags", _listed(before.flags), _listed(now.flags)),
        ("encounter_ids", _listed(before.encounter_ids), _listed(_ids(now.encounter_ids, made))),
    ]
    changes = tuple(FieldForeseen(name=name, was=was, would_be=then) for name, was, then in said if was != then)
    if before.outcome is now.outcome and not changes:
        return None
    return MessageForeseen(
        message_id=now.message_id,
        feed=now.feed,
        control_id=now.control_id,
        trigger=now.trigger,
        received_at=now.received_at,
        was=before.outcome,
        would_be=now.outcome,
        changes=changes,
    )


def counts(found: Sequence[StayReplayed]) -> tuple[StayCount, ...]:
    """How many stays come to the same, those of one kind together."""
    counted = Counter(one.becomes for one in found)
    return tuple(StayCount(becomes=kind, stays=counted[kind]) for kind in StayBecomes if counted[kind])


def in_words(messages: int, changed: int, counted: Sequence[StayCount]) -> str:
    """The sum of it in one sentence; it fits what would be and what was done."""
    said = [f"{_number(changed, 'message')} {'has' if changed == 1 else 'have'} another result"] if changed else []
    said += [f"{_number(one.stays, 'stay')} {_STAYS[one.becomes][one.stays != 1]}" for one in counted]
    return f"{_number(messages, 'message')} read: {', '.join(said) if said else 'nothing changes'}" + (
        ", nothing else." if said else "."
    )


def masked(found: Sequence[StayReplayed], mask: Callable[[str], str]) -> tuple[StayReplayed, ...]:
    """The same stays with every detail that tells of a person, or names a clinician, masked."""
    return tuple(
        one.model_copy(update={"changes": tuple(_masked(field, mask) for field in one.changes)}) for one in found
    )


def _masked(field: FieldForeseen, mask: Callable[[str], str]) -> FieldForeseen:
    shown = not field.name.startswith(_OF_THE_PERSON) or field.name in _OPAQUE
    if shown and field.name not in _IDENTIFYING:
        return field
    was, would_be = (None if value is None else mask(value) for value in (field.was, field.would_be))
    return FieldForeseen(name=field.name, was=was, would_be=would_be)


def _stay(before: State | None, now: State, made: Collection[str]) -> StayReplayed:
    was, then = (_details(one, made) if one is not None else {} for one in (before, now))
    names = [*then, *(name for name in was if name not in then)]
    changes = tuple(
        FieldForeseen(name=name, was=was.get(name), would_be=then.get(name))
        for name in names
        if was.get(name) != then.get(name)
    )
    kind = becomes(None if before is None else _stands(before), _stands(now), differs=True)
    return StayReplayed(
        encounter_id=None if before is None and now.encounter_id in made else now.encounter_id,
        becomes=kind or (StayBecomes.NEW if before is None else StayBecomes.CHANGED),
        is_open=before is not None and before.status in OPEN,
        would_be_open=now.status in OPEN,
        changes=changes,
    )


def _stands(one: State) -> Stands:
    return Stands(one.status, PersonKey(one.person.mrn_issuer or "", one.person.mrn or ""))


def _details(state: State, made: Collection[str]) -> dict[str, str | None]:
    """Every detail that is published of a stay, by its name, as text."""
    found: dict[str, str | None] = {}
    for name in state.__struct_fields__:
        if name not in _NOT_SAID:
            _add(found, name, getattr(state, name), made)
    return found


def _add(found: dict[str, str | None], name: str, value: object, made: Collection[str]) -> None:
    if isinstance(value, Struct):
        for inner in value.__struct_fields__:
            _add(found, f"{name}.{inner}", getattr(value, inner), made)
    elif isinstance(value, str) and value in made:
        found[name] = NEW
    else:
        found[name] = _text(value)


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return _moment(value)
    if isinstance(value, tuple):
        return _listed([_stop(one) if isinstance(one, Stop) else str(one) for one in cast("tuple[object, ...]", value)])
    return str(value)


def _stop(one: Stop) -> str:
    inferred = " (inferred)" if one.inferred else ""
    return f"{_place(one.location)} since {_moment(one.since)}{inferred}"


def _place(one: Place) -> str:
    return " ".join(part for part in (one.site, one.ward_code, one.bay, one.bed) if part) or "nowhere"


def _moment(value: date) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _listed(several: Sequence[str]) -> str | None:
    return ", ".join(several) or None


def _ids(several: Sequence[str], made: Collection[str]) -> list[str]:
    return [*(one for one in several if one not in made), *(NEW for one in several if one in made)]


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
