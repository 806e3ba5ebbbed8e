"""An entry of the record on a case, with what it was written about. Its states are only ever added to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from shared.contracts.api.discharge.offers import NeedKind
from shared.contracts.api.discharge.record import (
    CaseNote,
    ContactMade,
    HandOverNote,
    PlanLine,
    SheetGiven,
    SummaryEntry,
    TeamMember,
)

EntryContent = SummaryEntry | CaseNote | ContactMade | TeamMember | PlanLine | SheetGiven | HandOverNote


class EntryAct(StrEnum):
    """What made a state of an entry."""

    WRITTEN = "written"
    EDITED = "edited"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    PLACED = "placed"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an entry is about, and on which case and stay it was written."""

    case_id: str
    encounter_id: str
    person_id: str


class Entry(Struct, frozen=True):
    """An entry at its newest state. `number` is its version; `act` made this state, at `changed_at` (UTC)."""

    entry_id: str
    number: int
    about: Subject
    content: EntryContent
    act: EntryAct
    written_at: datetime
    written_by: str
    changed_at: datetime
    changed_by: str
    changed_by_id: str
    confirmed_at: datetime
    confirmed_by: str
    edited: bool = False
    withdrawn: bool = False
    set_aside: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """How many needs of the plan nobody has yet laid out (no action or no owner), and how many hold the person here.

    `needs`: the kinds of need that the record tells of the person.
    """

    not_laid_out: int = 0
    not_met: int = 0
    needs: tuple[NeedKind, ...] = ()
