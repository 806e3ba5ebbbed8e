"""What an ADT message says of the person and of the stay, out of the values as sent."""

from collections.abc import Sequence

from services.admissions.adt.admission import Sent, said, text
from services.admissions.adt.codes import NHS_ISSUERS, NHS_TYPES, nhs_digits, valid_nhs_number
from services.admissions.adt.times import Times
from services.admissions.model import NOWHERE, Feed, Location, PersonKey, PersonSaid, StayKey, StaySaid
from shared.contracts.encounters import COUNCIL_CODE
from shared.hl7.forms import Said
from shared.hl7.segments import Identifier

_NUMBER_TYPES = ("MR", "PI", "")
_NHS_DIGITS = 10
_ALIAS = "AL"
_AT_HOME = ("", "H", "P")
"""Kinds of address (table 0190) of where somebody lives: home, permanent, or not said."""


def _is_nhs(issuer: str, kind: str, universal: str) -> bool:
    """By its type, or by who issued it: by the universal id too, whatever the sender calls them."""
    return kind in NHS_TYPES or issuer.upper() in NHS_ISSUERS or universal.strip().upper() in NHS_ISSUERS


def hospital_numbers(told: Sequence[Identifier], feed: Feed, *, unsaid: str = "") -> list[PersonKey]:
    """Hospital numbers in a CX list, by type and issuer and never by position; the one to use comes first.

    `unsaid` issued those that do not say who did; "": the feed's default issuer.
    """
    found = _numbers(told, feed, unsaid or feed.default_issuer)
    if len(found) > 1:
        return list(dict.fromkeys(key for *_, key in sorted(found)))
    return [key for *_, key in found]


def names_several(told: Sequence[Identifier], feed: Feed) -> bool:
    """Whether a CX list has several hospital numbers of one type and issuer: of two numbers, whose is the message?"""
    numbers = {(kind, key) for kind, *_, key in _numbers(told, feed, feed.default_issuer)}
    return len({(kind, key.issuer) for kind, key in numbers}) < len(numbers)


def _numbers(told: Sequence[Identifier], feed: Feed, unsaid: str) -> list[tuple[int, bool, bool, PersonKey]]:
    found: list[tuple[int, bool, bool, PersonKey]] = []
    for number, told_issuer, told_kind, universal in told:
        value, issuer, kind = number.strip(), told_issuer.strip(), told_kind.strip().upper()
        if not value or _is_nhs(issuer, kind, universal) or kind not in _NUMBER_TYPES:
            continue
        issuer = issuer or unsaid
        preferred = issuer != feed.preferred_issuer, issuer != feed.default_issuer
        found.append((_NUMBER_TYPES.index(kind), *preferred, PersonKey(issuer, value)))
    return found


def nhs_number_in(told: Sequence[Identifier]) -> str | None:
    """The first NHS number in a CX list, by type or issuer."""
    for value, issuer, kind, universal in told:
        if _is_nhs(issuer.strip(), kind.strip().upper(), universal) and value.strip():
            return nhs_digits(value.strip())
    return None


def nhs_number_said(sent: Sent) -> str | None:
    """The NHS number in PID-3, else PID-2, else PID-4, by type or issuer; in old feeds, ten digits in PID-19."""
    for told in (sent.identifiers, sent.external, sent.alternate):
        number = nhs_number_in(told)
        if number is not None:
            return number
    old = nhs_digits(text(sent.old_nhs_number))
    return old if len(old) == _NHS_DIGITS and old.isdigit() else None


def numbers_told(sent: Sent) -> Sequence[Identifier]:
    """The identifiers of the person: PID-3, or where that is empty PID-2, as before HL7 v2.3.

    A number there without type and issuer that can be an NHS number is none of a hospital: nobody is found by it.
    """
    if sent.identifiers:
        return sent.identifiers
    return [one for one in sent.external if any(one[1:]) or not valid_nhs_number(nhs_digits(one[0].strip()))]


def person_said(sent: Sent, times: Times) -> PersonSaid:
    """PID-5, 7, 8, 11.9, 29, 30, 31, 32 and the NHS number."""
    died = said(sent.died_at)
    died_at = times.told(sent.died_at)
    return PersonSaid(
        said(sent.family),
        said(sent.given),
        said(sent.title),
        said(sent.born),
        said(sent.sex),
        nhs_number_said(sent),
        said(sent.died),
        died if died_at is None or died_at.at is None else died_at.at.isoformat(),
        _identity_unknown(sent),
        _council(sent),
    )


def _council(sent: Sent) -> str | None:
    """The council of a home address, by its ODS or GSS code in PID-11.9; what else stands there is none."""
    told = said(sent.council)
    if not told:
        return told
    if text(sent.address_kind).strip().upper() not in _AT_HOME:
        return None
    return told.upper() if COUNCIL_CODE.fullmatch(told.upper()) else None


def _identity_unknown(sent: Sent) -> str | None:
    """Y where PID-31 says that nobody knows who it is, or PID-32 (table 0445) that the name is an alias."""
    if any(code.strip().upper() == _ALIAS for code, *_ in sent.reliability):
        return "Y"
    told = said(sent.identity_unknown)
    return told.upper() if told is not None and told.upper() in ("Y", "N", "") else None


def stay_said(sent: Sent, times: Times, *, ended: bool) -> StaySaid:
    """PV1-4, 7, 10, 36, 37 and PV2-9 (the local date of an expected discharge).

    What a message that is no discharge (`ended`) erases of one is not erased: the standing discharge alone decides.
    """
    expected = said(sent.expected)
    told = times.told(sent.expected)
    day = told.day.isoformat() if told is not None and told.day is not None else None
    method, destination = said(sent.discharge_method), said(sent.discharge_destination)
    return StaySaid(
        said(sent.admission_method),
        method if ended else method or None,
        destination if ended else destination or None,
        "" if expected == "" else day,
        said(sent.consultant),
        said(sent.specialty),
    )


def location(ward: Said, bay: Said, bed: Said, site: Said) -> Location | None:
    """A PL field. The ward is the whole first component, so that an unescaped `A&E` stays one code.

    Where the ward is erased, so is all that lies in it.
    """
    place = Location(said(ward), said(bay), said(bed), said(site))
    if place.ward == "":
        return NOWHERE
    return None if place.ward is None and place.bay is None and place.bed is None else place


def stay_key(number: Said, issuer: Said, feed: Feed, scope: PersonKey | None = None) -> StayKey | None:
    """A visit, account or pre-admit number, with its issuer."""
    value = said(number)
    return StayKey(said(issuer) or feed.default_issuer, value, scope) if value else None
