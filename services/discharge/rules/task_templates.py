"""The discharge-readiness tasks, T01 and on: what, who has it, by when, what comes first, what lateness hints.

Targets and templates are the defaults of the domain reference; due times follow the clocks named there. Delay reasons
DRnn are in the order of the acute daily discharge situation report (NHS England, from 27 May 2024).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.discharge.model.cases import TaskClock
from shared.contracts.api.discharge import Profession
from shared.contracts.cases import Pathway


@dataclass(frozen=True, slots=True)
class AfterAdmission:
    """`ADM`: so many hours after admission."""

    hours: int


@dataclass(frozen=True, slots=True)
class MorningAfterAdmission:
    """By 10am of the day after admission: the first post-take round."""


@dataclass(frozen=True, slots=True)
class AfterStart:
    """`REF`: so many hours after the task's clock began."""

    hours: int


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """`REF` in working time: so many hours of Monday to Friday, 9am to 5pm, after the task's clock began."""

    hours: int


@dataclass(frozen=True, slots=True)
class BeforeExpected:
    """`EDD−n`: by 4pm, so many days before the expected date of discharge."""

    days: int


@dataclass(frozen=True, slots=True)
class AfterReady:
    """`DRD+n`: so many hours after the person became ready."""

    hours: int


@dataclass(frozen=True, slots=True)
class AfterLeaving:
    """`DIS+n`: so many hours after the person left."""

    hours: int


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`FUP`: as soon after the person left as the trust says."""


Target = (
    AfterAdmission
    | MorningAfterAdmission
    | AfterStart
    | WorkingTime
    | BeforeExpected
    | AfterReady
    | AfterLeaving
    | FollowUp
)


@dataclass(frozen=True, slots=True)
class Template:
    """A task of the catalogue."""

    code: str
    title: str
    owner: Profession
    target: Target
    needs: tuple[str, ...] = ()
    delay_reason: str | None = None
    clock: TaskClock = TaskClock.BEFORE_LEAVING


_AFTER = TaskClock.AFTER_LEAVING
_TODAY = 8
_FIVE_WORKING_DAYS = 40

_ALL: Final = (
    Template(
        "T01", "Welcome the person and family, and tell them who co-ordinates", Profession.HSW, AfterAdmission(24)
    ),
    Template(
        "T02", "Set the expected date and the clinical criteria for discharge", Profession.CON, MorningAfterAdmission()
    ),
    Template("T03", "Ask what matters to them, usual function, home and who helps", Profession.NUR, AfterAdmission(24)),
    Template(
        "T04",
        "Identify and involve carers, and offer a carer’s assessment",
        Profession.HSW,
        AfterAdmission(48),
        ("T03",),
        "DR08",
    ),
    Template(
        "T05",
        "Check for an existing care package and tell the provider",
        Profession.HSW,
        AfterAdmission(24),
        ("T03",),
        "DR37",
    ),
    Template(
        "T06",
        "Screen for safeguarding, capacity, housing and other needs",
        Profession.HSW,
        AfterAdmission(48),
        ("T03",),
        "DR09",
    ),
    Template("T07", "Therapy assessment: function and mobility", Profession.PT, AfterStart(24), (), "DR01"),
    Template("T08", "Propose the pathway", Profession.DCO, BeforeExpected(2), ("T07",), "DR12"),
    Template("T09", "Refer to the care transfer hub", Profession.DCO, BeforeExpected(2), ("T08",), "DR03"),
    Template("T10", "Hub triage, and the pathway confirmed", Profession.HUB, WorkingTime(4), ("T09",), "DR12"),
    Template("T11", "Hub refers to the services", Profession.HUB, WorkingTime(_TODAY), ("T10",), "DR13"),
    Template("T12", "Agree the funding route", Profession.HUB, AfterStart(24), ("T10",), "DR14"),
    Template("T13", "Assess capacity for the discharge decision", Profession.HSW, AfterStart(48), ("T06",), "DR10"),
    Template("T14", "Best-interests meeting", Profession.HSW, WorkingTime(_FIVE_WORKING_DAYS), ("T13",), "DR10"),
    Template("T15", "Refer to an advocate (IMCA)", Profession.HSW, WorkingTime(_TODAY), ("T13",), "DR10"),
    Template(
        "T16", "Deprivation of liberty: urgent and standard request", Profession.NUR, AfterStart(1), ("T13",), "DR10"
    ),
    Template("T17", "Safeguarding plan for discharge", Profession.SG, AfterStart(24), ("T06",), "DR09"),
    Template("T18", "Family or team meeting", Profession.HSW, AfterStart(72), ("T08",), "DR08"),
    Template("T19", "Care Act needs assessment", Profession.HSW, WorkingTime(_FIVE_WORKING_DAYS), ("T10",), "DR20"),
    Template("T20", "Financial assessment", Profession.FIN, WorkingTime(_FIVE_WORKING_DAYS), ("T19",), "DR14"),
    Template(
        "T21", "NHS continuing healthcare checklist", Profession.CHC, AfterLeaving(14 * 24), ("T06",), "DR14", _AFTER
    ),
    Template("T22", "Continuing healthcare fast-track form", Profession.PAL, WorkingTime(_TODAY), (), "DR21"),
    Template("T23", "Restart the existing care package", Profession.HSW, BeforeExpected(1), ("T05",), "DR37"),
    Template(
        "T24",
        "Start date for reablement or rehabilitation at home",
        Profession.HUB,
        BeforeExpected(0),
        ("T11",),
        "DR15",
    ),
    Template("T25", "Start of new or increased home care", Profession.HUB, AfterReady(24), ("T11", "T12"), "DR16"),
    Template("T26", "Refer to community nursing, with supplies", Profession.NUR, BeforeExpected(1), ("T08",), "DR17"),
    Template("T27", "Request a community bed", Profession.HUB, AfterReady(0), ("T10",), "DR19"),
    Template("T28", "Find a care home, and its assessment", Profession.HUB, AfterStart(48), ("T10", "T12"), "DR20"),
    Template(
        "T29", "Confirm the original care home can take them back", Profession.DCO, BeforeExpected(1), ("T07",), "DR22"
    ),
    Template(
        "T30",
        "Equipment ordered, delivered, and the carer trained",
        Profession.OT,
        WorkingTime(_FIVE_WORKING_DAYS),
        ("T07",),
        "DR36",
    ),
    Template("T31", "Home visit by an occupational therapist", Profession.OT, AfterStart(72), ("T07",), "DR01"),
    Template("T32", "Adaptations at home", Profession.OT, AfterStart(7 * 24), ("T31",), "DR35"),
    Template("T33", "Key safe, keys and access to the home", Profession.HSW, BeforeExpected(1), (), "DR11"),
    Template("T34", "Home ready: heating, food, clean, bed down", Profession.VCS, BeforeExpected(1), ("T33",), "DR11"),
    Template("T35", "Pets and dependants cared for", Profession.HSW, AfterAdmission(48), ("T06",), "DR11"),
    Template(
        "T36", "Duty to refer for homelessness, with consent", Profession.HSW, WorkingTime(_TODAY), ("T06",), "DR18"
    ),
    Template(
        "T37",
        "No recourse to public funds: check and assessment",
        Profession.HSW,
        WorkingTime(_FIVE_WORKING_DAYS),
        ("T06",),
        "DR23",
    ),
    Template("T38", "Section 117 planning meeting", Profession.HSW, BeforeExpected(0), ("T06",), "DR32"),
    Template("T39", "Liaise with the home area", Profession.HUB, AfterStart(24), ("T09",), "DR26"),
    Template("T40", "Prescribe medicines to take home", Profession.CON, BeforeExpected(1), ("T02",), "DR05"),
    Template("T41", "Screen and dispense medicines to take home", Profession.PHA, AfterStart(4), ("T40",), "DR05"),
    Template("T42", "Write the discharge letter", Profession.CON, AfterReady(24), ("T40",), "DR05"),
    Template(
        "T43", "Record that the criteria to reside are no longer met", Profession.CON, BeforeExpected(0), (), "DR07"
    ),
    Template("T44", "Agree follow-up of awaited results", Profession.CON, BeforeExpected(0), (), "DR07"),
    Template("T45", "Book transport", Profession.NUR, BeforeExpected(1), (), "DR04"),
    Template("T46", "Agree infection status with who receives them", Profession.NUR, BeforeExpected(1), (), "DR06"),
    Template("T47", "Consent to share, and copies to the person", Profession.NUR, BeforeExpected(2), ("T06",)),
    Template(
        "T48", "Hand over to the community team or care home", Profession.NUR, BeforeExpected(0), ("T42",), "DR22"
    ),
    Template("T49", "Formal choice process", Profession.HSW, AfterStart(72), ("T18",), "DR25"),
    Template("T50", "Help a self-funder to arrange care", Profession.HSW, AfterStart(48), ("T08",), "DR24"),
    Template("T51", "Follow-up call after discharge", Profession.HSW, FollowUp(), (), None, _AFTER),
    Template("T52", "Reversible causes: delirium, weight, nutrition, falls", Profession.NUR, AfterAdmission(72)),
)

CATALOGUE: Final[Mapping[str, Template]] = {template.code: template for template in _ALL}

_P0: Final = ("T01", "T02", "T03", "T04", "T05", "T06", "T40", "T41", "T42", "T43", "T44", "T45", "T47", "T51")
_P1: Final = (*_P0, *("T07", "T08", "T09", "T10", "T11", "T12", "T24", "T25", "T30", "T33", "T34", "T48"))
_P2: Final = (*(code for code in _P1 if code not in ("T24", "T25", "T33", "T34")), "T27", "T46")
_P3: Final = (*(code for code in _P2 if code != "T27"), "T28")

PATHWAY_TASKS: Final[Mapping[Pathway, tuple[str, ...]]] = {
    Pathway.P0: _P0,
    Pathway.P1: _P1,
    Pathway.P2: _P2,
    Pathway.P3: _P3,
}
SCREENING: Final = ("T03", "T04", "T05", "T06")
"""The tasks that lay out the way home: with them and a pathway, the needs are established."""
