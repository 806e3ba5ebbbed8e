"""The named co-ordinator says that they cannot take a case: somebody else is chosen, or a lead decides.

Whoever declined stays named until somebody else is: a case is held at every instant. The rule does not choose them
again for this person on this stay; a lead may.
"""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from services.discharge.model.cases import By, CaseFile, Note
from services.discharge.model.offers import Decline
from shared.words import named_moment


def declined(file: CaseFile, reason: str, by: By) -> CaseFile:
    """`file`, declined by `by`, who holds it."""
    held = file.holding
    if held is None or held.coordinator_id != by.id:
        raise ValueError("only who holds a case declines it")
    person = file.encounter.person.person_id
    name = held.coordinator_name or by.name
    number = len(file.declines) + 1
    new = Decline(number, file.encounter_id, person, held.number, by.id, name, by.at, reason)
    note = Note("person", by.at, by.at, f"{name} declined the case: {reason}", by.name)
    return replace(file, declines=(*file.declines, new), notes=(*file.notes, note))


def decliners(file: CaseFile) -> Mapping[str, Decline]:
    """Who declined the case as it is about this person, by staff id; each with the last time."""
    person = file.encounter.person.person_id
    return {one.staff_id: one for one in file.declines if one.person_id == person}


def told(file: CaseFile) -> tuple[str, ...]:
    """Who is not asked again, as steps of a choice: in the order they declined. Why they did is not said here."""
    return tuple(f"{one.staff_name} declined on {named_moment(one.at)}." for one in decliners(file).values())


def left_to_a_lead(file: CaseFile, reason: str, at: datetime) -> CaseFile:
    """`file`, just declined, when nobody else can be named (for `reason`): who declined stays until a lead decides."""
    last = file.undecided
    if last is None or last.at != at:
        return file
    words = f"Nobody else can be named. {reason} {last.staff_name} stays named until a lead decides"
    return replace(file, notes=(*file.notes, Note("homeward", at, at, words)))
