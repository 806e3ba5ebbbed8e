"""Riverside, and another trust whose hospital has the same ids and codes and says something else under each."""

from dataclasses import replace
from datetime import date, time

from services.discharge.model.hospital import (
    Absence,
    Bay,
    ClusterId,
    DutyDesk,
    RotaPattern,
    Setup,
    Site,
    StaffId,
    StaffMember,
    Trust,
    TrustCode,
    TrustPolicy,
    Ward,
    WardCluster,
    WardId,
    WardKind,
)
from shared.contracts.encounters import EncounterState, Location
from shared.contracts.roles import Role
from tests.services.discharge.riverside import DAY, HOUR, MONDAY, TRUST, stay
from tests.services.discharge.specialists import specialists

OTHER = "RYY"
NHS_NUMBER, MRN = "9990000018", "H1"


def hospital(trust: str) -> Setup:
    """The setup of either trust."""
    ours = specialists()
    ours = replace(ours, absences=(Absence(StaffId("cara"), date(2026, 5, 6), date(2026, 5, 6)),))
    return ours if trust == TRUST else _elsewhere(ours)


def _elsewhere(ours: Setup) -> Setup:
    more = {"w3": ("W9",)}
    wards = [
        replace(one, name=f"{one.name} elsewhere", bays=(Bay("Z", ("9",)),), codes=(*one.codes, *more.get(one.id, ())))
        for one in ours.wards
    ]
    wards.append(Ward(WardId("w5"), "Ward 5 elsewhere", "annexe", WardKind.INPATIENT, ("W5", "W7")))
    covered = {"north": ("w1", "w3"), "south": ("w2",), "empty": ("w4",)}
    clusters = [
        WardCluster(one.id, f"{one.name} elsewhere", tuple(map(WardId, covered[one.id])), StaffId("lena"))
        for one in ours.clusters
    ]
    clusters.append(WardCluster(ClusterId("west"), "West cluster elsewhere", (WardId("w5"),)))
    staff = [replace(one, name=f"{one.name} elsewhere", phone="01632 960777", capacity=0.5) for one in ours.staff]
    staff.append(StaffMember(StaffId("dan"), "Dan Frost", "OT", frozenset({Role.SOCIAL_WORKER}), (ClusterId("north"),)))
    at_work = [("ben", "north"), ("dan", "north"), ("cara", "south"), ("dan", "west")]
    days = frozenset(range(7))
    return Setup(
        Trust(TrustCode(OTHER), "Elsewhere"),
        TrustPolicy(adult_from_age=99, escalate_after=(HOUR,), accept_handover_within=3 * HOUR),
        DutyDesk("the desk elsewhere", "01632 960777"),
        (*(replace(one, name="Elsewhere") for one in ours.sites), Site("annexe", "The annexe elsewhere")),
        tuple(wards),
        tuple(clusters),
        tuple(staff),
        tuple(RotaPattern(StaffId(who), ClusterId(where), days, time(6), time(22)) for who, where in at_work),
        (Absence(StaffId("asha"), date(2026, 5, 4), date(2026, 5, 9)),),
    )


def stays(trust: str) -> list[EncounterState]:
    """Who was admitted on Monday: in each trust stays 1 to 4 of persons 1 to 4, elsewhere some more."""
    return [_stay(trust, number) for number in range(1, 5 if trust == TRUST else 9)]


def _stay(trust: str, number: int) -> EncounterState:
    ward = {3: "W2", 4: "W9"}.get(number, "W1")
    here = stay(number, ward, trust=trust)
    known = {"nhs_number": NHS_NUMBER, "nhs_number_valid": True, "mrn": MRN} if number == 1 else {}
    if trust == TRUST:
        return here.model_copy(update={"person": here.person.model_copy(update=known)})
    person = here.person.model_copy(update={**known, "family": "Elsewhere", "born": date(1911, 1, 1)})
    return here.model_copy(
        update={
            "person": person,
            "location": Location(ward_code="W8" if number == 4 else ward, bay="Z", bed=f"{number}z"),
            "admitted_at": MONDAY - HOUR,
            "learned_at": MONDAY + 9 * DAY,
        }
    )
