"""What a decision about identity would change: the persons and the stays, as they are and as they would be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from services.admissions.model import Encounter, EncounterStatus, Interpretation, Person
from shared.contracts.api.identity import PersonForeseen, StayBecomes, StayForeseen

_OPEN = frozenset({EncounterStatus.PLANNED, EncounterStatus.ADMITTED, EncounterStatus.ON_LEAVE})


@dataclass(frozen=True, slots=True)
class Foreseen:
    """All that would change."""

    stays: tuple[StayForeseen, ...] = ()
    persons: tuple[PersonForeseen, ...] = ()


def foreseen(before: Sequence[Interpretation], after: Sequence[Interpretation]) -> Foreseen:
    """What differs between two interpretations of the same files, in order of id; what is new comes last."""
    return Foreseen(_stays(before, after), _persons(before, after))


def _stays(before: Sequence[Interpretation], after: Sequence[Interpretation]) -> tuple[StayForeseen, ...]:
    now = {one.encounter_id: one for file in before for one in file.encounters}
    then = {one.encounter_id: one for file in after for one in file.encounters}
    found: list[StayForeseen] = []
    for encounter_id in (*sorted(now), *sorted(then.keys() - now.keys())):
        old, new = now.get(encounter_id), then.get(encounter_id)
        becomes = _becomes(old, new)
        if becomes is not None:
            known = encounter_id if old else None
            open_now, open_then = _open(old), _open(new)
            found.append(StayForeseen(encounter_id=known, becomes=becomes, is_open=open_now, would_be_open=open_then))
    return tuple(found)


def _becomes(old: Encounter | None, new: Encounter | None) -> StayBecomes | None:
    if old is None:
        return None if new is None or new.status is EncounterStatus.DELETED else StayBecomes.NEW
    if new is None:
        return None if old.status is EncounterStatus.DELETED else StayBecomes.WITHDRAWN
    if old.status is not new.status:
        if EncounterStatus.MERGED_AWAY in (old.status, new.status):
            return StayBecomes.JOINED if new.status is EncounterStatus.MERGED_AWAY else StayBecomes.PARTED
        if EncounterStatus.DELETED in (old.status, new.status):
            return StayBecomes.WITHDRAWN if new.status is EncounterStatus.DELETED else StayBecomes.BACK
    if old.person.mrn != new.person.mrn:
        return StayBecomes.OF_ANOTHER
    return StayBecomes.CHANGED if _shown(old) != _shown(new) else None


def _shown(one: Encounter) -> Encounter:
    """What people see of a stay."""
    return replace(one, person=replace(one.person, keys=frozenset()), fact_ids=(), look_again_at=None)


def _open(one: Encounter | None) -> bool:
    return one is not None and one.status in _OPEN


def _persons(before: Sequence[Interpretation], after: Sequence[Interpretation]) -> tuple[PersonForeseen, ...]:
    now, then = _numbers(before), _numbers(after)
    both = (*sorted(now), *sorted(then.keys() - now.keys()))
    changed = [person for person in both if now.get(person) != then.get(person)]
    return tuple(
        PersonForeseen(
            person_id=person if person in now else None,
            numbers=_count(now.get(person)),
            would_have=_count(then.get(person)),
        )
        for person in changed
    )


def _numbers(files: Iterable[Interpretation]) -> dict[str, Person]:
    return {person.person_id: person for file in files for person in file.persons}


def _count(person: Person | None) -> int:
    return 0 if person is None else len(person.keys)
