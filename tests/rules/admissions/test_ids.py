"""An encounter keeps its id through everything that is said of it: one case an id, for ever."""

import itertools
from collections.abc import Sequence

import pytest

from services.admissions.model import Encounter, EncounterStatus, Pins
from services.admissions.rules.interpreting import interpret
from tests.rules.admissions.ward_language import heard, stories

STORIES = {story.name: story for story in stories()}


def _told(name: str, order: Sequence[int]) -> list[tuple[Encounter, ...]]:
    """The encounters after each message of a story, told one by one in an order."""
    story, numbers, pins = STORIES[name], itertools.count(), Pins()
    facts = heard(story, order)
    after: list[tuple[Encounter, ...]] = []
    for known in range(1, len(facts) + 1):
        result = interpret(facts[:known], pins, at=story.at, mint=lambda: f"id-{next(numbers)}")
        pins = result.pins
        after.append(result.encounters)
    return after


@pytest.mark.parametrize(
    ("name", "lives"),
    [
        ("cancelled-then-admitted-after-all", ["admitted", "cancelled", "admitted"]),
        ("cancelled-then-discharge-cancelled", ["admitted", "cancelled", "admitted"]),
        ("cancelled-discharge", ["admitted", "discharged", "admitted"]),
        ("newborn-by-mistake", ["admitted", "admitted"]),
    ],
)
def test_what_is_withdrawn_comes_back_under_its_id(name: str, lives: list[str]) -> None:
    after = _told(name, range(len(lives)))
    assert [[one.status.value for one in encounters] for encounters in after] == [[life] for life in lives]
    assert len({one.encounter_id for encounters in after for one in encounters}) == 1


def _ends_in_nobodys_stay(name: str) -> bool:
    """Whether a stay is taken back with its person: deleted, or a newborn's that nobody else's may become."""
    return name == "newborn-under-the-mothers-number" or any(b"ADT^A29" in one for one in STORIES[name].messages)


@pytest.mark.parametrize("name", sorted(name for name in STORIES if not _ends_in_nobodys_stay(name)))
def test_nothing_announced_is_ever_said_to_be_deleted_while_a_stay_stands_for_it(name: str) -> None:
    count = len(STORIES[name].messages)
    for order in (range(count), range(count - 1, -1, -1)):
        for encounters in _told(name, order):
            gone = [one for one in encounters if one.status is EncounterStatus.DELETED and not one.fact_ids]
            assert not gone, (order, gone)
