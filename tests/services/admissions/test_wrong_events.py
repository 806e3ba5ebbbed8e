"""A JSON event by Kafka that is wrong: nobody waits for an answer, so the message has to be found and to say why."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from services.admissions.handlers.answer import Door
from services.admissions.handlers.claiming import give_claimed
from services.admissions.handlers.setup import set_up
from services.admissions.model import Feed
from services.admissions.subscriptions import arrivals_of, kafka_intake, keep_records
from services.admissions.tables import messages
from shared.contracts.envelope import TOPIC_ADT_INTAKE
from shared.contracts.roles import Role
from shared.database import Database
from shared.eventlog.intake import IntakeRecord
from shared.eventlog.kafka import ensure_topics
from shared.eventlog.topics import Topic
from tests.processes.topics import produce
from tests.services.admissions.hospital import TRUST
from tests.services.admissions.test_rest import EVENT, House, house

_ = house
NOW = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
OTHER = "RZZ"
JSON = "application/json"
HEADING = ("sending_application", "sending_facility", "control_id", "trigger")
WRONG = EVENT | {"ANN FICTION": "x"}


def record(value: bytes) -> IntakeRecord:
    return IntakeRecord(TOPIC_ADT_INTAKE, 0, 0, NOW, None, JSON, {}, value)


def heading(value: bytes) -> tuple[str, ...]:
    (arrival,) = arrivals_of(record(value), NOW, "P")
    assert arrival.raw == value
    return tuple(getattr(arrival, name) for name in HEADING)


def encoded(**more: object) -> bytes:
    return json.dumps(EVENT | more).encode()


async def whose(database: Database) -> list[tuple[str, str]]:
    async with database.reading() as reading:
        rows = await reading.rows(select(messages).order_by(messages.c.control_id))
    return [(row.control_id, row.trust) for row in rows]


async def test_it_is_found_by_its_control_id_under_its_sender_and_says_which_places_are_wrong(
    door: Door, house: House, kafka_bootstrap: str
) -> None:
    await ensure_topics(kafka_bootstrap, [Topic(TOPIC_ADT_INTAKE, 1, 1)])
    sent = WRONG | {"recorded_at": "2026-03-02T09:00:00", "person": {"mrn": "H1", "mrn_issuer": TRUST, "wardd": "OAK7"}}
    await produce(kafka_bootstrap, TOPIC_ADT_INTAKE, "x", json.dumps(sent).encode(), {"content-type": JSON})
    stop = asyncio.Event()
    running = asyncio.ensure_future(kafka_intake(kafka_bootstrap, door)(stop))
    try:
        async with asyncio.timeout(60):
            while not await whose(house.database):  # noqa: ASYNC110  # seen from outside
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await running
    await house.interpret()
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        found = (await engineer.post("/messages/search", json={"control_id": "J1"})).json()["items"]
    (one,) = found
    assert [one[name] for name in (*HEADING, "outcome")] == ["PAS", TRUST, "J1", "A01", "quarantined"]
    assert one["reason"] == (
        "event-not-valid: the JSON is not an ADT event: body.recorded_at: Input should have timezone info. "
        "body.person: A field here is not one that is known. body: A field here is not one that is known."
    )


async def test_it_is_its_trusts_and_no_others_at_once_or_when_its_sender_is_named(
    door: Door, database: Database
) -> None:
    for trust in (TRUST, OTHER):
        async with database.transaction() as tx:
            await set_up(tx, trust, NOW, {("kafka", "PAS", trust): Feed("feed", trust)})
    of_the_other = WRONG | {"control_id": "J2", "sending_facility": OTHER}
    of_nobody = WRONG | {"control_id": "J3", "sending_facility": "NEW"}
    await keep_records(door, [record(json.dumps(one).encode()) for one in (WRONG, of_the_other, of_nobody)])
    assert await whose(database) == [("J1", TRUST), ("J2", OTHER), ("J3", "")]
    async with database.transaction() as tx:
        named = {("kafka", "PAS", facility): Feed("feed", facility) for facility in (OTHER, "NEW")}
        await set_up(tx, OTHER, NOW, named)
    assert await give_claimed(database) == 1
    assert await whose(database) == [("J1", TRUST), ("J2", OTHER), ("J3", OTHER)]


GOOD = ("PAS", TRUST, "J1", "A01")


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (encoded(), GOOD),
        (encoded(control_id=" J1 "), GOOD),
        (encoded(person=None, recorded_at=7), GOOD),
        (encoded(born=float("nan")), GOOD),
        (encoded().replace(b'"V1"', b"9" * 5000), GOOD),
        (encoded(family="A\x00B\ud800"), GOOD),
        (encoded().decode().encode("utf-16"), GOOD),
        (b"\xef\xbb\xbf" + encoded(), GOOD),
        (encoded()[:-1] + b', "patient_class": "E"}', GOOD),
        (encoded()[:-1] + b', "control_id": "J1"}', GOOD),
        (encoded()[:-1] + b', "control_id": "J2"}', ("PAS", TRUST, "", "A01")),
        (encoded(control_id=7, trigger="admit"), ("PAS", TRUST, "", "")),
        (encoded(control_id="x" * 201, sending_application={"name": "PAS"}), ("", TRUST, "", "A01")),
        (encoded(control_id="J\x00", sending_facility=""), ("PAS", "", "", "A01")),
        (b'{"trigger": "A01"}', ("", "", "", "A01")),
        (encoded()[: len(encoded()) // 2], ("", "", "", "")),
        (b"[" + encoded() + b"]", ("", "", "", "")),
        (b"[" * 200_000, ("", "", "", "")),
        (b"null", ("", "", "", "")),
        (b"", ("", "", "", "")),
    ],
)
def test_of_its_heading_is_taken_what_is_what_it_may_be(sent: bytes, read: tuple[str, ...]) -> None:
    assert heading(sent) == read


@pytest.mark.parametrize(
    ("wrong", "where", "known"),
    [
        ({"ANN FICTION": 1}, "body", "control_id, sending_application, sending_facility, trigger, occurred_at"),
        ({"location": {"ward_code": "OAK", "ANN FICTION": 1}}, "body.location", "ward_code, bay, bed, site."),
        ({"visit_number": {"value": "V1", "ANN FICTION": 1}}, "body.visit_number", "value, issuer."),
    ],
)
async def test_by_http_a_field_that_is_not_known_is_told_which_are(
    house: House, wrong: dict[str, Any], where: str, known: str
) -> None:
    async with house.caller(Role.INTAKE) as pas:
        answered = await pas.post("/adt-events", json=EVENT | wrong)
    assert answered.status_code == 422
    (told,) = answered.json()["errors"]
    assert (told["where"], told["code"]) == (where, "extra_forbidden")
    assert told["detail"].startswith(f"A field here is not one that is known. Known here: {known}")
    assert "ANN FICTION" not in answered.text
