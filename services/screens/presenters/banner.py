"""The patient banner, the same on every page about a patient (NHS Common User Interface, patient banner).

SURNAME, First (Title), born and age, NHS number 3-3-4, where, and the named co-ordinator with the phone.
"""

from dataclasses import dataclass
from datetime import datetime

from services.screens.presenters import codes, rows, words
from shared.contracts.api.discharge import CaseSummary
from shared.contracts.cases import CaseStatus


@dataclass(frozen=True, slots=True)
class PatientBanner:
    """What the banner says. `alert` is said first and changes how the page reads: died, left, admission undone."""

    name: str
    spoken: str
    born: str
    sex: str
    nhs_number: str
    hospital_number: str
    place: str
    owner: rows.Owner
    alert: str | None
    died: bool
    href: str


def present(case: CaseSummary, now: datetime) -> PatientBanner:
    """The banner of a case."""
    person = case.person
    return PatientBanner(
        name=words.banner_name(person),
        spoken=words.spoken_name(person),
        born=_born(case),
        sex=codes.SEX.get(person.sex or "", "Not known"),
        nhs_number=words.nhs_number(person.nhs_number) + _doubt(case),
        hospital_number=person.mrn or "not known",
        place=rows.place(case),
        owner=rows.owner(case.holding, now),
        alert=_alert(case, now),
        died=person.deceased,
        href=f"/cases/{case.case_id}",
    )


def _doubt(case: CaseSummary) -> str:
    number = case.person.nhs_number
    return " (check digit is wrong)" if number and not case.person.nhs_number_valid else ""


def _born(case: CaseSummary) -> str:
    person = case.person
    if person.born is None:
        return person.born_text or "not known"
    return words.full_date(person.born) + (f" (age {case.age})" if case.age is not None else "")


def _alert(case: CaseSummary, now: datetime) -> str | None:
    person = case.person
    if person.deceased:
        when = f" {words.on_moment(person.deceased_at, now)}" if person.deceased_at else ""
        return f"This person died{when}. Do not contact the family about discharge."
    match case.status:
        case CaseStatus.FOLLOWING:
            when = f" {words.on_moment(case.left_at, now)}" if case.left_at else ""
            return f"This person left hospital{when} and is being followed at home."
        case CaseStatus.WITHDRAWN:
            return "The hospital took this admission back. Nothing here needs doing."
        case CaseStatus.CLOSED:
            if case.moments.followed_up is None:
                return "This case is closed. The time for follow-up ran out, and what was not done was stopped."
            return "This case is closed. Everything due after leaving is done or accepted by somebody else."
        case CaseStatus.OPEN:
            return None
