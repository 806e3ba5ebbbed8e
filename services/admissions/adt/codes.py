"""The codes of ADT that decide anything."""

import re
from functools import lru_cache

from nhs_number.validate import is_valid

from services.admissions.model import EVENTS, Feed, NoEffect, Quarantined, Trigger
from shared.contracts.encounters import PatientClass

_READ_AS: dict[str, Trigger | NoEffect] = {
    code: event.read_as or NoEffect(event.does) for code, event in EVENTS.items()
}
_UNKNOWN = NoEffect("this event is not yet interpreted")
_UNNAMED = Quarantined("no-event", "no event is named")
IN_GROUPS = frozenset(code for code, event in EVENTS.items() if event.in_groups)
PERSON_ONLY = frozenset({Trigger.ADD_PERSON, Trigger.UPDATE_PERSON, Trigger.MERGE})
NHS_TYPES = frozenset({"NH", "NHS", "NHSNMBR"})
NHS_ISSUERS = frozenset(
    {
        *("NHS", "NHSNBR", "NHSNMBR", "NHSNUMBER", "2.16.840.1.113883.2.1.4.1", "URN:OID:2.16.840.1.113883.2.1.4.1"),
        "HTTPS://FHIR.NHS.UK/ID/NHS-NUMBER",
    }
)
"""Who issues NHS numbers, in capitals: by name, and by the universal ids of those numbers (OID, as a URN too; URI)."""
_CLASSES = {
    "I": PatientClass.INPATIENT,
    "E": PatientClass.EMERGENCY,
    "O": PatientClass.OUTPATIENT,
    "P": PatientClass.PREADMIT,
    "W": PatientClass.PREADMIT,
    "B": PatientClass.OBSTETRICS,
    "DAY CASE": PatientClass.DAY_CASE,
    "DAYCASE": PatientClass.DAY_CASE,
    "C": PatientClass.OTHER,
    "N": PatientClass.OTHER,
    "R": PatientClass.OTHER,
}
_NAMED = {member.value: member for member in PatientClass}


def read_as(code: str) -> Trigger | NoEffect | Quarantined:
    """What an event (MSH-9.2, else EVN-1) is read as, or why nothing comes of it."""
    return _READ_AS.get(code, _UNKNOWN) if code else _UNNAMED


def patient_class(code: str | None, feed: Feed) -> PatientClass | None:
    """PV1-2 by the feed's own spellings, then HL7 table 0004 (UK). A code nobody knows is UNKNOWN, never a guess."""
    if not code:
        return None
    known = feed.classes.get(code) or _CLASSES.get(code.upper()) or _NAMED.get(code.lower())
    return known or PatientClass.UNKNOWN


def nhs_digits(text: str) -> str:
    """An NHS number as stored: no spaces, no hyphens."""
    return re.sub(r"[\s-]", "", text)


@lru_cache(maxsize=50_000)
def valid_nhs_number(number: str) -> bool:
    """Whether the check digit holds (NHS Data Dictionary, modulus 11) and it is not one digit ten times."""
    return len(number) == 10 and number.isdigit() and len(set(number)) > 1 and bool(is_valid(number))


def control_number(control_id: str, feed: Feed) -> int | None:
    """The digits that end a control id, where this feed's ids count up."""
    found = re.search(r"\d{1,18}$", control_id) if feed.control_ids_count_up else None
    return int(found.group()) if found else None
