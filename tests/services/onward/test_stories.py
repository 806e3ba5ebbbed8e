"""Every story, all the way: the cases discharge makes of it, and the alerts notifications makes of those.

Of each story it was decided by hand how many cases are open and who is in which bed. In whatever order, however often
and in whatever batches its messages come, so many cases are held, each by one holding, and the same alerts are active.
"""

import random
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from services.admissions.arrivals import of_er7
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.handlers.receive import Intake
from services.admissions.handlers.setup import set_up as set_up_feeds
from services.discharge.model.hospital import Setup, TrustCode
from services.discharge.rules.whereabouts import UNKNOWN_WARD
from services.discharge.store.lists import timeline
from services.discharge.tables.cases import cases, holdings
from services.notifications.tables import alerts
from shared.contracts.alerts import ACTIVE, AlertKind, AlertState
from shared.contracts.cases import CaseState, CaseStatus
from shared.contracts.encounters import EncounterState, EncounterStatus, Location
from shared.contracts.roles import Role
from shared.database import Database
from tests.rules.admissions.ward_language import Story, stories
from tests.rules.discharge.told_places import newest_place
from tests.services.discharge.door import BASE, Door, door
from tests.services.discharge.riverside import riverside, set_up, without_rota
from tests.services.onward.carrying import Carrying, prepare

SEED = 20260405
HOUR = timedelta(hours=1)
CHILDREN = frozenset({"Baby Example"})
LONGER_THAN_ANY_STORY = timedelta(days=90)
WARDS = {"w1": ("B47",), "w2": ("F21", "C10")}
"""The ward codes of the stories, by ward: each is of a cluster, of which one has two social workers and one has one."""

MAPPED = frozenset(code for codes in WARDS.values() for code in codes)

Active = tuple[AlertKind, str | None, str | None, int, datetime]
Ends = tuple[list[Active], list[Active]]


@dataclass(frozen=True)
class Case:
    """A case as kept, with how many of its holdings are current."""

    state: CaseState
    stay: EncounterState
    current: int


async def test_every_story_ends_in_the_cases_and_alerts_decided_by_hand(
    sqlite_database: Database, tmp_path: Path
) -> None:
    await prepare(sqlite_database)
    at_the_door = door(sqlite_database, tmp_path / "keys")
    choose = random.Random(SEED)  # noqa: S311  # a seed, not a secret
    for number, story in enumerate(stories()):
        is_staffed = _is_staffed(story)
        ends: list[Ends] = []
        for turn in range(2):
            at_the_door.clock.set(story.at)
            carrying = Carrying(sqlite_database, f"T{number:03}{turn}", at_the_door.clock)
            await set_up(sqlite_database, hospital(carrying.trust, is_staffed=is_staffed))
            await tell(carrying, story, choose if turn else None)
            ends.append(await _ends(at_the_door, carrying, story, is_staffed=is_staffed))
        assert ends[0] == ends[1], story.name


def _is_staffed(story: Story) -> bool:
    """Whether anybody is on a rota: in about every other story, so that alerts of both kinds are compared.

    It is told by the story's name, so that a story added or taken away changes nothing of the others.
    """
    return zlib.crc32(story.name.encode()) % 2 == 0


async def _ends(at_the_door: Door, carrying: Carrying, story: Story, *, is_staffed: bool) -> Ends:
    """The active alerts once the story is told, and once a day has gone by; checked with what was decided by hand."""
    await _check_cases(carrying, story)
    told = await active_alerts(carrying)
    late = await active_alerts(carrying) if await become_delayed(at_the_door, carrying) else told
    _check_alerts(late, story, is_staffed=is_staffed)
    assert await carrying.again() == 0
    assert await active_alerts(carrying) == late, story.name
    return told, late


def hospital(trust: str, *, is_staffed: bool) -> Setup:
    """The hospital of the stories, as the trust of that code."""
    given = riverside() if is_staffed else without_rota(riverside())
    wards = tuple(replace(one, codes=WARDS.get(one.id, one.codes)) for one in given.wards)
    policy = replace(given.policy, follow_up_lapses_after=LONGER_THAN_ANY_STORY)
    return replace(given, trust=replace(given.trust, code=TrustCode(trust)), policy=policy, wards=wards)


async def tell(carrying: Carrying, story: Story, choose: random.Random | None) -> None:
    """Send a story's messages as they happened, each handed on; or, by `choose`, in another order, one twice."""
    database, trust = carrying.database, carrying.trust
    async with database.transaction() as tx:
        await set_up_feeds(tx, trust, story.at, {("mllp", "PAS", "RZZ"): story.feed})
    intake = Intake(database, deadline=30, woken=lambda: None)
    order = list(range(len(story.messages)))
    if choose is not None:
        order = _another(order, choose)
    for turn, index in enumerate(order):
        received = story.at - HOUR + timedelta(seconds=turn)
        raw = story.messages[index]
        await intake.offer(of_er7(raw, trust=trust, feed="mllp", received_at=received, processing_id="P"))
        if choose is None or choose.random() < 0.4:
            await interpret_waiting(database, trust, story.at, most=choose.choice((1, 2, 100)) if choose else 100)
        if choose is None or choose.random() < 0.4:
            await carrying.on(choose.choice((1, 2, 100)) if choose else 100)
    await intake.close()
    while choose is not None and (await interpret_waiting(database, trust, story.at, most=100)).messages:
        pass
    await carrying.on()


