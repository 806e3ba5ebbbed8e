"""Who answers for people whose co-ordinator leaves or is away, whose ward closes, whose cluster ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from services.discharge.handlers.clock import decide
from services.discharge.handlers.setup import apply
from services.discharge.model.hospital import Absence, ClusterId, Setup, StaffId, WardId
from services.discharge.tables.cases import timeline
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.contracts.api.discharge import CaseDetail
from shared.contracts.cases import CaseStatus, Holding
from shared.database import Database
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import (
    DAY,
    HOUR,
    MONDAY,
    case_id_of,
    case_of,
    hear,
    left,
    riverside,
    stay,
)

DESK = ("the duty desk", "01632 960999")
NIGHT = MONDAY + 12 * HOUR
"""Monday, ten in the evening in London."""
TUESDAY_AT_EIGHT = MONDAY + 22 * HOUR


def without(*staff: str, setup: Setup | None = None) -> Setup:
    """The hospital once these have left."""
    one = setup or riverside()
    rota = tuple(line for line in one.rota if line.staff not in staff)
    return replace(one, staff=tuple(each for each in one.staff if each.id not in staff), rota=rota)


def away(staff: str, first: date, last: date) -> Setup:
    return replace(riverside(), absences=(Absence(StaffId(staff), first, last),))


async def changed(database: Database, setup: Setup, at: datetime) -> tuple[str, ...]:
    """The hospital set up anew, and nothing else: the clock has not looked."""
    async with database.transaction() as tx:
        return (await apply(tx, setup, at)).changes


async def looked(database: Database, at: datetime) -> None:
    async with database.reading() as reading:
        due = await timers.due(reading, timers_table, at, 100)
    await decide(database, due, at)


async def held(database: Database, number: int = 1) -> Holding:
    """As announced."""
    found = (await case_of(database, number)).holding
    assert found is not None
    return found


async def shown(door: Door, at: datetime, number: int = 1) -> Holding:
    """As who looks at the case at `at` is told it."""
    door.clock.set(at)
    async with door.as_("ben") as ben:
        answer = await ben.get(f"{BASE}/cases/{await case_id_of(door.database, number)}")
    return CaseDetail.model_validate_json(answer.content).summary.holding


async def test_the_people_of_who_leaves_have_somebody_else_in_the_same_moment(at_the_door: Door):
    database, at = at_the_door.database, MONDAY + HOUR
    await hear(database, stay(1), stay(2), stay(3))
    assert [(await held(database, one)).coordinator_id for one in (1, 2, 3)] == ["asha", "ben", "asha"]
    told = await changed(database, without("asha"), at)
    assert "people of staff who left: 2 have another named co-ordinator" in told
    found = [await held(database, one) for one in (1, 2, 3)]
    assert [one.coordinator_id for one in found] == ["ben", "ben", "ben"]
    assert [one.since for one in found] == [at, MONDAY, at]
    assert found[0].explanation == (
        "Asha Patel works here no more.",
        "North cluster covers Ward 1.",
        "On duty now: Ben Cole.",
        "Ben Cole is the only one on duty.",
    )
    async with database.reading() as reading:
        said = [row.text for row in await reading.rows(select(timeline.c.text))]
    assert said.count("Asha Patel works here no more. Ben Cole was named co-ordinator") == 2


async def test_their_people_are_shared_out_among_those_who_stay(at_the_door: Door):
    database = at_the_door.database
    await changed(database, without("ben"), MONDAY)
    await hear(database, *[stay(number) for number in range(1, 5)])
    three = replace(riverside(), staff=(*riverside().staff, replace(riverside().staff[0], id=StaffId("dev"))))
    three = replace(three, rota=(*three.rota, replace(three.rota[0], staff=StaffId("dev"))))
    await changed(database, without("asha", setup=three), MONDAY + HOUR)
    now = sorted([(await held(database, number)).coordinator_id or "" for number in range(1, 5)])
    assert now == ["ben", "ben", "dev", "dev"]


async def test_the_people_of_the_last_one_who_leaves_are_uncovered_at_once(at_the_door: Door):
    database, at = at_the_door.database, MONDAY + HOUR
    await hear(database, stay(ward="W2"))
    told = await changed(database, without("cara"), at)
    assert "people of staff who left: 1 have no named co-ordinator now" in told
    found = await held(database)
    assert (found.coordinator_id, found.uncovered_since) == (None, at)
    assert found.reason == "Nobody is on the rota of South cluster."
    at_the_door.clock.set(at + HOUR)
    async with at_the_door.as_("lena") as lena:
        measured = (await lena.get(f"{BASE}/uncovered-minutes")).json()
    assert [(one["cluster_id"], one["minutes"]) for one in measured["items"]] == [("south", 60)]
    await changed(database, riverside(), at + HOUR)
    await looked(database, at + HOUR)
    assert (await held(database)).coordinator_id == "cara"


async def test_who_is_followed_at_home_has_somebody_else_too(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay())
    await hear(database, left(stay(), MONDAY + HOUR), at=MONDAY + HOUR)
    await changed(database, without("asha"), MONDAY + 2 * HOUR)
    assert ((await case_of(database)).status, (await held(database)).coordinator_id) == (CaseStatus.FOLLOWING, "ben")


async def test_a_case_that_has_ended_names_nobody_anew(at_the_door: Door):
    database = at_the_door.database
    dead = stay().person.model_copy(update={"deceased": True})
    await hear(database, stay(person=dead))
    before = await case_of(database)
    await changed(database, without("asha", "ben"), MONDAY + HOUR)
    assert await case_of(database) == before
    assert before.holding is None


async def test_somebody_leaves_at_night_and_the_desk_answers_until_the_next_begins(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay())
    await changed(database, without("asha"), NIGHT)
    found = await held(database)
    assert found.coordinator_id == "ben"
    assert (found.covered_by, found.covered_by_phone, found.cover_until) == (*DESK, TUESDAY_AT_EIGHT)


async def test_who_comes_back_is_given_nothing_back_by_itself(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay())
    await changed(database, without("asha"), MONDAY + HOUR)
    await changed(database, riverside(), MONDAY + 2 * HOUR)
    await looked(database, MONDAY + 2 * HOUR)
    assert (await held(database)).coordinator_id == "ben"


async def test_on_a_long_leave_the_desk_answers_until_its_end_and_the_name_stays(at_the_door: Door):
    """From Tuesday for three weeks: longer than the rota is looked ahead at once."""
    database, at = at_the_door.database, MONDAY + HOUR
    await hear(database, stay())
    await changed(database, away("asha", date(2026, 5, 5), date(2026, 5, 26)), at)
    await looked(database, at)
    back = datetime(2026, 5, 27, 7, tzinfo=UTC)
    on_monday = await shown(at_the_door, at)
    assert (on_monday.coordinator_id, on_monday.covered_by) == ("asha", None)
    for day in (1, 5, 14, 22):
        found = await shown(at_the_door, MONDAY + day * DAY)
        assert found.coordinator_id == "asha"
        assert (found.covered_by, found.covered_by_phone, found.cover_until) == (*DESK, back), day
    assert (await shown(at_the_door, back)).covered_by is None


async def test_a_case_given_to_who_is_away_for_weeks_says_the_day_they_are_back(at_the_door: Door):
    database = at_the_door.database
    await changed(database, away("ben", date(2026, 5, 4), date(2026, 5, 20)), MONDAY)
    await hear(database, stay())
    async with at_the_door.as_("asha") as asha:
        wish = {"coordinator_id": "ben", "reason": "He knows her"}
        url = f"{BASE}/cases/{await case_id_of(database)}/coordinator"
        assert (await asha.post(url, json=wish, headers={"If-Match": '"1"'})).status_code == 200
    found = await held(database)
    assert found.cover_until == datetime(2026, 5, 21, 7, tzinfo=UTC)
    assert found.explanation[-1] == "Ben Cole is on duty from Thursday 21 May at 8am. Until then the duty desk covers."


async def test_who_is_named_for_tomorrow_and_turns_out_to_be_away_is_covered_until_they_are_back(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay(), at=NIGHT)
    assert (await held(database)).cover_until == TUESDAY_AT_EIGHT
    await changed(database, away("asha", date(2026, 5, 5), date(2026, 5, 6)), NIGHT + HOUR)
    await looked(database, NIGHT + HOUR)
    found = await held(database)
    assert (found.coordinator_id, found.covered_by, found.cover_until) == ("asha", DESK[0], TUESDAY_AT_EIGHT + 2 * DAY)
    assert found.explanation[-1].startswith("The rota changed: Asha Patel is on duty from Thursday 7 May at 8am.")
    await looked(database, TUESDAY_AT_EIGHT + 2 * DAY)
    assert (await held(database)).cover_until is None


async def test_who_turns_out_to_be_at_work_already_is_covered_no_longer(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay(), at=NIGHT)
    one = riverside()
    late = tuple(replace(line, ends=time(23)) if line.staff == "asha" else line for line in one.rota)
    await changed(database, replace(one, rota=late), NIGHT)
    await looked(database, NIGHT)
    found = await held(database)
    assert (found.coordinator_id, found.covered_by, found.cover_until) == ("asha", None, None)


async def test_when_a_ward_closes_its_people_keep_whom_they_have_and_are_nobodys_if_those_leave(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay())
    one = riverside()
    closed = replace(
        one,
        wards=tuple(ward for ward in one.wards if ward.id != "w1"),
        clusters=tuple(replace(each, wards=tuple(w for w in each.wards if w != "w1")) for each in one.clusters),
    )
    await changed(database, closed, MONDAY + HOUR)
    await looked(database, MONDAY + HOUR)
    assert ((await held(database)).coordinator_id, (await case_of(database)).ward_id) == ("asha", None)
    await changed(database, without("asha", setup=closed), MONDAY + 2 * HOUR)
    found = await held(database)
    assert (found.coordinator_id, found.uncovered_since) == (None, MONDAY + 2 * HOUR)
    assert found.reason == "The ward is not known to Homeward."


async def test_a_cluster_ends_with_its_people_and_the_other_takes_over_in_the_same_moment(at_the_door: Door):
    database, at = at_the_door.database, MONDAY + HOUR
    await hear(database, stay(1), stay(2))
    one = without("asha", "ben")
    both = (WardId("w1"), WardId("w2"))
    clusters = tuple(
        replace(each, wards=both) if each.id == ClusterId("south") else each
        for each in one.clusters
        if each.id != "north"
    )
    staff = tuple(replace(each, clusters=(ClusterId("south"),)) for each in one.staff)
    await changed(database, replace(one, clusters=clusters, staff=staff), at)
    for number in (1, 2):
        case, found = await case_of(database, number), await held(database, number)
        assert (found.coordinator_id, case.cluster_id, case.hand_over) == ("cara", "south", None)
    assert timedelta(0) == (await held(database)).since - at
