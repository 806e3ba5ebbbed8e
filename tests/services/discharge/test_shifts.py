"""As one shift ends and another goes on: whose cover changes, who answers next, and who accepts them."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from services.discharge.handlers.setup import apply
from services.discharge.model.hospital import ClusterId, RotaPattern, Setup, StaffId
from services.discharge.rules.covering import hospital_at
from services.discharge.rules.shifts import Duty, duties
from shared.contracts.api.discharge.accepting import AcceptedMany
from shared.contracts.api.discharge.clusters import ShiftHandOver
from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import DAY, HOUR, MONDAY, case_id_of, case_of, hear, riverside, stay
from tests.services.discharge.test_hand_over_ends import the_clock
from tests.services.discharge.test_leavers_and_absences import without

FOUR, FIVE, EIGHT = (datetime(2026, 5, 4, hour, tzinfo=UTC) for hour in (15, 16, 19))
"""Four, five and eight o'clock on Monday afternoon, in London."""
TUESDAY_AT_EIGHT = datetime(2026, 5, 5, 7, tzinfo=UTC)
WEEKDAYS = frozenset(range(5))


def late_shift() -> Setup:
    """Riverside, with Ben on the late shift of North until eight in the evening, and Dora on the duty desk all day."""
    asha, _, cara = riverside().rota
    dora = replace(riverside().staff[0], id=StaffId("dora"), name="Dora Finch", clusters=())
    ben = RotaPattern(StaffId("ben"), ClusterId("north"), WEEKDAYS, time(12), time(20))
    desk = RotaPattern(StaffId("dora"), None, WEEKDAYS, time(8), time(8))
    return replace(riverside(), staff=(*riverside().staff, dora), rota=(asha, ben, cara, desk))


async def one_of_ashas(door: Door) -> str:
    """Somebody Asha is named for: at ten in the morning she alone is on duty."""
    async with door.database.transaction() as tx:
        await apply(tx, late_shift(), MONDAY - HOUR)
    await hear(door.database, stay(1))
    return await case_id_of(door.database, 1)


async def shift(door: Door, who: str, role: Role = Role.SOCIAL_WORKER) -> ShiftHandOver:
    async with door.as_(who, role) as caller:
        answer = await caller.get(f"{BASE}/shift-hand-over")
    assert answer.status_code == 200
    return ShiftHandOver.model_validate_json(answer.content)


async def take(door: Door, who: str, *case_ids: str) -> list[str | None]:
    async with door.as_(who) as caller:
        answer = await caller.post(f"{BASE}/shift-hand-over/accept", json={"case_ids": case_ids})
    assert answer.status_code == 200
    return [one.problem for one in AcceptedMany.model_validate_json(answer.content).items]


async def test_whoever_goes_off_duty_reads_who_answers_next_and_until_when(at_the_door: Door):
    door = at_the_door
    case_id = await one_of_ashas(door)
    mine = await shift(door, "asha")
    assert mine.ends_at == FIVE
    assert [(one.case.case_id, one.answers, one.from_at, one.until) for one in mine.give] == [
        (case_id, "the duty desk", FIVE, TUESDAY_AT_EIGHT)
    ]
    assert (mine.give[0].note, mine.give[0].noted_by) == (mine.give[0].case.situation, None)
    assert (mine.accept, mine.given) == ((), ())


async def test_the_late_shift_accepts_from_an_hour_before_and_answers_until_its_own_end(at_the_door: Door):
    door = at_the_door
    case_id = await one_of_ashas(door)
    door.clock.set(FOUR - timedelta(seconds=1))
    assert ((await shift(door, "ben")).accept, await take(door, "ben", case_id)) == ((), ["not-due"])
    door.clock.set(FOUR)
    offered = await shift(door, "ben")
    assert [(one.case.case_id, one.answers, one.until) for one in offered.accept] == [(case_id, "you", EIGHT)]
    assert await take(door, "ben", case_id, "nobody") == [None, "not-found"]
    held = (await case_of(door.database)).holding
    assert held is not None
    assert (held.coordinator_id, held.covered_by_id, held.covered_by, held.cover_until) == (
        "asha",
        "ben",
        "Ben Cole",
        EIGHT,
    )
    ashas, bens = await shift(door, "asha"), await shift(door, "ben")
    assert [(one.case.case_id, one.answers, one.until) for one in ashas.given] == [(case_id, "Ben Cole", EIGHT)]
    assert ashas.give == ()
    assert [(one.case.case_id, one.answers, one.from_at, one.until) for one in bens.give] == [
        (case_id, "the duty desk", EIGHT, TUESDAY_AT_EIGHT)
    ]
    assert await take(door, "ben", case_id) == ["already-yours"]


