"""What became of a message's stays is told with it: to those who run the interfaces, and nothing of the person."""

from typing import Any

from shared.contracts.roles import Role
from tests.services.admissions.hospital import MRN, NHS_NUMBER, er7
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
    await _sent(
        house,
        er7(control_id="1", mrn="H1", visit="V1"),
        er7(control_id="2", mrn="H2", visit="V2", at="202603020905", ward="W2"),
        er7("A40", control_id="3", mrn="H1", merged="H2", at="202603020910"),
        er7("Z99", control_id="4", mrn="H3", visit="V3"),
    )
    merged, nothing = await _detail(house, "3"), await _detail(house, "4")
    assert [one["encounter_id"] for one in merged["stays"]] == merged["summary"]["encounter_ids"]
    assert len(merged["stays"]) == 2
    assert nothing["stays"] == []
