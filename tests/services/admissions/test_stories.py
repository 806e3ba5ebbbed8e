"""Every story, through the real database: in orders chosen by seed, with repeats, in batches of any size."""

import random
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio
from sqlalchemy import select

from services.admissions.arrivals import of_er7
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.handlers.keeping import Stored
from services.admissions.handlers.reading_again import foresee
from services.admissions.handlers.receive import Intake
from services.admissions.handlers.replay import Progress, replay
from services.admissions.handlers.setup import set_up
from services.admissions.model.selections import Selection
from services.admissions.tables import encounters, log, messages, metadata
from shared.contracts.encounters import EncounterState, EncounterStatus, Location
from shared.contracts.envelope import Announcement
from shared.database import Database
from tests.rules.admissions.ward_language import NAMES_ONLY, UNSAID, Story, is_grown, stories

STORIES = stories()
SEED = 20260405
ORDERS = 2


@pytest_asyncio.fixture
async def house(any_database: Database) -> AsyncGenerator[tuple[Database, Intake]]:
    await any_database.create_all(metadata)
    intake = Intake(any_database, deadline=30, woken=lambda: None)
    yield any_database, intake
    await intake.close()


async def test_every_story_ends_as_decided_by_hand(house: tuple[Database, Intake]) -> None:
    database, intake = house
    choose = random.Random(SEED)  # noqa: S311  # a seed, not a secret
    for number, story in enumerate(STORIES):
        for turn in range(ORDERS):
            trust = f"T{number:03}{turn}"
            order = list(range(len(story.messages)))
            if turn:
                choose.shuffle(order)
            await tell(database, intake, story, trust, order, choose)
            assert await in_ward_language(database, trust) == as_expected(story), (story.name, order)
            await check_announced(database, trust)
            async with database.rehearsal() as tx:
                read = await foresee(tx, trust, Selection(since=story.at - timedelta(days=1)), story.at)
            assert read.changes.in_words.endswith(" read: nothing changes."), (story.name, read.changes)
            assert len(read.ids) == len({*story.messages})


async def test_a_replay_changes_nothing_when_the_rules_did_not(house: tuple[Database, Intake]) -> None:
    database, intake = house
    choose = random.Random(SEED)  # noqa: S311  # a seed, not a secret
    for number, story in enumerate(STORIES[:12]):
        trust = f"R{number:03}"
        await tell(database, intake, story, trust, list(range(len(story.messages))), choose)
        before = await states(database, trust)
        told: list[Progress] = []
        progress = await replay(database, trust, story.at, told.append)
        assert progress.messages == progress.of == len(story.messages)
        assert progress.files >= 1
        assert told[-1] == progress
        assert await states(database, trust) == before, story.name


async def tell(
    database: Database, intake: Intake, story: Story, trust: str, order: list[int], choose: random.Random
) -> None:
    """Send a story's messages in `order`, the first of them twice, interpreting now and then."""
    async with database.transaction() as tx:
        await set_up(tx, trust, story.at, {("mllp", "PAS", "RZZ"): story.feed})
    for turn, index in enumerate([*order, order[0]]):
        received = story.at - timedelta(hours=1) + timedelta(seconds=turn)
        raw = story.messages[index]
        fate = await intake.offer(of_er7(raw, trust=trust, feed="mllp", received_at=received, processing_id="P"))
        assert isinstance(fate, Stored)
        if choose.random() < 0.5:
            await interpret_waiting(database, trust, story.at, most=choose.choice((1, 2, 100)))
    while (await interpret_waiting(database, trust, story.at, most=choose.choice((1, 2, 100)))).messages:
        pass
    async with database.reading() as reading:
        outcomes = await reading.rows(select(messages.c.outcome).where(messages.c.trust == trust))
    assert {row.outcome for row in outcomes} == {"applied"}


async def states(database: Database, trust: str) -> dict[str, EncounterState]:
    async with database.reading() as reading:
        rows = await reading.rows(select(encounters.c.state).where(encounters.c.trust == trust))
    found = [EncounterState.model_validate_json(row.state) for row in rows]
    return {one.encounter_id: one for one in found}


async def check_announced(database: Database, trust: str) -> None:
    """What was announced of each encounter counts up from 1, and the last is what is kept."""
    async with database.reading() as reading:
        rows = await reading.rows(select(log.outbox).where(log.outbox.c.trust == trust).order_by(log.outbox.c.no))
    versions: dict[str, int] = {}
    last: dict[str, EncounterState] = {}
    for row in rows:
        assert row.version == versions.get(row.subject, 0) + 1
        versions[row.subject] = row.version
        said = Announcement[EncounterState].model_validate_json(bytes(row.data))
        assert said.changes
        last[row.subject] = said.data
    assert last == await states(database, trust)


def _place(place: Location | None) -> str | None:
    return None if place is None else "/".join(part for part in (place.ward_code, place.bay, place.bed) if part)


def _time(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def _name(one: EncounterState) -> str:
    return " ".join(part for part in (one.person.given, one.person.family) if part)


def _encounter(one: EncounterState) -> dict[str, Any]:
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
    }
    more = {
        "expected": one.expected_discharge_on and one.expected_discharge_on.isoformat(),
        "method": one.discharge_method,
        "destination": one.discharge_destination,
        "consultant": one.consultant,
        "on_leave": _time(one.on_leave_since),
        "back": _time(one.return_expected_at),
        "elsewhere": _place(one.temporary_location),
        "on_the_way": one.in_transit or None,
        "going_to": _place(one.going_to),
        "going_at": _time(one.going_to_at),
        "leaving": one.discharge_pending or None,
        "leaving_at": _time(one.discharge_pending_at),
    }
    return said | {name: value for name, value in more.items() if value is not None}


async def in_ward_language(database: Database, trust: str) -> dict[str, Any]:
    """The stays as published, up to the names of ids."""
    ours = [one for one in (await states(database, trust)).values() if one.status not in NAMES_ONLY]
    ours.sort(key=lambda one: (one.admitted_at or datetime.min.replace(tzinfo=UTC), _place(one.location) or ""))
    present = [one for one in ours if one.inpatient and one.status is EncounterStatus.ADMITTED]
    return {
        "encounters": [_encounter(one) for one in ours],
        "flags": sorted({flag for one in ours for flag in one.flags} - UNSAID),
        "open_cases": sum(1 for one in ours if one.inpatient and not one.person.deceased and is_grown(one)),
        "in_bed": {_place(one.location): _name(one) for one in present},
    }


def as_expected(story: Story) -> dict[str, Any]:
    """What was decided by hand, as far as an encounter's state says it; a person's oddities are on their stays."""
    wanted: dict[str, Any] = story.expected
    stays: list[dict[str, Any]] = wanted["encounters"]
    odd = {flag for stay in stays for flag in stay["flags"]}
    if stays:
        for person in wanted["persons"]:
            if "[" in person:
                odd |= {*person.partition("[")[2].rstrip("]").split(", ")}
    return {
        "encounters": [
            {key: told for key, told in stay.items() if key not in ("flags", "look_again")} for stay in stays
        ],
        "flags": sorted(odd),
        "open_cases": wanted["open_cases"],
        "in_bed": wanted["in_bed"],
    }
