"""What was refused is listed for those who run the interfaces, masked until asked; the asking is recorded."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.admissions.handlers.setup import set_up
from services.admissions.handlers.showing import feeds_of_day
from services.admissions.incoming import Happened, Snapshot
from services.admissions.model import Feed
from services.admissions.tables import audited
from shared.contracts.roles import Role
from tests.services.admissions.hospital import MRN, TRUST, er7
from tests.services.admissions.test_rest import ER7, House, house

_ = house


async def test_a_refused_message_is_listed_once_and_shown_masked(house: House) -> None:
    async with house.caller(Role.INTAKE) as pas:
        for content in (er7(processing_id="T"), er7(processing_id="T"), er7(control_id="2", processing_id="D")):
            assert b"MSA|AR" in (await pas.post("/messages", content=content, headers=ER7)).content
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        page = (await engineer.get("/refused", params={"limit": 1})).json()
        rest = (await engineer.get("/refused", params={"cursor": page["next"]})).json()
        (newest,), (oldest,) = page["items"], rest["items"]
        address = f"/refused/{newest['refused_id']}"
        masked, unmasked = (await engineer.get(address)).json(), (await engineer.get(address + "?unmasked=true")).json()
    assert rest["next"] is None
    assert newest["refused_id"] != oldest["refused_id"]
    assert newest["reason"]
    assert newest["bytes"] > 0
    heading = {"sending_application", "sending_facility", "control_id", "trigger", "acknowledged_as", "came_from"}
    assert set(newest) == {"refused_id", "feed", "first_at", "last_at", "times", "reason", "bytes"} | heading
    assert (newest["times"], oldest["times"]) == (1, 2)
    assert (oldest["sending_application"], oldest["sending_facility"]) == ("PAS", TRUST)
    assert (masked["masked"], MRN in masked["text"]) == (True, False)
    assert (unmasked["masked"], MRN in unmasked["text"]) == (False, True)
    async with house.database.reading() as reading:
        acts = [row.act for row in await reading.rows(select(audited.c.act).order_by(audited.c.at))]
    assert sorted(acts)[-2:] == ["refused-read", "refused-read-unmasked"]


@pytest.mark.parametrize("role", [Role.WARD_STAFF, Role.BED_MANAGER, Role.SOCIAL_WORKER, Role.INTAKE])
async def test_others_do_not_see_what_was_refused(house: House, role: Role) -> None:
    async with house.caller(role) as other:
        assert (await other.get("/refused")).status_code == 403
        assert (await other.get("/refused/x")).status_code == 403


async def test_another_trust_sees_none_of_it(house: House) -> None:
    async with house.caller(Role.INTAKE) as pas:
        await pas.post("/messages", content=er7(processing_id="T"), headers=ER7)
    async with house.caller(Role.INTEGRATION_ENGINEER) as ours:
        (one,) = (await ours.get("/refused")).json()["items"]
    async with house.caller(Role.INTEGRATION_ENGINEER, trust="RZZ") as theirs:
        assert (await theirs.get("/refused")).json()["items"] == []
        assert (await theirs.get(f"/refused/{one['refused_id']}")).status_code == 404


async def test_the_counts_of_the_door_are_told_by_feed(house: House) -> None:
    last = Happened(house.clock.now(), "192.0.2.7")
    counted = Snapshot(
        links_open=2, links_refused=3, late=4, unanswered=5, oversize=6, partial=7, last={"oversize": last}
    )
    async with house.database.reading() as reading:
        told = await feeds_of_day(reading, TRUST, house.clock.now(), {"main": counted})
    (feed,) = [one for one in told.items if one.feed == "main"]
    assert (feed.links_open, feed.links_refused, feed.late, feed.unanswered) == (2, 3, 4, 5)
    assert (feed.oversize, feed.partial, feed.rejected_frames) == (6, 7, 13)
    numbers = {fault.kind: fault.number for fault in feed.faults}
    assert numbers == {"links_refused": 3, "late": 4, "unanswered": 5, "oversize": 6, "partial": 7}
    assert [(one.last_at, one.last_peer) for one in feed.faults if one.last_at] == [(last.at, last.peer)]


def _wanting(control_id: str, wanted: bytes) -> bytes:
    """A training message whose MSH-15 and MSH-16 say which answer is wanted."""
    return er7(control_id=control_id, processing_id="T").replace(b"|T|2.4", b"|T|2.4|||" + wanted, 1)


async def test_a_refused_message_is_found_by_its_control_id_and_says_how_it_was_answered(house: House) -> None:
    async with house.caller(Role.INTAKE) as pas:
        for raw in (_wanting("R1", b"|"), _wanting("R2", b"AL|NE"), _wanting("R3", b"NE|NE"), er7(control_id="R2")):
            await pas.post("/messages", content=raw, headers=ER7)
    await house.interpret()
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        found = (await engineer.post("/messages/search", json={"control_id": "R2"})).json()
        listed = (await engineer.get("/messages", params={"control_id": "R2"})).json()
        (only,) = (await engineer.get("/refused", params={"control_id": "R2"})).json()["items"]
        every = (await engineer.get("/refused")).json()["items"]
        plain = (await engineer.get("/messages")).json()
    assert found["refused"] == listed["refused"] == [only]
    assert [one["control_id"] for one in found["items"]] == ["R2"]
    assert plain["refused"] == []
    assert {(one["control_id"], one["trigger"], one["acknowledged_as"]) for one in every} == {
        ("R1", "A01", "AR"),
        ("R2", "A01", "CR"),
        ("R3", "A01", None),
    }
    async with house.database.reading() as reading:
        (row,) = await reading.rows(select(audited.c.subjects).where(audited.c.act == "messages-searched"))
    assert only["refused_id"] in row.subjects


async def test_a_feed_of_which_everything_is_refused_says_so(house: House) -> None:
    async with house.caller(Role.INTAKE) as pas:
        for control_id in ("1", "1", "2"):
            await pas.post("/messages", content=er7(control_id=control_id, processing_id="T"), headers=ER7)
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        (feed,) = (await engineer.get("/feeds")).json()["items"]
    house.clock.set(house.clock.now() + timedelta(days=1))
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        tomorrow = (await engineer.get("/feeds")).json()["items"]
    assert (feed["sending_application"], feed["received"], feed["refused"]) == ("PAS", 0, 2)
    assert feed["last_refused_at"] is not None
    assert tomorrow == []


async def test_a_sender_that_says_no_name_is_one_like_any_other_beside_its_door(house: House) -> None:
    nameless = er7(control_id="1").replace(f"|PAS|{TRUST}|".encode(), b"|||")
    assert nameless != er7(control_id="1")
    async with house.caller(Role.INTAKE) as pas:
        for raw in (nameless, er7(control_id="2", mrn="H2", visit="V2")):
            assert (await pas.post("/messages", content=raw, headers=ER7)).status_code == 200
    await house.interpret()
    async with house.database.reading() as reading:
        doors = {"http": Snapshot(links_open=2)}
        told = await feeds_of_day(reading, TRUST, house.clock.now(), doors, profiles=True)
    assert [(one.sending_application, one.received, one.links_open, one.named) for one in told.items] == [
        (None, 0, 2, False),
        (None, 1, 0, False),
        ("PAS", 1, 0, False),
    ]
    door, nobody, pas_named = told.items
    assert door.profile is None
    assert nobody.profile is not None
    assert pas_named.profile is not None
    assert nobody.profile.assumed == pas_named.profile.assumed


async def test_a_sender_named_for_any_door_stands_under_the_door_it_is_heard_at(house: House) -> None:
    async with house.database.transaction() as tx:
        await set_up(tx, TRUST, house.clock.now(), {("", "PAS", TRUST): Feed("pas", TRUST)})
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer, house.caller(Role.INTAKE) as pas:
        silent = (await engineer.get("/feeds")).json()["items"]
        await pas.post("/messages", content=er7(control_id="1"), headers=ER7)
        await house.interpret()
        heard = (await engineer.get("/feeds")).json()["items"]
    assert [(one["feed"], one["sending_application"], one["last_heard_at"]) for one in silent] == [("", "PAS", None)]
    assert [(one["feed"], one["sending_application"], one["received"]) for one in heard] == [("http", "PAS", 1)]
