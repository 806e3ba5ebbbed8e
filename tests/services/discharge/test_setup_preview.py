"""A preview says what a setup would change for people: then it is loaded, and that is what happens."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import func, select

from services.discharge.handlers.hospital import hospital_now
from services.discharge.handlers.setup import apply
from services.discharge.model.hospital import Absence, ClusterId, RotaPattern, Setup, StaffId
from services.discharge.rules.absence import off_duty
from services.discharge.rules.setup_effects import SHOWN_AT_MOST, held_by
from services.discharge.rules.setup_file import write_setup
from services.discharge.store import case_files
from services.discharge.tables import metadata
from services.discharge.tables.cases import audited, cases, log
from services.discharge.tables.cases import timers as timers_table
from services.discharge.tables.hospital import setup_revisions
from shared import timers
from shared.contracts.api.setups import CaseHeldBy, SetupPreview
from shared.contracts.encounters import EncounterStatus
from shared.contracts.roles import Role
from shared.database import Database
from tests.services.discharge.door import BASE, Door, door
from tests.services.discharge.files import covering, filed, look
from tests.services.discharge.riverside import HOUR, MONDAY, TRUST, after, case_id_of, hear, set_up, stay
from tests.services.discharge.test_delivery import until_somebody_waits

LATER = MONDAY + 2 * HOUR
PREVIEWS = f"{BASE}/setup/previews"


@pytest.fixture
async def there(at_the_door: Door) -> Door:
    """Riverside with four people on each ward, one of them nowhere known, one gone home."""
    await set_up(at_the_door.database, filed())
    here = [stay(number, ward=ward) for number, ward in enumerate(["W1", "W2", "W3", "W4"] * 4, start=1)]
    await hear(at_the_door.database, *here, stay(17, ward="X9"))
    gone = after(here[0], status=EncounterStatus.DISCHARGED, discharged_at=MONDAY)
    await hear(at_the_door.database, gone)
    await look(at_the_door, LATER)
    return at_the_door


async def _ask(door: Door, setup: Setup | str, role: Role = Role.ADMINISTRATOR) -> httpx2.Response:
    file = setup if isinstance(setup, str) else write_setup(setup)
    async with door.as_("ida", role) as ida:
        return await ida.post(PREVIEWS, json={"file": file})


async def _preview(door: Door, setup: Setup) -> SetupPreview:
    answer = await _ask(door, setup)
    assert answer.status_code == 200, answer.text
    return SetupPreview.model_validate(answer.json())


async def _stand(database: Database, at: datetime) -> dict[str, CaseHeldBy]:
    """How every case stands, by its id."""
    async with database.reading() as reading:
        ids = [row.case_id for row in await reading.rows(select(cases.c.case_id))]
        absent = off_duty(await hospital_now(reading, TRUST, at), at)
        files = await case_files.load(reading, TRUST, ids)
    return {case_id: held_by(file, absent) for case_id, file in files.items()}


async def _load(door: Door, setup: Setup, at: datetime) -> tuple[str, ...]:
    """Load it, and let the clock look at what that makes due."""
    async with door.database.transaction() as tx:
        told = (await apply(tx, setup, at)).changes
    await look(door, at)
    return told


def _night(setup: Setup) -> Setup:
    """North works from five in the afternoon on."""
    rota = tuple(replace(one, starts=time(17), ends=time(22)) if one.cluster == "north" else one for one in setup.rota)
    return replace(setup, rota=rota)


def _empty_staffed(setup: Setup) -> Setup:
    line = RotaPattern(StaffId("lena"), ClusterId("empty"), frozenset(range(7)), time(8), time(20))
    other = RotaPattern(StaffId("ben"), ClusterId("empty"), frozenset(range(7)), time(8), time(20))
    return replace(setup, rota=(*setup.rota, line, other))


def _children_too(setup: Setup) -> Setup:
    return replace(setup, policy=replace(setup.policy, adult_from_age=16))


def _without(setup: Setup, who: str) -> Setup:
    """Somebody works here no more."""
    staff = tuple(one for one in setup.staff if one.id != who)
    return replace(setup, staff=staff, rota=tuple(one for one in setup.rota if one.staff != who))


WISHES = {
    "somebody leaves": _without(filed(), "asha"),
    "somebody leaves and their ward is closed": _without(
        replace(covering(north="w3"), wards=tuple(one for one in filed().wards if one.id != "w1")), "asha"
    ),
    "another cluster": covering(north="w3", south="w1 w2"),
    "uncovered people are named": covering(_empty_staffed(filed()), south="w2 w3"),
    "another cover": _night(filed()),
    "somebody is away": replace(filed(), absences=(Absence(StaffId("cara"), date(2026, 5, 4), date(2026, 5, 6)),)),
    "a ward is closed": replace(covering(north="w3"), wards=tuple(one for one in filed().wards if one.id != "w1")),
    "another limit": _children_too(filed()),
    "only a name": replace(filed(), trust=replace(filed().trust, name="Riverbank")),
}


@pytest.mark.parametrize("wish", WISHES)
async def test_what_was_previewed_is_what_comes_of_loading_it(there: Door, wish: str):
    wanted, before = WISHES[wish], await _stand(there.database, LATER)
    seen = await _preview(there, wanted)
    assert await _stand(there.database, LATER) == before
    assert seen.changes == await _load(there, wanted, LATER)
    now = await _stand(there.database, LATER)
    changed = {case_id for case_id, one in now.items() if one != before[case_id]}
    assert {one.case_id: one.after for one in seen.items} == {case_id: now[case_id] for case_id in changed}
    assert {one.case_id: one.before for one in seen.items} == {case_id: before[case_id] for case_id in changed}
    assert seen.changed == len(changed)


async def test_it_says_in_words_who_moves_and_who_is_named(there: Door):
    seen = await _preview(there, WISHES["uncovered people are named"])
    assert seen.changes == ("cluster south changed", "rota changed: 5 weekly lines, were 3")
    assert seen.in_words == ("8 cases would have another co-ordinator", "4 cases would be another cluster’s")
    assert (seen.looked_at, seen.changed, len(seen.items)) == (17, 8, 8)
    named = sorted(one.after.coordinator_id or "" for one in seen.items if one.after.cluster_id == "empty")
    # Ben carries two people of North already.
    assert named == ["ben", "lena", "lena", "lena"]


async def test_a_preview_leaves_nothing_but_that_somebody_looked(there: Door):
    async def counts() -> list[int]:
        async with there.database.reading() as reading:
            due = await timers.due(reading, timers_table, LATER, 100)
            tables = (setup_revisions, log.outbox)
            return [len(due), *[int(await reading.value(select(func.count()).select_from(one)) or 0) for one in tables]]

    before = await counts()
    seen = await _preview(there, WISHES["another cluster"])
    assert await counts() == before
    async with there.database.reading() as reading:
        (row,) = await reading.rows(select(audited).where(audited.c.act == "setup-previewed"))
    assert (row.caller, row.kind, row.subjects) == ("ida", "read", sorted(one.case_id for one in seen.items))
    # What was worked out of the hospital that was undone is not remembered: the next load has the same number.
    await _load(there, WISHES["only a name"], LATER)
    await hear(there.database, stay(18, ward="W1"), at=LATER)
    stands = await _stand(there.database, LATER)
    assert stands[await case_id_of(there.database, 18)].cluster_id == "north"


async def test_many_are_counted_and_some_are_shown_those_it_weighs_on_most_first(there: Door):
    """North's 129 people become South's, the one at home without a hand-over; four on ward 3 are North's, and named."""
    many = [stay(number, ward="W1") for number in range(100, 225)]
    young = stay(99, ward="W3", person={"person_id": "young", "born": date(2006, 1, 1)})
    await hear(there.database, young, *many)
    await look(there, LATER)
    moved = WISHES["another cluster"]
    seen = await _preview(there, replace(moved, policy=replace(moved.policy, adult_from_age=25)))
    assert (seen.looked_at, seen.changed, len(seen.items)) == (143, 134, SHOWN_AT_MOST)
    counts = {one.effect.value: one.cases for one in seen.counts}
    assert counts == {"ended": 1, "coordinator": 4, "cluster": 133, "hand_over": 128}
    assert seen.items[0].case_id == await case_id_of(there.database, 99)
    assert {one.after.cluster_id for one in seen.items[1:5]} == {"north"}


