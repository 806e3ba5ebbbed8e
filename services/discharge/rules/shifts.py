"""Who answers for whom as one shift ends and another goes on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from services.discharge.model.cases import By, CaseFile, Cover, Note
from services.discharge.model.cover import Hospital, OnRota
from services.discharge.model.shifts import Answering
from services.discharge.rules.handing_over import Taker
from shared.words import named_moment

SOON: Final = timedelta(hours=1)
"""How long before the end of a shift its people may be accepted: the time in which one shift meets the next."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody's work from now on: on duty until `ends` (None: off duty now), and again from `starts_again`."""

    ends: datetime | None
    starts_again: datetime | None


def duties(hospital: Hospital, at: datetime) -> Mapping[str, Duty]:
    """The duty at `at` of everybody on a rota of the coming week, by staff id. Shifts that touch are one."""
    shifts: dict[str, list[OnRota]] = defaultdict(list)
    for rota in (hospital.desk, *(cluster.rota for cluster in hospital.clusters.values())):
        for shift in rota:
            shifts[shift.staff_id].append(shift)
    return {staff: _duty(sorted(one, key=lambda shift: shift.starts), at) for staff, one in shifts.items()}


def _duty(shifts: Sequence[OnRota], at: datetime) -> Duty:
    end = at
    for shift in shifts:
        if shift.starts <= end < shift.ends:
            end = shift.ends
    again = next((shift.starts for shift in shifts if shift.starts > end), None)
    return Duty(end if end > at else None, again)


def answers(one: Answering, at: datetime) -> str | None:
    """The staff id of who answers at `at`: a colleague who covers, else who is named; None for the duty desk."""
    if one.cover_until is not None and one.cover_until > at:
        return one.covered_by_id
    return one.coordinator_id


def refused(one: Answering, taker: str, on: Mapping[str, Duty], at: datetime) -> str | None:
    """Why `taker` (a staff id) may not answer for this person from `at` on, as the code of a problem; None if they may.

    They may while on duty themselves: for whom the duty desk answers, and for whom a colleague does whose shift has
    ended, or ends soon and before their own.
    """
    own = on.get(taker)
    if own is None or own.ends is None:
        return "not-on-duty"
    if one.coordinator_id is None:
        return "nobody-named"
    now = answers(one, at)
    if taker in (now, one.coordinator_id):
        return "already-yours"
    if now is None:
        return None
    theirs = on.get(now)
    if theirs is None:
        return "not-due"
    ending = theirs.ends is None or (theirs.ends - at <= SOON and theirs.ends < own.ends)
    return None if ending else "not-due"


def until(one: Answering, taker: str, on: Mapping[str, Duty]) -> datetime | None:
    """Until when `taker` answers: their own shift ends, or who is named is at work again, whichever is first."""
    named = on.get(one.coordinator_id or "")
    ends = (on[taker].ends if taker in on else None, named.starts_again if named else None)
    return min((instant for instant in ends if instant is not None), default=None)


def answered_by(file: CaseFile, taker: Taker, end: datetime, by: By) -> CaseFile:
    """`file` with `taker` answering until `end`. Who is named stays so."""
    if file.holding is None:
        return file
    held = replace(file.holding, cover=Cover(taker.name, taker.phone, end, taker.staff_id))
    words = f"Accepted at the end of a shift: {taker.name} answers until {named_moment(end)}"
    return replace(file, holding=held, notes=(*file.notes, Note("person", by.at, by.at, words, by.name)))
