"""The timeline says where somebody is: moved, not moved after all, and when that was learned."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.discharge.model.cases import CaseFile, Note
from services.discharge.model.cover import CoveredWard, Hospital
from services.discharge.rules.whereabouts import on_ward
from shared.contracts.encounters import EncounterState, EncounterStatus, Location, Movement
from tests.rules.discharge.stays import HOUR, MONDAY, POLICY, received, stay
from tests.rules.discharge.told_places import newest_place

WARDS = {f"W{number}": CoveredWard(f"w{number}", f"Ward {number}", "north") for number in (1, 2, 3)}
HOSPITAL = Hospital("RXX", {**WARDS, "TH": CoveredWard("th", "Theatres", None, keeps_base=True)}, policy=POLICY)
Heard = tuple[EncounterState, float]
"""A state of a stay, and how many hours after Monday 10am in London it was heard of."""


def moved(*places: tuple[str, float], **changes: object) -> EncounterState:
    """A stay with these movements: the code of a ward, and since how many hours after Monday 10am in London."""
    moves = [Movement(location=Location(ward_code=code), since=hours_on(hours)) for code, hours in places]
    return stay(**{"location": moves[-1].location, "movements": moves, "admitted_at": moves[0].since, **changes})


def hours_on(hours: float) -> datetime:
    return MONDAY + hours * HOUR


def gone(one: EncounterState, hours: float) -> EncounterState:
    """The stay, ended."""
    return one.model_copy(update={"status": EncounterStatus.DISCHARGED, "discharged_at": hours_on(hours)})


def timeline(*heard: Heard) -> tuple[CaseFile, list[Note]]:
    """The case once each of these states was heard of, and what its timeline says, newest first as a page shows it."""
    file: CaseFile | None = None
    notes: list[Note] = []
    for one, hours in heard:
        file = received(one, replace(file, notes=()) if file else None, HOSPITAL, hours_on(hours))
        notes += file.notes
    assert file is not None
    in_order = sorted(enumerate(notes), key=lambda one: (one[1].at, one[0]), reverse=True)
    return file, [note for _, note in in_order]


def told(*heard: Heard) -> list[tuple[str, float]]:
    """What the timeline says, newest first, and of when (hours after Monday 10am); but for the admission."""
    return [(note.text, (note.at - MONDAY) / HOUR) for note in timeline(*heard)[1]][:-1]


HERE, THERE = moved(("W1", 0)), moved(("W1", 0), ("W2", 11))
MOVED, AGAIN = ("Moved to Ward 2", 11), "The move to Ward 2 was taken back; on Ward 1 again"
BACK = "In hospital again, on Ward 1: the discharge or the cancellation was taken back"
AT_NINE = "on Monday 4 May at 9pm"
CORRECTED = "the time was corrected"
OFF = {"status": EncounterStatus.CANCELLED, "inpatient": False}
CANCELLED = HERE.model_copy(update=OFF)
WITHDRAWN = "Case withdrawn: the admission was taken back"
STORIES: dict[str, tuple[Sequence[Heard], list[tuple[str, float]]]] = {
    "moved": ([(HERE, 0), (THERE, 12)], [MOVED]),
    "the move is taken back": ([(HERE, 0), (THERE, 12), (HERE, 13)], [(AGAIN, 13), MOVED]),
    "taken back though the hospital's clock is ahead": ([(HERE, 0), (THERE, 9), (HERE, 10)], [(AGAIN, 11), MOVED]),
    "moved to another bed after": (
        [(HERE, 0), (moved(("W1", 0), ("W2", 11), ("W2", 12)), 13), (HERE, 14)],
        [(AGAIN, 14), MOVED],
    ),
    "to another ward instead, told after": (
        [(HERE, 0), (THERE, 12), (HERE, 13), (moved(("W1", 0), ("W3", 11)), 14)],
        [(f"Moved to Ward 3 {AT_NINE}", 14), (AGAIN, 13), MOVED],
    ),
    "to another ward instead, told at once": (
        [(HERE, 0), (THERE, 12), (moved(("W1", 0), ("W3", 11)), 13)],
        [(f"The move to Ward 2 was taken back; on Ward 3 since {AT_NINE[3:]}", 13), MOVED],
    ),
    "moved on later": (
        [(HERE, 0), (THERE, 12), (HERE, 13), (moved(("W1", 0), ("W3", 14)), 15)],
        [("Moved to Ward 3", 14), (AGAIN, 13), MOVED],
    ),
    "moved back, which is taken back": (
        [(HERE, 0), (THERE, 12), (moved(("W1", 0), ("W2", 11), ("W1", 12)), 13), (THERE, 14)],
        [("The move to Ward 1 was taken back; on Ward 2 again", 14), ("Moved to Ward 1", 12), MOVED],
    ),
    "taken back while in theatre": (
        [(HERE, 0), (THERE, 12), (moved(("W1", 0), ("TH", 12)), 13)],
        [(AGAIN, 13), MOVED],
    ),
    "taken back after they left": (
        [(HERE, 0), (gone(THERE, 12), 12), (gone(HERE, 12), 13)],
        [
            ("The move to Ward 2 was taken back; was on Ward 1 since Monday 4 May at 10am", 13),
            ("Left hospital", 12),
            MOVED,
        ],
    ),
    "the time of a move is corrected": (
        [(HERE, 0), (moved(("W1", 0), ("W2", 10)), 12), (THERE, 13)],
        [(f"Moved to Ward 2 {AT_NINE}: {CORRECTED}", 13), ("Moved to Ward 2", 10)],
    ),
    "the ward of an admission is corrected": (
        [(moved(("W2", 0)), 0), (HERE, 1)],
        [("That they were on Ward 2 was taken back; on Ward 1 since Monday 4 May at 10am", 1)],
    ),
    "the time of an admission is corrected": (
        [(HERE, 2), (moved(("W1", -1)), 3)],
        [(f"Admitted to hospital on Monday 4 May at 9am: {CORRECTED}", 3)],
    ),
    "left, not left, and left before that was learned": (
        [(HERE, 0), (gone(HERE, 10), 10), (HERE, 12), (gone(HERE, 11), 13)],
        [(f"Left hospital {AT_NINE}", 13), (BACK, 12), ("Left hospital", 10)],
    ),
    "the time of leaving is corrected": (
        [(HERE, 0), (gone(HERE, 10), 10), (gone(HERE, 11), 13)],
        [(f"Left hospital {AT_NINE}: {CORRECTED}", 13), ("Left hospital", 10)],
    ),
    "the admission is taken back, and then that": (
        [(HERE, 0), (CANCELLED, 12), (HERE, 13)],
        [(BACK, 13), (WITHDRAWN, 12)],
    ),
    "moved while the case was withdrawn": (
        [(HERE, 0), (THERE, 12), (moved(("W1", 0), ("W2", 11), **OFF), 13), (HERE, 14)],
        [(BACK, 14), (WITHDRAWN, 13), MOVED],
    ),
    "away from the ward and back there, told late": (
        [(HERE, 0), (THERE, 12), (moved(("W1", 0), ("W2", 11), ("W3", 12), ("W2", 13)), 14)],
        [MOVED],
    ),
    "nothing new of a move": ([(HERE, 0), (THERE, 12), (THERE, 13)], [MOVED]),
    "the admission is taken back, and they left": (
        [(HERE, 0), (CANCELLED, 12), (gone(HERE, 11), 13)],
        [(f"Left hospital {AT_NINE}: the case was opened again", 13), (WITHDRAWN, 12)],
    ),
}


@pytest.mark.parametrize(("heard", "expected"), STORIES.values(), ids=STORIES)
def test_what_is_put_right_is_told_when_it_is_learned(
    heard: Sequence[Heard], expected: list[tuple[str, float]]
) -> None:
    assert told(*heard) == expected


def test_a_death_taken_back_is_told_as_that() -> None:
    died = HERE.model_copy(update={"person": HERE.person.model_copy(update={"deceased": True})})
    ended = [("Case closed: the person died", 1), ("Died", 1)]
    here = ("In hospital, on Ward 1: that this person died was taken back", 2)
    assert told((HERE, 0), (died, 1), (HERE, 2)) == [here, *ended]
    left = ("Left hospital on Monday 4 May at 10:30am: that this person died was taken back", 2)
    assert told((HERE, 0), (died, 1), (gone(HERE, 0.5), 2)) == [left, *ended]


codes = st.sampled_from(["W1", "W2", "W3", "TH", "ZZ"])
places = st.lists(st.tuples(codes, st.integers(0, 9)), min_size=1, max_size=4).map(
    lambda found: sorted(found, key=lambda one: one[1])
)
statuses = st.sampled_from([EncounterStatus.ADMITTED] * 4 + [EncounterStatus.DISCHARGED, EncounterStatus.CANCELLED])
states = st.lists(st.tuples(places, statuses, st.integers(0, 9)), min_size=1, max_size=6)


@given(states)
def test_the_newest_place_told_is_the_ward_of_the_case_whatever_was_heard(
    heard: list[tuple[list[tuple[str, float]], EncounterStatus, int]],
) -> None:
    stays = [
        gone(moved(*found), hour) if status is EncounterStatus.DISCHARGED
        else moved(*found, status=status, inpatient=status is EncounterStatus.ADMITTED)
        for found, status, hour in heard
    ]  # fmt: skip
    file, notes = timeline((moved(("W1", 0)), 0), *((one, 5 + number) for number, one in enumerate(stays)))
    newest = newest_place(note.text for note in notes)
    if file.encounter.status is EncounterStatus.ADMITTED:
        assert newest in (on_ward(file), None), notes
        assert newest is not None or file.ward_id == "w1", notes
