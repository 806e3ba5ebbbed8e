"""What monitoring is told of admissions, asked as it asks: by HTTP, with a token, of a service on a real database."""

from datetime import timedelta

from sqlalchemy import select, update

from services.admissions.handlers.answer import Door
from services.admissions.handlers.receive import Intake
from services.admissions.handlers.replay import replay
from services.admissions.handlers.setup import set_up
from services.admissions.model import Feed
from services.admissions.subscriptions import keep_records
from services.admissions.tables import machine_tokens, messages, timers
from shared import tokens
from shared.contracts.roles import Role
from shared.database import Database
from shared.eventlog.intake import IntakeRecord
from shared.timers import set_due
from tests.services.admissions.conftest import START
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_rest import ER7, House, house
from tests.services.web.test_metrics import Sample, samples

_ = house
OTHER_TRUST = "RYY"


async def looked(house: House, trust: str = TRUST) -> dict[Sample, float]:
    """What a monitoring system of `trust` is told."""
    async with house.database.transaction() as tx:
        _, bearer = await tokens.create(
            tx, machine_tokens, name="prom", trust=trust, roles={Role.MONITOR}, at=house.clock.now()
        )
    async with house.caller(Role.MONITOR) as client:
        url = "http://127.0.0.1:8001/metrics"
        return samples(await client.get(url, headers={"Authorization": f"Bearer {bearer}"}))


def by(found: dict[Sample, float], name: str, *labels: str) -> dict[tuple[str, ...], float]:
    """The samples called `name`, by their `labels`."""
    return {tuple(dict(key[1])[one] for one in labels): value for key, value in found.items() if key[0] == name}


def stands(found: dict[Sample, float], feed: str = "http") -> dict[str, float]:
    """How many messages of a door stand how."""
    several = by(found, "homeward_messages", "feed", "outcome")
    return {outcome: value for (one, outcome), value in several.items() if one == feed}


def received(found: dict[Sample, float]) -> float:
    return sum(by(found, "homeward_messages_received_total", "feed").values())


async def sent(house: House, *several: bytes) -> None:
    async with house.caller(Role.INTAKE) as pas:
        for raw in several:
            await pas.post("/messages", content=raw, headers=ER7)


async def kept(database: Database) -> dict[str, int]:
    """The same, counted the long way."""
    async with database.reading() as reading:
        rows = await reading.rows(select(messages.c.outcome))
    found = {"applied": 0, "no_effect": 0, "quarantined": 0, "waiting": 0}
    for row in rows:
        found[row.outcome] += 1
    return found


UNREADABLE = er7(control_id="Q", mrn="")


async def test_the_four_outcomes_add_up_to_what_was_received_at_every_moment(house: House) -> None:
    assert stands(await looked(house)) == {}
    await sent(house, er7(control_id="1"), er7("Q01", control_id="2"), UNREADABLE, er7(control_id="1"))
    assert stands(found := await looked(house)) == await kept(house.database)
    assert (received(found), stands(found)["waiting"]) == (3, 3)
    await house.interpret()
    found = await looked(house)
    assert stands(found) == await kept(house.database) == {"applied": 1, "no_effect": 1, "quarantined": 1, "waiting": 0}
    assert received(found) == 3


async def test_what_people_decide_is_counted_too(house: House) -> None:
    await sent(house, er7(control_id="1"), UNREADABLE, UNREADABLE.replace(b"|Q|", b"|R|"))
    await house.interpret()
    async with house.database.reading() as reading:
        rows = await reading.rows(select(messages.c.id).where(messages.c.outcome == "quarantined"))
    first, second = (row.id for row in rows)
    async with house.caller(Role.INTEGRATION_ENGINEER) as iris:
        await iris.post(f"/messages/{first}/discard", json={"reason": "a test message"})
        await iris.post(f"/messages/{second}/release")
        await iris.post(f"/messages/{second}/release")
    assert stands(await looked(house)) == {"applied": 1, "no_effect": 1, "quarantined": 0, "waiting": 1}
    await house.interpret()
    await replay(house.database, TRUST, house.clock.now())
    found = await looked(house)
    assert stands(found) == await kept(house.database) == {"applied": 1, "no_effect": 1, "quarantined": 1, "waiting": 0}
    assert received(found) == 3


async def test_a_sender_is_a_label_only_if_the_setup_file_names_it(house: House) -> None:
    async with house.database.transaction() as tx:
        await set_up(tx, TRUST, START, {("", "PAS", TRUST): Feed(name="pas", default_issuer=TRUST)})
    strange = [er7(control_id=str(n)).replace(b"|PAS|", b"|SMITH^%d|" % n) for n in range(5)]
    await sent(house, er7(control_id="named"), *strange)
    await house.interpret()
    house.clock.set(START + timedelta(seconds=90))
    found = await looked(house)
    assert by(found, "homeward_messages_received_total", "feed", "application", "facility") == {
        ("http", "PAS", TRUST): 1,
        ("http", "", ""): 5,
    }
    assert by(found, "homeward_feed_silent_seconds", "feed", "application") == {("http", "PAS"): 90, ("http", ""): 90}
    assert not any("SMITH" in value for key in found for _, value in key[1])


async def test_one_trust_is_told_nothing_of_another(house: House) -> None:
    await sent(house, er7(control_id="1"))
    await house.interpret()
    assert received(await looked(house, OTHER_TRUST)) == 0
    assert received(await looked(house)) == 1


async def test_refusals_and_acknowledgements_are_counted_by_door(house: House) -> None:
    training = er7(control_id="T", processing_id="T")
    await sent(house, er7(control_id="1"), er7(control_id="1"), training, training, b"PID|1")
    found = await looked(house)
    assert by(found, "homeward_acknowledgements_total", "feed", "code") == {("http", "AA"): 2, ("http", "AR"): 3}
    assert by(found, "homeward_messages_refused_total", "feed", "why") == {
        ("http", "processing-id"): 2,
        ("http", "no-header"): 1,
    }


async def test_what_no_trust_claims_is_counted_for_everybody_and_its_sender_told_to_nobody(house: House) -> None:
    async with house.database.transaction() as tx:
        for trust in (TRUST, OTHER_TRUST):
            await set_up(tx, trust, START, {("", "PAS", trust): Feed("pas", trust)})
    strange = [er7(control_id=number).replace(b"|RXX|", b"|SMITH|") for number in ("1", "2")]
    records = [IntakeRecord("t", 0, 0, START, None, None, {}, value) for value in (*strange, b"PID|1", er7())]
    await keep_records(Door(Intake(house.database, deadline=5, woken=lambda: None), house.clock, "P"), records)
    for trust in (TRUST, OTHER_TRUST):
        found = await looked(house, trust)
        told = by(found, "homeward_messages_unclaimed", "feed", "sender")
        assert told == {("kafka", "not-named"): 2, ("kafka", "none"): 1}
        assert "SMITH" not in str(found)
    assert received(await looked(house)) == 1


async def test_timers_that_are_due_are_counted_and_those_set_aside_apart(house: House) -> None:
    at = house.clock.now()
    async with house.database.transaction() as tx:
        due = [("look", "a", at), ("look", "b", at - timedelta(hours=1)), ("look", "c", at + timedelta(hours=1))]
        await set_due(tx, timers, [*due, ("look", "d", at)])
        await tx.execute(update(timers).where(timers.c.subject == "d").values(parked_until=at + timedelta(minutes=1)))
    assert by(await looked(house), "homeward_timers_overdue", "why") == {("waiting",): 2, ("set_aside",): 1}
