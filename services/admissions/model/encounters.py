"""What facts amount to: movements, encounters, persons, and the pins their ids hang on."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct, field

from services.admissions.model.facts import (
    EncounterId,
    FactId,
    Flag,
    Location,
    PersonId,
    PersonKey,
    StayKey,
)
from shared.contracts.encounters import EncounterStatus, PatientClass


class Movement(Struct, frozen=True):
    """The person was at `location` from `since`; `inferred` when no message told it; `fact_id` is where it is from."""

    location: Location
    since: datetime
    fact_id: FactId
    inferred: bool = False


class Person(Struct, frozen=True):
    """A person as shown: the survivor of all merges (`mrn`), and every hospital number that leads here (`keys`)."""

    person_id: PersonId
    mrn: PersonKey
    keys: frozenset[PersonKey]
    nhs_number: str | None = None
    nhs_number_valid: bool = False
    family: str | None = None
    given: str | None = None
    title: str | None = None
    born: date | None = None
    born_text: str | None = None
    sex: str | None = None
    deceased: bool = False
    deceased_at: datetime | None = None
    flags: tuple[Flag, ...] = ()
    council: str | None = None


class Circumstances(Struct, frozen=True, omit_defaults=True):
    """What is so for a while, in a stay that stands: leave, being elsewhere without losing the bed, what is to come.

    `temporary_location` is where the person is, or (`in_transit`) is on the way to. `look_again_at`: when one of these
    begins or ends by itself.
    """

    on_leave_since: datetime | None = None
    return_expected_at: datetime | None = None
    temporary_location: Location | None = None
    in_transit: bool = False
    going_to: Location | None = None
    going_to_at: datetime | None = None
    discharge_pending: bool = False
    discharge_pending_at: datetime | None = None
    look_again_at: datetime | None = None


class Encounter(Struct, frozen=True):
    """A stay as folded from its facts. `look_again_at`: when time alone will change it (a discharge in the future)."""

    encounter_id: EncounterId
    person: Person
    status: EncounterStatus
    patient_class: PatientClass
    inpatient: bool
    location: Location | None = None
    movements: tuple[Movement, ...] = ()
    admitted_at: datetime | None = None
    admission_method: str | None = None
    discharged_at: datetime | None = None
    discharge_method: str | None = None
    discharge_destination: str | None = None
    expected_discharge_on: date | None = None
    consultant: str | None = None
    specialty: str | None = None
    visit: StayKey | None = None
    now: Circumstances = Circumstances()
    inferred: bool = False
    flags: tuple[Flag, ...] = ()
    fact_ids: tuple[FactId, ...] = ()
    merged_into: EncounterId | None = None
    look_again_at: datetime | None = None


class Pins(Struct, frozen=True):
    """The fact an encounter's id hangs on, and the hospital number a person's id hangs on. Pins are never removed."""

    encounters: Mapping[FactId, EncounterId] = field(default_factory=dict[FactId, EncounterId])
    persons: Mapping[PersonKey, PersonId] = field(default_factory=dict[PersonKey, PersonId])


class Rivals(Struct, frozen=True):
    """For keys that must be one person's: every hospital number that claims them, in the whole trust."""

    visits: Mapping[StayKey, frozenset[PersonKey]] = field(default_factory=dict[StayKey, frozenset[PersonKey]])
    nhs_numbers: Mapping[str, frozenset[PersonKey]] = field(default_factory=dict[str, frozenset[PersonKey]])


class Interpretation(Struct, frozen=True):
    """What the facts amount to: persons, encounters (merged-away ones included), the pins to keep, and what is odd.

    `fact_flags` names every fact concerned in something odd; `placed` gives the encounter each fact was folded into.
    """

    persons: tuple[Person, ...]
    encounters: tuple[Encounter, ...]
    pins: Pins
    fact_flags: Mapping[FactId, tuple[Flag, ...]]
    placed: Mapping[FactId, EncounterId]
