"""What the simulator reads and keeps: the hospital's file, and how far it has played."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path

import pytest

from services.simulator.handlers.messages import bytes_of
from services.simulator.handlers.past import history
from services.simulator.handlers.present import from_here
from services.simulator.model import Sent
from services.simulator.rules.plan import steps
from services.simulator.store import hospital, progress

EXAMPLE = Path(__file__).parents[3] / "deploy" / "examples" / "fictional-hospital.yaml"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_the_example_is_a_hospital_to_play() -> None:
    found = hospital.read(EXAMPLE)
    assert found.trust == "RZZ"
    assert sum(len(ward.places) for ward in found.of_kind("base")) >= 150
    assert all(found.of_kind(kind) for kind in ("emergency", "assessment", "lounge"))
    places = [place for ward in found.wards for place in ward.places]
    assert len(set(places)) == len(places)


def test_a_file_without_wards_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("trust: {code: RZZ}\nwards: []\n")
    with pytest.raises(ValueError, match="no trust with an inpatient ward"):
        hospital.read(tmp_path / "x.yaml")


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    assert progress.load(tmp_path / "none.json") is None
    begun = progress.begun(5, 150, NOW, timedelta(days=14), 10.0)
    progress.save(tmp_path / "kept.json", begun)
    assert progress.load(tmp_path / "kept.json") == begun


@pytest.mark.parametrize("said", ["{}", "[]", "not json", ""])
def test_a_file_that_tells_no_story_is_said_to_be_none(tmp_path: Path, said: str) -> None:
    (tmp_path / "other.json").write_text(said)
    with pytest.raises(progress.NotAStory, match="not a file of the simulator"):
        progress.load(tmp_path / "other.json")


def test_the_past_is_as_it_was_and_the_present_goes_at_its_speed() -> None:
    begun = progress.begun(5, 150, NOW, timedelta(days=14), 10.0)
    assert begun.wall(NOW - 30 * HOUR) == NOW - 30 * HOUR
    assert begun.wall(NOW + 10 * HOUR) == NOW + HOUR


async def test_a_restart_goes_on_with_the_next_message_and_changes_no_time_already_told() -> None:
    wards = hospital.read(EXAMPLE)
    first = progress.begun(5, 150, NOW, timedelta(days=14), 10.0)
    story = takewhile(lambda step: step.at < NOW + 20 * HOUR, steps(5, wards, 150, first.begin))
    told = [step for step in story if isinstance(step, Sent)]
    stopped = replace(first, history_done=True, played_until=told[-1].at)
    later = NOW + 50 * HOUR
    second = progress.gone_on(stopped, later, 10.0)
    assert [bytes_of(step.adt, wards, second) for step in told] == [bytes_of(step.adt, wards, first) for step in told]
    here = from_here(wards, second)
    again, following = await anext(here), await anext(here)
    assert again == told[-1]
    assert following.at > stopped.played_until
    assert later <= second.wall(following.at) < later + HOUR


async def test_while_it_finds_its_place_again_others_have_their_turns() -> None:
    first = progress.begun(5, 150, NOW, timedelta(days=14), 10.0)
    stopped = replace(first, history_done=True, played_until=NOW)
    turns = 0

    async def another() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(another())
    wards = hospital.read(EXAMPLE)
    step = await anext(from_here(wards, stopped))
    found = turns
    assert step.at >= NOW
    assert found > 50
    told = await history(stopped, wards)
    beside.cancel()
    assert turns - found > 50
    assert len(told) > 50 * 100


def test_a_restart_in_the_middle_of_the_past_tells_the_same_past() -> None:
    first = progress.begun(5, 150, NOW, timedelta(days=14), 10.0)
    assert progress.gone_on(first, NOW + HOUR, 10.0) == first
