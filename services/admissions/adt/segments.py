"""The segments of an ADT message that speak of the person and of the stay."""

from services.admissions.adt.codes import NHS_ISSUERS, NHS_TYPES, nhs_digits
from services.admissions.model import Feed, Location, PersonKey, PersonSaid, StayKey, StaySaid
from shared.hl7.instants import read_instant
from shared.hl7.message import Null, Repetition, Segment

_NUMBER_TYPES = ("MR", "PI", "")
_NHS_DIGITS = 10


def said(segment: Segment, field: int, component: int = 1) -> str | None:
    """What a component says: None for nothing, `""` for erase, else its text."""
    value = segment.component(field, component)
    if isinstance(value, Null):
        return ""
    return None if value is None else (value.strip() or None)


def _text(repetition: Repetition, component: int) -> str:
    value = repetition.component(component)
    return value.strip() if isinstance(value, str) else ""


def _is_nhs(repetition: Repetition) -> bool:
    return _text(repetition, 5).upper() in NHS_TYPES or _text(repetition, 4).upper() in NHS_ISSUERS


def hospital_numbers(segment: Segment, field: int, feed: Feed) -> list[PersonKey]:
    """Hospital numbers in a CX list, by type and issuer and never by position; the one to use comes first."""
    found: list[tuple[int, bool, bool, PersonKey]] = []
    for repetition in segment.repetitions(field):
        kind, value = _text(repetition, 5).upper(), _text(repetition, 1)
        if not value or _is_nhs(repetition) or kind not in _NUMBER_TYPES:
            continue
        issuer = _text(repetition, 4) or feed.default_issuer
        preferred = issuer != feed.preferred_issuer, issuer != feed.default_issuer
        found.append((_NUMBER_TYPES.index(kind), *preferred, PersonKey(issuer, value)))
    return list(dict.fromkeys(key for *_, key in sorted(found)))


def nhs_number_said(pid: Segment) -> str | None:
    """The NHS number in PID-3 by type or issuer; in old feeds, ten digits in PID-19."""
    for repetition in pid.repetitions(3):
        if _is_nhs(repetition) and _text(repetition, 1):
            return nhs_digits(_text(repetition, 1))
    old = nhs_digits(pid.text(19))
    return old if len(old) == _NHS_DIGITS and old.isdigit() else None


def person_said(pid: Segment) -> PersonSaid:
    """PID-5, 7, 8, 29, 30 and the NHS number."""
    died = said(pid, 29)
    died_at = read_instant(died) if died else None
    family = said(pid, 5, 1)
    return PersonSaid(
        family=family,
        given=said(pid, 5, 2),
        title=said(pid, 5, 5),
        born=said(pid, 7),
        sex=said(pid, 8),
        nhs_number=nhs_number_said(pid),
        deceased=said(pid, 30),
        deceased_at=died if died_at is None or died_at.at is None else died_at.at.isoformat(),
    )


def stay_said(pv1: Segment, pv2: Segment | None) -> StaySaid:
    """PV1-4, 7, 10, 36, 37 and PV2-9 (the local date of an expected discharge)."""
    expected = said(pv2, 9) if pv2 is not None else None
    told = read_instant(expected) if expected else None
    day = told.day.isoformat() if told is not None and told.day is not None else None
    return StaySaid(
        admission_method=said(pv1, 4),
        discharge_method=said(pv1, 36),
        discharge_destination=said(pv1, 37),
        expected_discharge_on="" if expected == "" else day,
        consultant=said(pv1, 7),
        specialty=said(pv1, 10),
    )


def location(pv1: Segment, field: int) -> Location | None:
    """A PL field. The ward is the whole first component, so that an unescaped `A&E` stays one code."""
    ward = pv1.component_text(field, 1).strip() or None
    bay, bed = said(pv1, field, 2) or None, said(pv1, field, 3) or None
    place = Location(ward, bay, bed, said(pv1, field, 4) or None)
    return None if ward is None and bay is None and bed is None else place


def stay_key(segment: Segment, field: int, feed: Feed, scope: PersonKey | None = None) -> StayKey | None:
    """A visit, account or pre-admit number, with its issuer."""
    value = said(segment, field)
    return StayKey(said(segment, field, 4) or feed.default_issuer, value, scope) if value else None
