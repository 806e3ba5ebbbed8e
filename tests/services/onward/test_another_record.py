"""A stay that comes under another person's record: who co-ordinates it is told, by the message that says so."""

from pathlib import Path

import pytest

from services.discharge.rules.casework import UNDER_ANOTHER_RECORD
from services.discharge.tables.cases import timeline
from shared.database import Database
from tests.rules.admissions.ward_language import stories
from tests.services.discharge.door import door
from tests.services.discharge.riverside import set_up
from tests.services.onward.carrying import Carrying, prepare
from tests.services.onward.test_stories import hospital, kept_cases, tell

STORIES = {story.name: story for story in stories()}


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("visit-moved-to-another-person", 1),
        ("visit-moved-and-moved-back", 2),
        ("merged-while-both-are-in-hospital", 1),
        ("visit-number-changed", 0),
        ("nhs-number-changed", 0),
        ("mrs-smith", 0),
    ],
)
async def test_each_time_a_stay_comes_under_another_record_it_is_told_once(
    sqlite_database: Database, tmp_path: Path, name: str, times: int
) -> None:
    story = STORIES[name]
    await prepare(sqlite_database)
    at_the_door = door(sqlite_database, tmp_path / "keys")
    at_the_door.clock.set(story.at)
    carrying = Carrying(sqlite_database, "T0000", at_the_door.clock)
    await set_up(sqlite_database, hospital(carrying.trust, is_staffed=True))
    await tell(carrying, story, None)
    async with sqlite_database.reading() as reading:
        told = await reading.rows(timeline.select().where(timeline.c.text == UNDER_ANOTHER_RECORD))
    assert len(told) == times
    changed = [one for one in await kept_cases(carrying) if one.state.person_changed_at is not None]
    assert len(changed) == min(times, 1)
