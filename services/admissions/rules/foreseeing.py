"""What a decision about identity would change: the persons and the stays, as they are and as they would be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from msgspec.structs import replace

from services.admissions.model import Encounter, EncounterStatus, Interpretation, Person, PersonKey
from shared.contracts.api.identity import PersonForeseen, StayBecomes, StayForeseen

OPEN = frozenset({EncounterStatus.PLANNED, EncounterStatus.ADMITTED, EncounterStatus.ON_LEAVE})


@dataclass(frozen=True, slots=True)
class Foreseen:
    """All that would change."""

    stays: tuple[StayForeseen, ...] = ()
    persons: tuple[PersonForeseen, ...] = ()


class Stands(NamedTuple):
    """How a stay stands, and under which hospital number."""

    status: EncounterStatus
    mrn: PersonKey


def foreseen(before: Sequence[Interpretation], after: Sequence[Interpretation]) -> Foreseen:
    """What differs between two interpretations of the same files, in order of id; what is new comes last."""
    return Foreseen(_stays(before, after), _persons(before, after))


def _stays(before: Sequence[Interpretation], after: Sequence[Interpretation]) -> tuple[StayForeseen, ...]:
    now = {one.encounter_id: one for file in before for one in file.encounters}
    then = {one.encounter_id: one for file in after for one in file.encounters}
    found: list[StayForeseen] = []
    for encounter_id in (*sorted(now), *sorted(then.keys() - now.keys())):
        old, new = now.get(encounter_id), then.get(encounter_id)
        differs = old is None or new is None or _shown(old) != _shown(new)
        kind = becomes(_stands(old), _stands(new), differs=differs)
        if kind is not None:
            known = encounter_id if old else None
            open_now, open_then = _open(old), _open(new)
            found.append(StayForeseen(encounter_id=known, becomes=kind, is_open=open_now, would_be_open=open_then))
    return tuple(found)


def becomes(old: Stands | None, new: Stands | None, *, differs: bool) -> StayBecomes | None:
    """What becomes of a stay; None: nothing that anybody sees. `differs`: its details do."""
    if old is None:
        return None if new is None or new.status is EncounterStatus.DELETED else StayBecomes.NEW
    if new is None:
        return None if old.status is EncounterStatus.DELETED else StayBecomes.WITHDRAWN
    if old.status is not new.status:
        if EncounterStatus.MERGED_AWAY in (old.status, new.status):
            return StayBecomes.JOINED if new.status is EncounterStatus.MERGED_AWAY else StayBecomes.PARTED
        if EncounterStatus.DELETED in (old.status, new.status):
            return StayBecomes.WITHDRAWN if new.status is EncounterStatus.DELETED else StayBecomes.BACK
    if old.mrn != new.mrn:
        return StayBecomes.OF_ANOTHER
    return StayBecomes.CHANGED if differs else None


def _stands(one: Encounter | None) -> Stands | None:
    return None if one is None else Stands(one.status, one.person.mrn)


def _shown(one: Encounter) -> Encounter:
    """What people see of a stay."""
    return replace(one, person=replace(one.person, keys=frozenset()), fact_ids=(), look_again_at=None)


def _open(one: Encounter | None) -> bool:
    return one is not None and one.status in OPEN


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
