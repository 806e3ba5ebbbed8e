"""What became of messages, by feed and day: today's, any earlier day's, and what stands open whatever its day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.contracts.roles import Role
from tests.services.admissions.hospital import er7
from tests.services.admissions.test_metrics import by, looked, sent
from tests.services.admissions.test_rest import House, house

_ = house
OUTCOMES = ("applied", "no_effect", "quarantined", "waiting")
MONDAY = "2026-03-02"


async def told(house: House, day: str | None = None, role: Role = Role.INTEGRATION_ENGINEER) -> dict[str, object]:
    """The one feed that was heard, and of which day the figures are."""
    async with house.caller(role) as iris:
        answer = await iris.get("/feeds", params={"day": day} if day else {})
    assert answer.status_code == 200, answer.text
    (one,) = answer.json()["items"]
    return one | {"day": answer.json()["day"]}


async def outcomes(house: House, day: str | None = None) -> list[object]:
    """Applied, no effect, quarantined, waiting; they add up to what was received."""
    one = await told(house, day)
    assert one["received"] == sum(int(str(one[name])) for name in OUTCOMES)
    return [one[name] for name in OUTCOMES]


async def of_monday(house: House) -> None:
    """One message of each outcome."""
    await sent(house, er7(control_id="1"), er7("Z99", control_id="2"), er7(control_id="3", mrn=""))
    await house.interpret()
    await sent(house, er7(control_id="4"))


async def test_what_stands_open_is_said_the_day_after_and_the_day_can_be_asked_for(house: House) -> None:
    await of_monday(house)
    house.clock.advance(timedelta(days=1))
    assert await outcomes(house) == [0, 0, 0, 0]
    today = await told(house)
    assert (today["day"], today["quarantined_now"], today["waiting_now"]) == ("2026-03-03", 1, 1)
    assert await outcomes(house, MONDAY) == [1, 1, 1, 1]
    before = await told(house, MONDAY)
    assert (before["day"], before["quarantined_now"], before["waiting_now"]) == (MONDAY, 1, 1)
    assert await outcomes(house, "2026-03-01") == [0, 0, 0, 0]


async def test_nothing_stands_open_that_was_decided(house: House) -> None:
    await of_monday(house)
    house.clock.advance(timedelta(days=3))
    await house.interpret()
    assert (await told(house))["waiting_now"] == 0
    async with house.caller(Role.INTEGRATION_ENGINEER) as iris:
        (one,) = (await iris.get("/messages?outcome=quarantined")).json()["items"]
        await iris.post(f"/messages/{one['message_id']}/release")
        assert [(await told(house))[name] for name in ("quarantined_now", "waiting_now")] == [0, 1]
        await house.interpret()
        assert [(await told(house))[name] for name in ("quarantined_now", "waiting_now")] == [1, 0]
        await iris.post(f"/messages/{one['message_id']}/discard", json={"reason": "a test of the supplier"})
    assert [(await told(house))[name] for name in ("quarantined_now", "waiting_now")] == [0, 0]
    assert await outcomes(house, MONDAY) == [2, 2, 0, 0]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)),
        (datetime(2026, 6, 30, 23, tzinfo=UTC), datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC)),
        (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC)),
        (datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC)),
    ],
    ids=["winter", "summer", "of 23 hours", "of 25 hours"],
)
async def test_a_day_goes_from_midnight_to_midnight_in_london(house: House, first: datetime, last: datetime) -> None:
    second = timedelta(seconds=1)
    for number, at in enumerate((first - second, first, last, last + second)):
        house.clock.set(at)
        await sent(house, er7(control_id=str(number)))
        await house.interpret()
    day = date.fromisoformat(f"{last - timedelta(hours=1):%Y-%m-%d}")
    days = [(day + timedelta(days=away)).isoformat() for away in (-1, 0, 1)]
    assert [(await told(house, one))["received"] for one in days] == [1, 2, 1]
    assert (await told(house))["received"] == 1
    assert (await told(house))["day"] == days[2]
    assert by(await looked(house), "homeward_messages_received_total", "feed") == {("http",): 4}


async def test_what_was_refused_on_an_earlier_day_is_told_of_that_day(house: House) -> None:
    await sent(house, er7(control_id="1", processing_id="T"), er7(control_id="2"))
    house.clock.advance(timedelta(days=1))
    await sent(house, er7(control_id="3", processing_id="T"), er7(control_id="4", processing_id="T"))
    assert [(await told(house, day))["refused"] for day in (MONDAY, None)] == [1, 2]


async def test_a_feed_whose_messages_wait_since_yesterday_is_not_stale(house: House) -> None:
    """Nor by the metrics; both ask whether any of its messages waits, of whatever day."""
    friday = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)
    for week in range(4):
        for day in range(2):
            for hour in range(3):
                house.clock.set(friday + timedelta(weeks=week, days=day, hours=hour, minutes=5))
                await sent(house, *(er7(control_id=f"{week}-{day}-{hour}-{n}") for n in range(9)))
        if week < 3:
            await house.interpret()
    house.clock.set(friday + timedelta(weeks=3, days=2, hours=20))
    async with house.caller(Role.INTEGRATION_ENGINEER) as iris:
        (one,) = (await iris.get("/feeds")).json()["items"]
    assert (one["waiting"], one["waiting_now"]) == (0, 54)
    assert one["stale_because"] is None
    assert by(await looked(house), "homeward_feed_stale", "feed")[("http",)] == 0


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "1999-12-31", "9999-12-31", "2026-03-02T09:00:00Z", ""])
async def test_what_is_no_day_is_refused(house: House, day: str) -> None:
    async with house.caller(Role.INTEGRATION_ENGINEER) as iris:
        assert (await iris.get("/feeds", params={"day": day})).status_code == 422


async def test_another_trust_is_told_nothing_of_it(house: House) -> None:
    await of_monday(house)
    async with house.caller(Role.INTEGRATION_ENGINEER, trust="RZZ") as theirs:
        assert (await theirs.get("/feeds", params={"day": MONDAY})).json()["items"] == []