async def test_when_the_late_shift_ends_the_duty_desk_answers_and_then_who_is_named(at_the_door: Door):
    door = at_the_door
    case_id = await one_of_ashas(door)
    door.clock.set(FOUR)
    await take(door, "ben", case_id)

    async def answering() -> tuple[str | None, str | None, str | None]:
        async with door.as_("asha") as asha:
            held = (await asha.get(f"{BASE}/cases/{case_id}")).json()["summary"]["holding"]
        return held["coordinator_id"], held["covered_by"], held["covered_by_id"]

    assert await answering() == ("asha", "Ben Cole", "ben")
    await the_clock(door, EIGHT)
    assert await answering() == ("asha", "the duty desk", None)
    assert await take(door, "ben", case_id) == ["not-on-duty"]
    assert await take(door, "dora", case_id) == [None]
    assert await answering() == ("asha", "Dora Finch", "dora")
    await the_clock(door, TUESDAY_AT_EIGHT)
    assert await answering() == ("asha", None, None)


def with_a_code_more(setup: Setup) -> Setup:
    """The same hospital, in which Ward 1 has one PAS code more: who works when is as it was."""
    return replace(
        setup, wards=tuple(replace(one, codes=(*one.codes, "W1X")) if one.id == "w1" else one for one in setup.wards)
    )


async def test_a_setup_that_changes_nobodys_hours_leaves_a_colleague_answering_until_their_shift_ends(
    at_the_door: Door,
):
    door, half_past = at_the_door, FIVE + HOUR / 2
    case_id = await one_of_ashas(door)
    door.clock.set(FOUR)
    assert await take(door, "ben", case_id) == [None]
    before = (await case_of(door.database)).holding
    async with door.database.transaction() as tx:
        await apply(tx, with_a_code_more(late_shift()), half_past)
    await the_clock(door, half_past)
    assert (await case_of(door.database)).holding == before
    assert [one.case.case_id for one in (await shift(door, "ben")).give] == [case_id]
    await the_clock(door, EIGHT)
    assert [one.answers for one in (await shift(door, "dora")).accept] == ["you"]


async def test_when_a_colleague_who_answers_leaves_the_duty_desk_answers_and_may_be_relieved(at_the_door: Door):
    door, half_past = at_the_door, FIVE + HOUR / 2
    case_id = await one_of_ashas(door)
    door.clock.set(FOUR)
    assert await take(door, "ben", case_id) == [None]
    async with door.database.transaction() as tx:
        await apply(tx, without("ben", setup=late_shift()), half_past)
    await the_clock(door, half_past)
    held = (await case_of(door.database)).holding
    assert held is not None
    assert (held.coordinator_id, held.covered_by, held.covered_by_id, held.covered_by_phone, held.cover_until) == (
        "asha",
        "the duty desk",
        None,
        "01632 960999",
        TUESDAY_AT_EIGHT,
    )
    assert await take(door, "dora", case_id) == [None]


async def test_nobody_takes_a_person_of_another_cluster_or_out_of_a_colleagues_hands(at_the_door: Door):
    door = at_the_door
    case_id = await one_of_ashas(door)
    door.clock.set(FIVE - timedelta(minutes=30))
    assert await take(door, "cara", case_id) == ["not-allowed"]
    assert (await shift(door, "cara")).accept == ()
    assert await take(door, "ben", case_id) == [None]
    assert await take(door, "dora", case_id) == ["not-due"], "Ben answers, and is on duty for hours"
    async with door.as_("nora", Role.WARD_STAFF) as nora:
        assert (await nora.get(f"{BASE}/shift-hand-over")).status_code == 403


async def test_a_note_written_today_is_the_line_of_the_list(at_the_door: Door):
    door = at_the_door
    case_id = await one_of_ashas(door)
    parts = {one: f"The {one}." for one in ("situation", "matters", "open_tasks", "risks", "next_step")}
    async with door.as_("asha") as asha:
        path = f"{BASE}/cases/{case_id}/hand-over/note"
        assert (await asha.put(path, json=parts, headers={"If-Match": '"0"'})).status_code == 200
    door.clock.set(FOUR)
    (line,) = (await shift(door, "ben")).accept
    assert (line.note, line.noted_by) == ("The situation. Next: The next_step.", "Asha")
    door.clock.set(FOUR + DAY)
    assert [(one.note == one.case.situation, one.noted_by) for one in (await shift(door, "asha")).give] == [
        (True, None)
    ]


@pytest.mark.parametrize(
    ("at", "ends", "again"),
    [
        (MONDAY, FIVE, TUESDAY_AT_EIGHT),
        (FIVE - timedelta(microseconds=1), FIVE, TUESDAY_AT_EIGHT),
        (FIVE, None, TUESDAY_AT_EIGHT),
        (TUESDAY_AT_EIGHT, FIVE + DAY, TUESDAY_AT_EIGHT + DAY),
    ],
)
async def test_a_shift_ends_at_its_end_and_not_before(at: datetime, ends: datetime | None, again: datetime) -> None:
    assert duties(hospital_at(late_shift(), at), at)["asha"] == Duty(ends, again)


async def test_shifts_that_touch_are_one(at_the_door: Door):
    asha = RotaPattern(StaffId("asha"), None, WEEKDAYS, time(17), time(21))
    both = replace(late_shift(), rota=(*late_shift().rota, asha))
    assert duties(hospital_at(both, MONDAY), MONDAY)["asha"].ends == FIVE + 4 * HOUR
