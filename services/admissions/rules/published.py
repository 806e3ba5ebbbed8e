"""A folded encounter in the published language. Pure."""

from datetime import datetime

from msgspec.structs import replace

from services.admissions.model import Encounter, EncounterStatus, Location, Person, Place, Shown, State, Stop

_NEWS = tuple(name for name in State.__struct_fields__ if name not in ("version", "learned_at"))


def state_of(encounter: Encounter, trust: str, *, version: int, learned_at: datetime) -> State:
    """What is published of `encounter` as its `version`, learned at `learned_at` (aware)."""
    return State(
        encounter_id=encounter.encounter_id,
        trust=trust,
        version=version,
        status=encounter.status,
        patient_class=encounter.patient_class,
        inpatient=encounter.inpatient,
        person=_display(encounter.person),
        location=_location(encounter.location),
        movements=tuple(Stop(_place(one.location), one.since, one.inferred) for one in encounter.movements),
        admitted_at=encounter.admitted_at,
        admission_method=encounter.admission_method,
        discharged_at=encounter.discharged_at,
        discharge_method=encounter.discharge_method,
        discharge_destination=encounter.discharge_destination,
        expected_discharge_on=encounter.expected_discharge_on,
        consultant=encounter.consultant,
        specialty=encounter.specialty,
        inferred=encounter.inferred,
        flags=_flags(encounter),
        merged_into=encounter.merged_into,
        learned_at=learned_at,
        on_leave_since=encounter.now.on_leave_since,
        return_expected_at=encounter.now.return_expected_at,
        temporary_location=_location(encounter.now.temporary_location),
        in_transit=encounter.now.in_transit,
        going_to=_location(encounter.now.going_to),
        going_to_at=encounter.now.going_to_at,
        discharge_pending=encounter.now.discharge_pending,
        discharge_pending_at=encounter.now.discharge_pending_at,
    )


def withdrawn(state: State, *, learned_at: datetime) -> State:
    """What is published when no fact speaks of an encounter any more, after `state`; `state` itself if it was said."""
    if state.status is EncounterStatus.DELETED and not state.inpatient:
        return state
    return replace(
        state, status=EncounterStatus.DELETED, inpatient=False, version=version_after(state), learned_at=learned_at
    )


def version_after(before: State | None) -> int:
    """The number of the version that comes after `before`."""
    return 1 if before is None else before.version + 1


def changes(before: State | None, now: State) -> tuple[str, ...]:
    """The names of what differs, in the shape's order; `new` where there was nothing before."""
    if before is None:
        return ("new",)
    return tuple(name for name in _NEWS if getattr(before, name) != getattr(now, name))


def _display(person: Person) -> Shown:
    return Shown(
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
        council=person.council,
    )


def _flags(encounter: Encounter) -> tuple[str, ...]:
    if not encounter.flags and not encounter.person.flags:
        return ()
    return tuple(sorted({flag.value for flag in (*encounter.flags, *encounter.person.flags)}))


def _location(location: Location | None) -> Place | None:
    return None if location is None else _place(location)


def _place(location: Location) -> Place:
    return Place(location.ward, location.bay, location.bed, location.site)
