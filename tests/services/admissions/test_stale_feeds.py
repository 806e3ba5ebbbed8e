"""A feed that falls silent, over weeks of a real service: on *Messages* by REST, and in the metrics."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from services.admissions.handlers.replay import replay
from services.admissions.store import feed_counts
from services.admissions.tables import feed_hours
from shared.contracts.roles import Role
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_metrics import by, looked, sent
from tests.services.admissions.test_rest import House, house

_ = house
FRIDAY = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)
SENDER = ("http", "PAS", TRUST)


async def heard(house: House, at: datetime, number: int, tag: str) -> None:
    """So many messages, that came at `at`."""
    house.clock.set(at)
    await sent(house, *(er7(control_id=f"{tag}-{at:%j%H}-{n}") for n in range(number)))


async def stale(house: House) -> str | None:
    async with house.caller(Role.INTEGRATION_ENGINEER) as iris:
        (one,) = (await iris.get("/feeds")).json()["items"]
    return one["stale_because"]


async def marked(house: House) -> float:
    return by(await looked(house), "homeward_feed_stale", "feed")[("http",)]


async def hours(house: House) -> dict[datetime, int]:
    async with house.database.reading() as reading:
        return (await feed_counts.hours_of(reading, TRUST, [SENDER])).get(SENDER, {})


async def test_a_feed_that_falls_silent_is_stale_until_it_is_heard_again(house: House) -> None:
    for week in range(3):
        for hour in range(3):
            await heard(house, FRIDAY + timedelta(weeks=week, hours=hour, minutes=5), 9, "f")
        await house.interpret()
        assert await stale(house) is None
    silent = FRIDAY + timedelta(weeks=3, minutes=1)
    await heard(house, silent, 1, "g")
    await house.interpret()
    house.clock.set(silent + timedelta(hours=1, minutes=29))
    assert await stale(house) == "usually 13 messages by now on a Friday morning, none since 8:01am"
    assert await marked(house) == 1
    await heard(house, house.clock.now(), 1, "h")
    house.clock.advance(timedelta(minutes=30))
    assert (await stale(house), await marked(house)) == (None, 0)  # it waits to be read, and was heard all the same
    await house.interpret()
    assert (await stale(house), await marked(house)) == (None, 0)


async def test_hours_are_counted_once_whatever_is_decided_of_a_message(house: House) -> None:
    await sent(house, er7(control_id="1"), er7(control_id="2", mrn=""), er7("Q01", control_id="3"))
    assert await hours(house) == {}
    await house.interpret()
    at = house.clock.now()
    assert await hours(house) == {at: 3}
    async with house.caller(Role.INTEGRATION_ENGINEER) as iris:
        (one,) = (await iris.get("/messages?outcome=quarantined")).json()["items"]
        await iris.post(f"/messages/{one['message_id']}/release")
    assert await hours(house) == {at: 2}
    house.clock.advance(timedelta(hours=2))
    await house.interpret()
    await replay(house.database, TRUST, house.clock.now())
    assert await hours(house) == {at: 3}


async def test_five_weeks_of_hours_are_kept(house: House) -> None:
    for week in range(8):
        await heard(house, FRIDAY + timedelta(weeks=week), 1, f"w{week}")
        await house.interpret()
    assert min(await hours(house)) == FRIDAY + timedelta(weeks=2)
    async with house.database.reading() as reading:
        assert await reading.value(select(func.count()).select_from(feed_hours)) == 6
