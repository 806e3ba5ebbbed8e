"""What the page on ADT events claims is what the stories show, and both copies of it are the page."""

import subprocess
import sys
from pathlib import Path

from services.admissions.model import EVENTS, Event, Trigger
from tests.house import conformance
from tests.house.conformance import Told, all_told, page, unproved
from tests.rules.admissions.ward_language import STORIES, stories


def test_all_that_is_claimed_is_shown_and_the_pages_say_it() -> None:
    assert conformance.faults() == []


def test_the_command_prints_the_page() -> None:
    said = subprocess.run([sys.executable, "-m", "services", "conformance"], capture_output=True, text=True, check=True)
    assert said.stdout == page(all_told())


def test_every_story_is_on_the_page_with_the_events_of_its_messages() -> None:
    rows = [line.split(" | ") for line in page(all_told()).partition("## The stories")[2].splitlines()[7:]]
    there = {row[0].removeprefix("| "): set(row[-1].removesuffix(" |").split(", ")) for row in rows}
    named = {folder.name: {one.stem.partition("_")[2] for one in folder.glob("*.hl7")} for folder in STORIES.iterdir()}
    assert there == named


def test_an_event_is_shown_only_by_stories_that_end_otherwise_without_it() -> None:
    (attended,) = (one for one in all_told() if one.name == "attended-and-left")
    assert (attended.carried, attended.shown) == (("A03", "A04"), frozenset())
    (swapped,) = (one for one in all_told() if one.name == "beds-swapped")
    assert swapped.shown == {"A01", "A17"}


def test_a_claim_that_no_story_shows_is_a_fault() -> None:
    events = {**EVENTS, "A98": Event("new", Trigger.UPDATE, "does something")}
    assert unproved(all_told(), events) == ["A98 is said to do something, and no story shows it"]


def test_a_story_that_ends_otherwise_than_decided_is_a_fault_and_shows_nothing() -> None:
    wrong = Told("a-story", "She is admitted.", ("A01",), frozenset({"A01"}), as_decided=False)
    said = unproved([wrong], {"A01": EVENTS["A01"]})
    assert said == [
        "the story a-story does not end as decided",
        "A01 is said to do something, and no story shows it",
    ]
    assert "a-story" not in page([wrong])


def test_an_event_that_does_something_and_is_in_no_row_is_a_fault() -> None:
    events = {code: event for code, event in EVENTS.items() if code != "A17"}
    assert unproved(all_told(), events) == ["A17 does something in a story, and is in no row"]


def test_a_page_that_differs_or_is_missing_is_a_fault(tmp_path: Path) -> None:
    (other := tmp_path / "other.md").write_text(page(all_told()).replace("beds-swapped, ", ""), encoding="utf-8")
    (same := tmp_path / "same.md").write_text(page(all_told()), encoding="utf-8")
    found = conformance.faults([other, same, missing := tmp_path / "missing.md"])
    assert [one.partition(" differs ")[0] for one in found] == [str(other), str(missing)]


def test_every_trigger_is_the_reading_of_some_event() -> None:
    assert {event.read_as for event in EVENTS.values()} - {None} == set(Trigger)


def test_each_story_is_told_once_on_the_page() -> None:
    assert [one.name for one in all_told()] == [story.name for story in stories()]
