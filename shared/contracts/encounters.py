"""What admissions publishes on `homeward.encounters.v1`: an encounter (a stay in hospital) and the person in it.

Internal to the trust: the only topic that carries the display copy of a person.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Final

from shared.contracts.shape import Instant, Published

DEATH_METHODS: Final = frozenset({"4", "5", "20", "40", "41", "42"})
"""Discharge methods that mean a death: NHS Data Dictionary 4 died, 5 stillbirth; HL7 table 0112, sent by some
systems: 20 died, 40 to 42 died elsewhere.
"""


COUNCIL_CODE: Final = re.compile(r"[A-Z0-9]{3}|[EWSN][0-9]{8}")
"""What the code of a council looks like: ODS (three letters and digits) or GSS (as E06000018). Codes change shape."""


class EncounterStatus(StrEnum):
    """Where a stay is in its life."""

    PLANNED = "planned"
    ADMITTED = "admitted"
    ON_LEAVE = "on_leave"
    DISCHARGED = "discharged"
    CANCELLED = "cancelled"
    RECLASSIFIED = "reclassified"
    DELETED = "deleted"
    MERGED_AWAY = "merged_away"


class PatientClass(StrEnum):
    """HL7 table 0004 as used in the UK, reduced to what decides whether a stay is an inpatient stay."""

    INPATIENT = "inpatient"
    EMERGENCY = "emergency"
    OUTPATIENT = "outpatient"
    PREADMIT = "preadmit"
    DAY_CASE = "day_case"
    OBSTETRICS = "obstetrics"
    OTHER = "other"
    UNKNOWN = "unknown"


class Location(Published):
    """PV1-3: the ward as the hospital's PAS codes it, bay, bed, site. Any part may be unknown."""

    ward_code: str | None = None
    bay: str | None = None
    bed: str | None = None
    site: str | None = None


class Movement(Published):
    """The person was here from `since` (UTC) until the next movement; `inferred` when no message told it."""

    location: Location
    since: Instant
    inferred: bool = False


class PersonDisplay(Published):
    """The display copy of a person. `nhs_number_valid` says only that the check digit holds, not that it was traced.

    `council` is the code (ODS or GSS) of the council in whose area the person lives, as the hospital said it.
    """

    person_id: str
    mrn: str | None = None
    mrn_issuer: str | None = None
    nhs_number: str | None = None
    nhs_number_valid: bool = False
    family: str | None = None
    given: str | None = None
    title: str | None = None
    born: date | None = None
    born_text: str | None = None
    sex: str | None = None
    deceased: bool = False
    deceased_at: Instant | None = None
    council: str | None = None


class EncounterState(Published):
    """A stay as known after the newest fact. Instants are UTC.

    `inpatient` says that the stay is one that Homeward co-ordinates (inpatient class, standing, not planned only).
    `admitted_at` may be inferred; `flags` name in closed words whatever was odd.

    Without losing the bed at `location`, a person may be at `temporary_location` (theatre, X-ray), or `in_transit` to
    it. `going_to` and `discharge_pending` are what the hospital says is to come, at those times where it says one; they
    are no judgement that somebody is ready. Somebody on leave since `on_leave_since` is still admitted.
    """

    encounter_id: str
    trust: str
    version: int
    status: EncounterStatus
    patient_class: PatientClass
    inpatient: bool
    person: PersonDisplay
    location: Location | None = None
    movements: tuple[Movement, ...] = ()
    admitted_at: Instant | None = None
    admission_method: str | None = None
    discharged_at: Instant | None = None
    discharge_method: str | None = None
    discharge_destination: str | None = None
    expected_discharge_on: date | None = None
    consultant: str | None = None
    specialty: str | None = None
    inferred: bool = False
    flags: tuple[str, ...] = ()
    merged_into: str | None = None
    learned_at: Instant
    on_leave_since: Instant | None = None
    return_expected_at: Instant | None = None
    temporary_location: Location | None = None
    in_transit: bool = False
    going_to: Location | None = None
    going_to_at: Instant | None = None
    discharge_pending: bool = False
    discharge_pending_at: Instant | None = None
