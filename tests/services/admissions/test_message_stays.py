"""What became of a message's stays is told with it: to those who run the interfaces, and nothing of the person."""

import json
from typing import Any

from sqlalchemy import select

from services.admissions.store.encounters import several
from services.admissions.tables import encounters
from services.screens.presenters import messages
from shared.contracts.api.admissions import MessageDetail
from shared.contracts.roles import Role
from tests.services.admissions.hospital import MRN, NHS_NUMBER, TRUST, er7
from tests.services.admissions.test_rest import ER7, House, house

_ = house


async def _detail(house: House, control_id: str) -> dict[str, Any]:
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        (found,) = (await engineer.get("/messages", params={"control_id": control_id})).json()["items"]
        return (await engineer.get(f"/messages/{found['message_id']}")).json()


async def _sent(house: House, *several: bytes) -> None:
    async with house.caller(Role.INTAKE) as pas:
        for raw in several:
            assert b"MSA|AA" in (await pas.post("/messages", content=raw, headers=ER7)).content
    await house.interpret()


async def test_a_message_tells_what_its_stay_is_now_and_what_is_odd_about_it(house: House) -> None:
    await _sent(house, er7(control_id="1"), er7("A03", control_id="2", at="202602220900"))
    detail = await _detail(house, "2")
    (stay,) = detail["stays"]
    (named,) = detail["summary"]["encounter_ids"]
    assert stay == {
        "encounter_id": named,
        "status": "discharged",
        "patient_class": "inpatient",
        "ward_code": "WARD1",
        "bed": "1",
        "admitted_at": "2026-03-02T08:45:00Z",
        "discharged_at": "2026-02-22T09:00:00Z",
        "flags": ["discharge-before-admission"],
    }
    assert (await _detail(house, "1"))["stays"] == detail["stays"]
    page = messages.present_one(MessageDetail.model_validate_json(json.dumps(detail)), may_amend=True)
    assert page.answer.endswith("Something is odd about that stay.")
    assert "The discharge was told as before the admission: check both times" in dict(page.stays[0].facts).values()


async def test_a_list_of_messages_tells_which_of_their_stays_are_odd(house: House) -> None:
    odd, plain = er7(control_id="1"), er7(control_id="3", mrn="H3", visit="V3")
    await _sent(house, odd, er7("A03", control_id="2", at="202602220900"), plain)
    (stay,) = (await _detail(house, "1"))["stays"]
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        listed = (await engineer.get("/messages")).json()
        searched = (await engineer.post("/messages/search", json={"control_id": "2"})).json()
        other = (await engineer.get("/messages", params={"control_id": "3"})).json()
    assert listed["odd_stays"] == searched["odd_stays"] == {stay["encounter_id"]: ["discharge-before-admission"]}
    assert (len(other["items"]), other["odd_stays"]) == (1, {})


async def test_the_stays_of_a_message_say_nothing_of_the_person(house: House) -> None:
    numbered = er7(control_id="1", visit="VISIT7").replace(b"||FICTION", f"~{NHS_NUMBER}^^^NHS^NH||FICTION".encode())
    await _sent(house, numbered)
    detail = await _detail(house, "1")
    (stay,) = detail["stays"]
    assert stay["status"] == "admitted"
    for secret in (MRN, NHS_NUMBER, "FICTION", "ANN", "1940", "VISIT7"):
        assert secret not in str(detail["stays"])
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        assert (await engineer.get(f"/encounters/{stay['encounter_id']}")).status_code == 403


async def test_every_stay_of_a_message_is_told_and_a_message_without_one_has_none(house: House) -> None:
    first, second = (
        er7(control_id="1", mrn="H1", visit="V1", ward="W1"),
        er7(control_id="2", mrn="H2", visit="V2", ward="W2"),
    )
    other = er7("A17", mrn="H2", visit="V2", ward="W1", at="202603021000").split(b"\rPID|1|")[1].decode().strip()
    swap = er7("A17", control_id="3", mrn="H1", visit="V1", ward="W2", at="202603021000", extra=f"PID|2|{other}")
    await _sent(house, first, second, swap, er7("Z99", control_id="4", mrn="H3", visit="V3"))
    swapped, nothing = await _detail(house, "3"), await _detail(house, "4")
    assert [one["encounter_id"] for one in swapped["stays"]] == swapped["summary"]["encounter_ids"]
    assert {one["ward_code"] for one in swapped["stays"]} == {"W1", "W2"}
    assert nothing["stays"] == []


async def test_another_trust_is_told_of_no_stay(house: House) -> None:
    await _sent(house, er7(control_id="1"))
    async with house.database.reading() as reading:
        (row,) = await reading.rows(select(encounters.c.id))
        assert [one.encounter_id for one in await several(reading, TRUST, [row.id])] == [row.id]
        assert await several(reading, "RZZ", [row.id]) == []
