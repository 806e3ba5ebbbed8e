"""What the setup file says of a sender holds at the doors, is shown to whom it concerns, and assumed of nobody else."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from services.admissions.handlers.answer import Door
from services.admissions.handlers.replay import replay
from services.admissions.handlers.setup import set_up
from services.admissions.rules.feed_lines import read_feeds
from services.admissions.subscriptions import keep_records
from services.admissions.tables import messages, rejects
from shared.contracts.encounters import EncounterStatus
from shared.contracts.roles import Role
from shared.eventlog.intake import IntakeRecord
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_doors import listening, rows, told
from tests.services.admissions.test_rest import ER7, EVENT, House, house
from tests.services.admissions.test_stories import states

_ = house


async def said(house: House, door: Door, *lines: str) -> None:
    """Set up the sender PAS as a setup file with these lines says; both doors know of it."""
    feeds = ["feeds:", f"  - sending_application: PAS\n    sending_facility: {TRUST}"]
    found = read_feeds("\n".join([*feeds, *(f"    {line}" for line in lines)]))
    assert isinstance(found, dict), found
    async with house.database.transaction() as tx:
        await set_up(tx, TRUST, house.clock.now(), found)
    await door.intake.learn()


def record(raw: bytes) -> IntakeRecord:
    return IntakeRecord("t", 0, 0, datetime(2026, 3, 2, tzinfo=UTC), None, None, {}, raw)


async def feeds(house: House, role: Role = Role.INTEGRATION_ENGINEER) -> list[dict[str, Any]]:
    async with house.caller(role) as caller:
        found: list[dict[str, Any]] = (await caller.get("/feeds")).json()["items"]
    return found


async def test_over_mllp_a_sender_is_heard_from_its_own_addresses_alone(house: House, door: Door) -> None:
    await said(house, door, "peers: [192.0.2.0/24]")
    stranger = er7(control_id="2").replace(b"|PAS|", b"|LAB|")
    async with listening(door) as port:
        answers = await told(port, [er7(), er7(), stranger])
        await said(house, door, "peers: [192.0.2.0/24, 127.0.0.0/8]")
        heard = await told(port, [er7()])
    assert [answer.split(b"|")[0] for answer in (*answers, *heard)] == [b"AR", b"AR", b"AA", b"AA"]
    assert b"address" in answers[0]
    kept = await rows(house.database, messages)
    assert sorted((row.sending_application, row.control_id) for row in kept) == [("LAB", "2"), ("PAS", "1")]
    assert door.intake.refused == {("mllp", "address"): 2}
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        (refused,) = (await engineer.get("/refused")).json()["items"]
    assert (refused["reason"], refused["times"], refused["came_from"]) == ("address", 2, "127.0.0.1")
    assert {one["sending_application"]: one["refused"] for one in await feeds(house)}["PAS"] == 1


@pytest.mark.parametrize("written", [b" PAS ", b"PAS^1.2.3^ISO", b"PAS^"])
async def test_a_forbidden_name_is_refused_however_it_is_written(house: House, door: Door, written: bytes) -> None:
    await said(house, door, "peers: [192.0.2.0/24]")
    async with listening(door) as port:
        (answer,) = await told(port, [er7().replace(b"|PAS|", b"|" + written + b"|")])
    assert answer.split(b"|")[0] == b"AR"
    assert await rows(house.database, messages) == []


async def test_a_number_without_issuer_is_one_person_with_that_of_the_facility(house: House) -> None:
    one = er7().replace(b"|PAS|" + TRUST.encode() + b"|", b"|PAS|" + TRUST.encode() + b"^9^ISO|")
    bare = one.replace(b"^^^" + TRUST.encode() + b"^MR", b"^^^^MR")
    assert bare != one
    async with house.caller(Role.INTAKE) as pas:
        for raw in (one, bare):
            assert b"\rMSA|AA" in (await pas.post("/messages", content=raw, headers=ER7)).content
    await house.interpret()
    assert len(await states(house.database, TRUST)) == 1


async def test_who_has_a_token_or_the_topic_is_asked_for_no_address(house: House, door: Door) -> None:
    await said(house, door, "peers: 192.0.2.7", "certificates: tie.example")
    async with house.caller(Role.INTAKE) as pas:
        assert b"\rMSA|AA|1" in (await pas.post("/messages", content=er7(), headers=ER7)).content
    await keep_records(door, [record(er7(control_id="K"))])
    assert [row.feed for row in await rows(house.database, messages)] == ["http", "kafka"]


async def test_without_mutual_tls_a_sender_that_needs_a_certificate_is_refused(house: House, door: Door) -> None:
    await said(house, door, "certificates: tie.example")
    async with listening(door) as port:
        (answer,) = await told(port, [er7()])
    assert answer.startswith(b"AR|1|")
    assert b"certificate" in answer
    assert await rows(house.database, messages) == []


@pytest.mark.parametrize(("marked", "taken"), [("T", False), ("P", True)])
async def test_a_sender_that_is_to_be_marked_otherwise_is_refused_at_every_door(
    house: House, door: Door, marked: str, *, taken: bool
) -> None:
    await said(house, door, f"processing_id: {marked}")
    async with listening(door) as port, house.caller(Role.INTAKE) as pas:
        (over_mllp,) = await told(port, [er7(control_id="1")])
        over_http = (await pas.post("/messages", content=er7(control_id="2"), headers=ER7)).content
        await keep_records(door, [record(er7(control_id="3"))])
        unmarked = (await pas.post("/messages", content=er7(control_id="4", processing_id=""), headers=ER7)).content
        assert (await pas.post("/adt-events", json=EVENT)).status_code == 202
    code = b"AA" if taken else b"AR"
    assert over_mllp.startswith(code)
    assert b"\rMSA|" + code in over_http
    assert b"\rMSA|AR" in unmarked
    kept, refused = await rows(house.database, messages), await rows(house.database, rejects)
    assert sorted(row.control_id for row in kept) == (["1", "2", "3", "J1"] if taken else ["J1"])
    assert {(row.feed, row.reason) for row in refused} >= {("http", "processing-id")}
    assert len(refused) == (1 if taken else 4)


async def test_a_change_reaches_a_running_door_by_itself(house: House, door: Door) -> None:
    async with house.caller(Role.INTAKE) as pas:
        assert b"\rMSA|AA" in (await pas.post("/messages", content=er7(control_id="1"), headers=ER7)).content
        await said(house, door, "processing_id: T")
        while b"\rMSA|AR" not in (await pas.post("/messages", content=er7(control_id="1"), headers=ER7)).content:  # noqa: ASYNC110  # seen from outside
            await asyncio.sleep(0.05)  # what was read of feeds holds for a second
    assert [row.reason for row in await rows(house.database, rejects)] == ["processing-id"]
    assert len(await rows(house.database, messages)) == 1


async def test_a_replay_takes_back_what_a_sender_under_test_had_told(house: House, door: Door) -> None:
    async with house.caller(Role.INTAKE) as pas:
        await pas.post("/messages", content=er7(), headers=ER7)
    await house.interpret()
    (stay,) = (await states(house.database, TRUST)).values()
    await said(house, door, "processing_id: T")
    await replay(house.database, TRUST, house.clock.now(), lambda _: None)
    (gone,) = (await states(house.database, TRUST)).values()
    (kept,) = await rows(house.database, messages)
    assert (stay.status, gone.status, kept.outcome) == (EncounterStatus.ADMITTED, EncounterStatus.DELETED, "no_effect")


async def test_how_a_sender_is_read_is_shown_with_what_is_assumed(house: House, door: Door) -> None:
    await said(
        house,
        door,
        "zone: Etc/UTC",
        'version: "2.5"',
        "null_policy: ignored",
        "fields: {patient_class: PV1-18, discharge_destination: PV1-37.2}",
        "classes: {X9: inpatient}",
        "peers: [192.0.2.7]",
    )
    async with house.caller(Role.INTAKE) as pas:
        for raw in (er7(), er7(control_id="2").replace(b"|PAS|", b"|NEW|"), b"\x0b\x1c\r"):
            await pas.post("/messages", content=raw, headers=ER7)
    await house.interpret()
    found = {one["sending_application"]: one for one in await feeds(house)}
    named, new = found["PAS"], found["NEW"]
    assert (named["named"], new["named"]) == (True, False)
    profile = named["profile"]
    assert (profile["zone"], profile["version"], profile["null_policy"]) == ("Etc/UTC", "2.5", "ignored")
    assert (profile["peers"], profile["classes"]) == (["192.0.2.7/32"], {"X9": "inpatient"})
    assert (profile["fields"]["patient_class"], profile["fields"]["discharge_destination"]) == ("PV1-18", "PV1-37.2")
    assert (profile["fields"]["specialty"], profile["default_issuer"]) == ("PV1-10", TRUST)
    keys = set(profile) - {"assumed"}
    assert keys - set(profile["assumed"]) == {"zone", "version", "null_policy", "fields", "classes", "peers"}
    assert set(new["profile"]["assumed"]) == keys
    assert (new["profile"]["zone"], new["profile"]["default_issuer"]) == ("Europe/London", TRUST)
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        kept = (await engineer.get("/messages")).json()["items"]
    flags = {one["sending_application"]: one["flags"] for one in kept}
    assert "version-differs" in flags["PAS"]
    assert "version-differs" not in flags["NEW"]


async def test_who_only_watches_the_feeds_is_told_of_no_address(house: House, door: Door) -> None:
    await said(house, door, "peers: [192.0.2.7]")
    (seen,) = await feeds(house, Role.BED_MANAGER)
    assert (seen["named"], seen["profile"]) == (True, None)
    (known,) = await feeds(house, Role.ADMINISTRATOR)
    assert known["profile"]["peers"] == ["192.0.2.7/32"]
    for role, taken in ((Role.BED_MANAGER, None), (Role.INTEGRATION_ENGINEER, "P")):
        async with house.caller(role) as caller:
            assert (await caller.get("/feeds")).json()["processing_id"] == taken
