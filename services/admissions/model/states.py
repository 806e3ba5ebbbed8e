"""The published state of an encounter, as it is made, compared and kept: field for field what the contract says.

`shared/contracts/encounters.py` is the language and is read by everybody; these are its words for the one who writes
them in number. A test holds the two together.
"""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from shared.contracts.encounters import EncounterStatus, PatientClass


class Place(Struct, frozen=True, gc=False):
    """`Location` of the contract."""

    ward_code: str | None
    bay: str | None
    bed: str | None
    site: str | None


class Stop(Struct, frozen=True, gc=False):
    """`Movement` of the contract."""

    location: Place
    since: datetime
    inferred: bool


class Shown(Struct, frozen=True, gc=False):
    """`PersonDisplay` of the contract."""

    person_id: str
    mrn: str | None
    mrn_issuer: str | None
    nhs_number: str | None
    nhs_number_valid: bool
    family: str | None
    given: str | None
    title: str | None
    born: date | None
    born_text: str | None
    sex: str | None
    deceased: bool
    deceased_at: datetime | None
    council: str | None = None


class State(Struct, frozen=True, omit_defaults=True, gc=False):
    """`EncounterState` of the contract. What is only sometimes so stands last, and is left out where it is not."""

    encounter_id: str
    trust: str
    version: int
    status: EncounterStatus
    patient_class: PatientClass
    inpatient: bool
    person: Shown
    location: Place | None
    movements: tuple[Stop, ...]
    admitted_at: datetime | None
    admission_method: str | None
    discharged_at: datetime | None
    discharge_method: str | None
    discharge_destination: str | None
    expected_discharge_on: date | None
    consultant: str | None
    specialty: str | None
    inferred: bool
    flags: tuple[str, ...]
    merged_into: str | None
    learned_at: datetime
    on_leave_since: datetime | None = None
    return_expected_at: datetime | None = None
    temporary_location: Place | None = None
    in_transit: bool = False
    going_to: Place | None = None
    going_to_at: datetime | None = None
    discharge_pending: bool = False
    discharge_pending_at: datetime | None = None


_write, _read = msgspec.json.Encoder(), msgspec.json.Decoder(State)


def state_to_json(state: State) -> str:
    """The state as JSON text of the contract's `EncounterState`."""
    return _write.encode(state).decode()


def state_from_json(text: str) -> State:
    """The state that was written. Raises msgspec.MsgspecError for anything else."""
    return _read.decode(text)
