"""A folded encounter in the published language. Pure."""

import json
from datetime import datetime

from services.admissions.model import Encounter, Location, Person
from shared.contracts import encounters as contract

_NEWS = tuple(name for name in contract.EncounterState.model_fields if name not in ("version", "learned_at"))


def state_of(encounter: Encounter, trust: str, *, version: int, learned_at: datetime) -> contract.EncounterState:
    """What is published of `encounter` as its `version`, learned at `learned_at` (aware)."""
    return contract.EncounterState(
        encounter_id=encounter.encounter_id,
        trust=trust,
        version=version,
        status=encounter.status,
        patient_class=encounter.patient_class,
        inpatient=encounter.inpatient,
        person=_display(encounter.person),
        location=_location(encounter.location),
        movements=tuple(
            contract.Movement(location=_place(one.location), since=one.since, inferred=one.inferred)
            for one in encounter.movements
        ),
        admitted_at=encounter.admitted_at,
        admission_method=encounter.admission_method,
        discharged_at=encounter.discharged_at,
        discharge_method=encounter.discharge_method,
        discharge_destination=encounter.discharge_destination,
        expected_discharge_on=encounter.expected_discharge_on,
        consultant=encounter.consultant,
        specialty=encounter.specialty,
        inferred=encounter.inferred,
        flags=tuple(sorted({flag.value for flag in (*encounter.flags, *encounter.person.flags)})),
        merged_into=encounter.merged_into,
        learned_at=learned_at,
    )


def withdrawn(state: contract.EncounterState, *, learned_at: datetime) -> contract.EncounterState:
    """What is published when no fact speaks of an encounter any more, after `state`; `state` itself if it was said."""
    if state.status is contract.EncounterStatus.DELETED and not state.inpatient:
        return state
    gone = {"status": contract.EncounterStatus.DELETED, "inpatient": False}
    return state.model_copy(update={**gone, "version": version_after(state), "learned_at": learned_at})


def announced(changed: tuple[str, ...], text: str) -> bytes:
    """The body of an event (`Announcement`) about a state that is JSON already."""
    return f'{{"changes":{json.dumps(changed)},"data":{text}}}'.encode()


def version_after(before: contract.EncounterState | None) -> int:
    """The number of the version that comes after `before`."""
    return 1 if before is None else before.version + 1


def changes(before: contract.EncounterState | None, now: contract.EncounterState) -> tuple[str, ...]:
    """The names of what differs, in the shape's order; `new` where there was nothing before."""
    if before is None:
        return ("new",)
    return tuple(name for name in _NEWS if getattr(before, name) != getattr(now, name))


def _display(person: Person) -> contract.PersonDisplay:
    return contract.PersonDisplay(
        person_id=person.person_id,
        mrn=person.mrn.value,
        mrn_issuer=person.mrn.issuer,
        nhs_number=person.nhs_number,
        nhs_number_valid=person.nhs_number_valid,
        family=person.family,
        given=person.given,
        title=person.title,
        born=person.born,
        born_text=person.born_text,
        sex=person.sex,
        deceased=person.deceased,
        deceased_at=person.deceased_at,
    )


def _location(location: Location | None) -> contract.Location | None:
    return None if location is None else _place(location)


def _place(location: Location) -> contract.Location:
    return contract.Location(ward_code=location.ward, bay=location.bay, bed=location.bed, site=location.site)
