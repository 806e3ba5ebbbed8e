"""The page on ADT events is the table the code reads by, and every event that does something has a story."""

import subprocess
import sys

from services.admissions.adt.conformance import table
from services.admissions.model import EVENTS, Trigger
from tests.house.test_sizes_and_names import ROOT
from tests.rules.admissions.ward_language import STORIES

PAGE = ROOT / "docs" / "triggers.md"


def told_in_stories() -> set[str]:
    return {path.stem.partition("_")[2] for path in STORIES.glob("*/*.hl7")}


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == table()


def test_the_command_prints_the_page() -> None:
    said = subprocess.run([sys.executable, "-m", "services", "conformance"], capture_output=True, text=True, check=True)
    assert said.stdout == table()


def test_every_event_that_does_something_has_a_story() -> None:
    assert {code for code, event in EVENTS.items() if event.read_as is not None} - told_in_stories() == set()


def test_every_trigger_is_the_reading_of_some_event() -> None:
    assert {event.read_as for event in EVENTS.values()} - {None} == set(Trigger)
