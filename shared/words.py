"""The words that services and screens say alike: times, dates, who owns a task, what somebody does here.

Times and dates as the NHS service manual's content guide writes them (August 2026), in the time of the hospital,
Europe/London. Owners of tasks: the trust's list.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from shared.contracts.api.discharge import Profession
from shared.contracts.api.discharge.offers import NeedKind
from shared.contracts.roles import Role
from shared.london import LONDON, london_date

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

PROFESSIONS: Final[Mapping[Profession, str]] = {
    Profession.CON: "Consultant team",
    Profession.NUR: "Ward nurse",
    Profession.DCO: "Discharge co-ordinator",
    Profession.HSW: "Hospital social worker",
    Profession.OT: "Occupational therapist",
    Profession.PT: "Physiotherapist",
    Profession.SLT: "Speech and language therapist",
    Profession.DIET: "Dietitian",
    Profession.PHA: "Pharmacist",
    Profession.HUB: "Care transfer hub",
    Profession.DN: "Community nursing",
    Profession.CHC: "Continuing healthcare nurse",
    Profession.MHL: "Mental health liaison",
    Profession.PAL: "Palliative care",
    Profession.HOU: "Council housing",
    Profession.EQP: "Equipment store",
    Profession.TRN: "Patient transport",
    Profession.FIN: "Council financial assessment",
    Profession.VCS: "Voluntary sector",
    Profession.SG: "Safeguarding lead",
    Profession.FAM: "Family",
}

NEEDS: Final[Mapping[NeedKind, str]] = {
    NeedKind.DEMENTIA: "Dementia",
    NeedKind.MENTAL_ILLNESS: "Mental illness",
    NeedKind.PHYSICAL_DISABILITY: "Physical disability",
    NeedKind.LEARNING_DISABILITY: "Learning disability",
    NeedKind.SPEECH_OR_SWALLOWING: "Difficulty with speech or swallowing",
    NeedKind.END_OF_LIFE: "End of life",
    NeedKind.HOMELESSNESS: "Homelessness",
}

ROLES: Final[Mapping[Role, str]] = {
    Role.SOCIAL_WORKER: "social worker",
    Role.LEAD: "cluster lead",
    Role.WARD_STAFF: "ward staff",
    Role.BED_MANAGER: "bed manager",
    Role.INTEGRATION_ENGINEER: "integration engineer",
    Role.ADMINISTRATOR: "administrator",
    Role.INTAKE: "sending system",
    Role.SERVICE: "service",
    Role.MONITOR: "monitoring system",
}


def listing(words: Sequence[str]) -> str:
    """As "a, b and c"."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def clock_time(at: datetime) -> str:
    """As "5pm", "5:30pm", "midday", "midnight"."""
    here = at.astimezone(LONDON)
    if here.minute == 0 and here.hour in (0, 12):
        return "midnight" if here.hour == 0 else "midday"
    hour = here.hour % 12 or 12
    half = "am" if here.hour < 12 else "pm"
    return f"{hour}:{here.minute:02d}{half}" if here.minute else f"{hour}{half}"


def short_day(day: date, today: date) -> str:
    """The day as one would say it today: "today", "tomorrow", "Thursday" within six days of it, else "6 August"."""
    away = (day - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if away in near:
        return near[away]
    if 1 < abs(away) < 7:
        return DAYS[day.weekday()]
    return f"{day.day} {MONTHS[day.month - 1]}" + ("" if day.year == today.year else f" {day.year}")


def named_day(on: date) -> str:
    """As "Tuesday 24 November"."""
    return f"{DAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]}"


@lru_cache(maxsize=4096)
def named_moment(at: datetime) -> str:
    """As "Tuesday 24 November at 8:30am"; for what is kept, and read on another day."""
    return f"{named_day(london_date(at))} at {clock_time(at)}"
