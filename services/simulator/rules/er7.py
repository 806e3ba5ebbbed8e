"""Writes an ADT message as a PAS would: HL7 v2.4 ER7, in local time without a zone, with the quirks it was given."""

from datetime import datetime

from services.simulator.model import Adt, Place, Quirk
from shared.london import LONDON

_STRUCTURES = {"A05": "ADT_A05", "A06": "ADT_A06", "A28": "ADT_A05", "A31": "ADT_A05", "A40": "ADT_A39"}
_LIKE_A02 = {"A02": "ADT_A02", "A03": "ADT_A03", "A11": "ADT_A09", "A12": "ADT_A09"}


def write(adt: Adt, trust: str, site: str) -> bytes:
    """The message's bytes, without the framing. The same message gives the same bytes."""
    if Quirk.NOT_HL7 in adt.quirks:
        return f"** link test {adt.control_id} **\r".encode()
    segments = [_msh(adt, trust)]
    if Quirk.NO_EVN not in adt.quirks:
        segments.append(f"EVN|{adt.trigger}|{_time(adt, adt.recorded)}||||{_time(adt, adt.occurred)}")
    segments.append(_pid(adt, trust))
    if adt.retired_mrn:
        segments.append(f"MRG|{adt.retired_mrn}^^^{trust}^MR")
    if adt.visit is not None:
        segments.append(_pv1(adt, trust, site))
    if adt.expected is not None:
        segments.append(_fields("PV2", {9: f"{adt.expected.astimezone(LONDON):%Y%m%d}"}))
    end = _end(adt)
    text = end.join(segments) + ("" if Quirk.NO_LAST_CR in adt.quirks else end)
    return text.encode(_charset(adt)[1], "replace")


def _end(adt: Adt) -> str:
    if Quirk.CR_LF_ENDINGS in adt.quirks:
        return "\r\n"
    return "\n" if Quirk.LF_ENDINGS in adt.quirks else "\r"


def _charset(adt: Adt) -> tuple[str, str]:
    """What MSH-18 says of the charset, and the codec it is."""
    if Quirk.UNDECLARED_CHARSET in adt.quirks:
        return "", "windows-1252"
    return ("8859/1", "latin-1") if Quirk.LATIN_1 in adt.quirks else ("UNICODE UTF-8", "utf-8")


def _msh(adt: Adt, trust: str) -> str:
    structure = _STRUCTURES.get(adt.trigger) or _LIKE_A02.get(adt.trigger, "ADT_A01")
    processing = "T" if Quirk.TRAINING in adt.quirks else "P"
    return (
        f"MSH|^~\\&|{adt.application}|{trust}|HOMEWARD|{trust}|{_time(adt, adt.recorded)}||"
        f"ADT^{adt.trigger}^{structure}|{adt.control_id}|{processing}|2.4|||||GBR|{_charset(adt)[0]}"
    )


def _pid(adt: Adt, trust: str) -> str:
    person = adt.person
    if Quirk.NO_PATIENT in adt.quirks:
        return _fields("PID", {1: "1", 5: "Unknown^Unknown"})
    erased = '""' if Quirk.NULLS in adt.quirks else person.phone
    return _fields(
        "PID",
        {
            1: "1",
            3: f"{person.mrn}^^^{trust}^MR~{person.nhs_number}^^^NHS^NH",
            5: f"{_text(person.family)}^{_text(person.given)}^^^{person.title}",
            7: f"{person.born:%Y%m%d}",
            8: person.sex,
            13: erased,
            29: _time(adt, adt.died) if adt.died else "",
            30: "Y" if adt.died else "N",
        },
    )


def _pv1(adt: Adt, trust: str, site: str) -> str:
    cancelled = adt.trigger == "A13"
    return _fields(
        "PV1",
        {
            1: "1",
            2: adt.patient_class or "",
            3: _place(adt.place, site),
            4: adt.admission_method or "",
            6: _place(adt.prior, site),
            7: "C9999999^Consultant^Fictional^^^Dr",
            10: adt.specialty or "",
            19: f"{adt.visit}^^^{trust}^VN",
            36: '""' if cancelled else adt.discharge_method or "",
            37: '""' if cancelled else adt.discharge_destination or "",
            44: _time(adt, adt.admitted) if adt.admitted else "",
            45: '""' if cancelled else (_time(adt, adt.discharged) if adt.discharged else ""),
        },
    )


def _place(place: Place | None, site: str) -> str:
    # The ward's code is not escaped, as some systems send it: "A&E" then reads as two sub-components.
    return "" if place is None else f"{place.ward}^{place.bay}^{place.bed}^{site}"


def _fields(name: str, values: dict[int, str]) -> str:
    last = max(values)
    return "|".join([name, *(values.get(number, "") for number in range(1, last + 1))]).rstrip("|")


def _text(value: str) -> str:
    escapes = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"}
    return "".join(escapes.get(mark, mark) for mark in value)


def _time(adt: Adt, at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{local:%Y%m%d%H%M}" if Quirk.MINUTES_ONLY in adt.quirks else f"{local:%Y%m%d%H%M%S}"
