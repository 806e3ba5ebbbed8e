"""Reads the stories of tests/messages and says what became of them the way a ward would."""

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from services.admissions.adt import read_facts
from services.admissions.adt.messages import Kept
from services.admissions.model import Encounter, Fact, Feed, Flag, Interpretation, Location, Person, Pins
from services.admissions.rules.feed_lines import read_feeds
from services.admissions.rules.interpreting import interpret
from shared.contracts.encounters import EncounterState, EncounterStatus
from shared.hl7.message import read

STORIES = Path(__file__).parents[2] / "messages"


@dataclass(frozen=True)
class Story:
    """A story: its messages as bytes, in the order they happened, and the state decided by hand."""

    name: str
    messages: tuple[bytes, ...]
    expected: dict[str, Any]
    feed: Feed
    at: datetime


@cache
def stories() -> tuple[Story, ...]:
    """All stories, by name."""
    return tuple(_story(folder) for folder in sorted(STORIES.iterdir()) if folder.is_dir())


def _story(folder: Path) -> Story:
    expected: dict[str, Any] = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    expected.pop("story")
    feed = _spoken(expected.pop("feed", {}))
    at = datetime.fromisoformat(expected.pop("at")).replace(tzinfo=UTC)
    messages = tuple(path.read_bytes() for path in sorted(folder.glob("*.hl7")))
    return Story(folder.name, messages, expected, feed, at)


def _spoken(said: dict[str, Any]) -> Feed:
    """How the story's sender speaks: `said` in the words of the setup file."""
    sender = {"sending_application": "PAS", "sending_facility": "RZZ", "door": "mllp"}
    found = read_feeds(yaml.safe_dump({"feeds": [sender | said]}))
    assert isinstance(found, dict), found
    return found["mllp", "PAS", "RZZ"]


def heard(story: Story, arrival: Sequence[int]) -> list[Fact]:
    """The facts of a story whose messages arrive in the order `arrival` (indexes; one may come twice)."""
    facts: list[Fact] = []
    for turn, index in enumerate(arrival):
        raw = story.messages[index]
        received = story.at - timedelta(hours=1) + timedelta(seconds=turn)
        told = read_facts(read(raw), story.feed, Kept(f"m{turn}", hashlib.sha256(raw).hexdigest(), received))
        assert isinstance(told, tuple), told
        facts.extend(told)
    return facts


def in_batches(facts: Sequence[Fact], ends: Sequence[int], at: datetime) -> Interpretation:
    """The state after folding at each of `ends` (how many facts are known by then), pins carried over."""
    numbers = itertools.count()
    pins = Pins()
    result = interpret([], pins, at=at, mint=lambda: f"id-{next(numbers):04}")
    for end in ends:
        result = interpret(facts[:end], pins, at=at, mint=lambda: f"id-{next(numbers):04}")
        assert pins.encounters.items() <= result.pins.encounters.items(), "a pin was lost"
        lost = set(pins.encounters.values()) - {one.encounter_id for one in result.encounters}
        assert not lost, "an encounter that was announced is no longer spoken of"
        pins = result.pins
    return result


def _place(place: Location | None) -> str | None:
    return None if place is None else "/".join(part for part in (place.ward, place.bay, place.bed) if part)


def _time(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def _name(person: Person) -> str:
    return " ".join(part for part in (person.given, person.family) if part)


UNSAID = frozenset({Flag.NHS_NUMBER_FOR_TESTS})
"""Said of everybody in these stories, for only numbers that nobody is given may stand in them; it tells none apart."""


def _person(person: Person) -> str:
    flags = [flag for flag in person.flags if flag not in UNSAID]
    words = [_name(person), person.mrn.value]
    if person.deceased:
        words.append("(deceased)")
    if flags:
        words.append("[" + ", ".join(flags) + "]")
    return " ".join(words)


def _encounter(one: Encounter) -> dict[str, Any]:
    said: dict[str, Any] = {
        "status": one.status.value,
        "place": _place(one.location),
        "admitted": _time(one.admitted_at),
        "discharged": _time(one.discharged_at),
        "movements": [
            f"{_place(move.location) or 'somewhere'} from {_time(move.since)}"
            + (" (inferred)" if move.inferred else "")
            for move in one.movements
        ],
        "flags": [flag.value for flag in one.flags],
    }
    more = {
        "expected": one.expected_discharge_on and one.expected_discharge_on.isoformat(),
        "method": one.discharge_method,
        "destination": one.discharge_destination,
        "consultant": one.consultant,
        "on_leave": _time(one.now.on_leave_since),
        "back": _time(one.now.return_expected_at),
        "elsewhere": _place(one.now.temporary_location),
        "on_the_way": one.now.in_transit or None,
        "going_to": _place(one.now.going_to),
        "going_at": _time(one.now.going_to_at),
        "leaving": one.now.discharge_pending or None,
        "leaving_at": _time(one.now.discharge_pending_at),
        "look_again": _time(one.look_again_at),
    }
    return said | {name: value for name, value in more.items() if value is not None}


NAMES_ONLY = (EncounterStatus.MERGED_AWAY, EncounterStatus.DELETED)
"""Ids that were announced before more was known: they differ with arrival, what they stand for not."""


def is_grown(stay: Encounter | EncounterState) -> bool:
    """Whether somebody was 18 when they were admitted, or it is not known: no case is opened for a child."""
    born, came = stay.person.born, stay.admitted_at
    if born is None or came is None:
        return True
    return came.year - born.year - ((came.month, came.day) < (born.month, born.day)) >= 18


def in_ward_language(result: Interpretation) -> dict[str, Any]:
    """The state up to the names of ids: persons, encounters, how many cases there are, who is in which bed."""
    ours = [one for one in result.encounters if one.status not in NAMES_ONLY]
    never = datetime.min.replace(tzinfo=UTC)
    ours.sort(key=lambda one: (one.admitted_at or never, _place(one.location) or "", str(_encounter(one))))
    present = [one for one in ours if one.inpatient and one.status is EncounterStatus.ADMITTED]
    return {
        "persons": [_person(person) for person in result.persons],
        "encounters": [_encounter(one) for one in ours],
        "open_cases": sum(1 for one in ours if one.inpatient and not one.person.deceased and is_grown(one)),
        "in_bed": dict(sorted((_place(one.location) or "", _name(one.person)) for one in present)),
    }