@pytest.mark.parametrize(
    ("file", "status", "says"),
    [
        ("wards: []", 422, "line 1: trust: is missing"),
        (write_setup(filed()).replace("RXX", "RZZ"), 422, "another trust"),
        (write_setup(filed()) + "feeds: []\n", 422, "line 91: feeds"),
    ],
)
async def test_a_file_that_is_wrong_is_told_by_its_line(there: Door, file: str, status: int, says: str):
    answer = await _ask(there, file)
    assert (answer.status_code, says in answer.text) == (status, True), answer.text
    assert (await _ask(there, file, Role.INTEGRATION_ENGINEER)).status_code == 403


async def test_a_case_that_somebody_works_on_is_waited_for_and_not_left_out(
    postgres_database: Database, tmp_path: Path
):
    await postgres_database.create_all(metadata)
    await set_up(postgres_database, filed())
    await hear(postgres_database, stay(1), stay(2))
    worked_on = await case_id_of(postgres_database)
    async with postgres_database.transaction() as tx:
        await case_files.lock(tx, TRUST, [worked_on])
        asked = asyncio.create_task(_preview(door(postgres_database, tmp_path / "keys"), WISHES["another cluster"]))
        await until_somebody_waits(postgres_database)
    assert worked_on in {one.case_id for one in (await asked).items}
