"""What was refused is listed for those who run the interfaces, masked until asked; the asking is recorded."""

import pytest
from sqlalchemy import select

from services.admissions.handlers.showing import feeds_today
from services.admissions.incoming import Snapshot
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
    sender = {"sending_application", "sending_facility"}
    assert set(newest) == {"refused_id", "feed", "first_at", "last_at", "times", "reason", "bytes"} | sender
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
    counted = Snapshot(links_open=2, links_refused=3, late=4, unanswered=5, oversize=6, partial=7)
    async with house.database.reading() as reading:
        told = await feeds_today(reading, TRUST, house.clock.now(), {"main": counted})
    (feed,) = [one for one in told.items if one.feed == "main"]
    assert (feed.links_open, feed.links_refused, feed.late, feed.unanswered) == (2, 3, 4, 5)
    assert (feed.oversize, feed.partial, feed.rejected_frames) == (6, 7, 13)