def _another(order: Sequence[int], choose: random.Random) -> list[int]:
    """Another order than this one, with one of its messages twice."""
    other = list(order)
    while len(other) > 1 and other == list(order):
        choose.shuffle(other)
    other.insert(choose.randint(0, len(other)), choose.choice(order))
    return other


async def kept_cases(carrying: Carrying) -> list[Case]:
    """The cases of a trust, each with its stay and how many of its holdings are current."""
    mine = holdings.c.trust == carrying.trust
    async with carrying.database.reading() as reading:
        rows = await reading.rows(select(cases).where(cases.c.trust == carrying.trust))
        held = await reading.rows(select(holdings.c.case_id).where(mine, holdings.c.is_current))
    current = Counter(row.case_id for row in held)
    assert current.keys() <= {row.case_id for row in rows}
    return [
        Case(
            CaseState.model_validate(row.published), EncounterState.model_validate(row.encounter), current[row.case_id]
        )
        for row in rows
    ]


async def check_places(carrying: Carrying, found: Sequence[Case]) -> None:
    """The newest place that the timeline tells of somebody in hospital is the ward their case is counted to."""
    async with carrying.database.reading() as reading:
        for one in found:
            if one.state.status is not CaseStatus.OPEN:
                continue
            notes = await timeline(reading, carrying.trust, one.state.case_id, one.stay.encounter_id)
            told = newest_place(note.text for note, _ in notes)
            assert told in (None, one.state.ward_name or UNKNOWN_WARD), notes


async def _check_cases(carrying: Carrying, story: Story) -> None:
    """The cases that are held are as many as decided by hand; each has one current holding, and no other has any."""
    found = await kept_cases(carrying)
    held = [one for one in found if one.state.status in (CaseStatus.OPEN, CaseStatus.FOLLOWING)]
    assert len(held) == story.expected["open_cases"], (story.name, carrying.trust, [one.state for one in found])
    assert {one.current for one in held} <= {1}, story.name
    assert {one.current for one in found if one not in held} <= {0}, story.name
    here = {(_place(one.stay.location), _name(one.stay)) for one in held if one.stay.status is EncounterStatus.ADMITTED}
    assert here >= set(_living_in_bed(story).items()), story.name
    assert Counter(bed for bed, _ in here) == _told_in(story), story.name
    await check_places(carrying, found)


async def become_delayed(at_the_door: Door, carrying: Carrying) -> int:
    """Of everybody in hospital it is recorded that they can go; a day and more goes by. How many they are."""
    here = [one for one in await kept_cases(carrying) if one.state.status is CaseStatus.OPEN]
    async with at_the_door.as_("lena", Role.LEAD, carrying.trust) as lena:
        for one in here:
            review = {"meets_criteria": False, "encounter_id": one.stay.encounter_id}
            answer = await lena.post(f"{BASE}/cases/{one.state.case_id}/reviews", json=review)
            assert answer.status_code == 200, answer.text
    at_the_door.clock.advance(timedelta(hours=25))
    if here:
        await carrying.look()
    return len(here)


async def active_alerts(carrying: Carrying) -> list[Active]:
    """The alerts of a trust that are active, without their ids."""
    async with carrying.database.reading() as reading:
        active = alerts.c.status.in_([one.value for one in ACTIVE])
        rows = await reading.rows(select(alerts.c.state).where(alerts.c.trust == carrying.trust, active))
    found = [AlertState.model_validate(row.state) for row in rows]
    return sorted(((one.kind, one.ward_name, one.bed, one.level, one.since) for one in found), key=str)


def _check_alerts(found: Sequence[Active], story: Story, *, is_staffed: bool) -> None:
    """Whoever is in a bed, or on leave from it, is delayed, and uncovered if nobody is on a rota; nobody else is.

    On a ward that nobody mapped nobody ever is.
    """
    away = [one["place"] for one in story.expected["encounters"] if one["status"] == EncounterStatus.ON_LEAVE]
    places = [*_told_in(story).elements(), *away]
    beds = Counter(map(_bed, places))
    assert Counter(bed for kind, _, bed, *_ in found if kind is AlertKind.DELAYED_TRANSFER) == beds, story.name
    nobodys = [place for place in places if place.split("/")[0] not in MAPPED]
    uncovered = Counter(map(_bed, nobodys)) if is_staffed else beds
    assert Counter(bed for kind, _, bed, *_ in found if kind is AlertKind.UNCOVERED) == uncovered, story.name


def _bed(place: str) -> str | None:
    return place.rsplit("/", maxsplit=1)[-1] if place.count("/") == 2 else None


def _living_in_bed(story: Story) -> dict[str, str]:
    """Who is in which bed; those who died there have no case any more, and children never had one."""
    died = {person.partition(" H")[0] for person in story.expected["persons"] if "(deceased)" in person}
    return {bed: name for bed, name in story.expected["in_bed"].items() if name not in died | CHILDREN}


def _told_in(story: Story) -> Counter[str]:
    """How many are told of in each bed that somebody is in: two, where one was said to be in the other's."""
    told = Counter(one["place"] for one in story.expected["encounters"] if one["status"] == EncounterStatus.ADMITTED)
    return Counter({bed: told[bed] for bed in _living_in_bed(story)})


def _place(place: Location | None) -> str:
    return "/".join(part for part in (place.ward_code, place.bay, place.bed) if part) if place else ""


def _name(stay: EncounterState) -> str:
    return " ".join(part for part in (stay.person.given, stay.person.family) if part)
