"""Messages are found by control id, patient, NHS number and visit; ward codes with how often they came."""

import pytest
import pytest_asyncio
from sqlalchemy import select

from services.admissions.tables import audited
from shared.contracts.roles import Role
from tests.services.admissions.hospital import MRN, NHS_NUMBER, TRUST, er7
from tests.services.admissions.test_rest import ER7, House, house

_ = house


@pytest_asyncio.fixture
async def filled(house: House) -> House:
    """Two people: one with two visits and an NHS number, one admitted to a ward of another code; and one unreadable."""
    known = er7().replace(b"||FICTION", f"~{NHS_NUMBER}^^^NHS^NH||FICTION".encode())
    sent = (
        known,
        er7("A02", control_id="2", at="202603021000", ward="SDEC2"),
        er7("A01", control_id="3", at="202603030900", visit="V2", admitted="202603030900"),
        er7("A01", control_id="4", mrn="H2", visit="V3", ward="SDEC2"),
        er7("A08", control_id="5", mrn=""),
    )
    async with house.caller(Role.INTAKE) as pas:
        for one in sent:
            await pas.post("/messages", content=one, headers=ER7)
    await house.interpret()
    return house


async def _found(house: House, wanted: dict[str, object], trust: str = TRUST) -> list[str]:
    async with house.caller(Role.INTEGRATION_ENGINEER, trust=trust) as engineer:
        answer = await engineer.post("/messages/search", json=wanted)
    assert answer.status_code == 200, answer.text
    return [one["control_id"] for one in answer.json()["items"]]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"control_id": "5"}, ["5"]),
        ({"control_id": "none"}, []),
        ({"patient": {"value": MRN, "issuer": TRUST}}, ["1", "2", "3"]),
        ({"patient": {"value": "H2"}}, ["4"]),
        ({"patient": {"value": MRN, "issuer": "OTHER"}}, []),
        ({"nhs_number": "999 000 0018"}, ["1", "2", "3"]),
        ({"visit": {"value": "V1"}}, ["1", "2"]),
        ({"visit": {"value": "V2", "issuer": TRUST}}, ["3"]),
    ],
)
async def test_what_is_found(filled: House, wanted: dict[str, object], found: list[str]) -> None:
    assert sorted(await _found(filled, wanted)) == found
    assert await _found(filled, wanted, trust="RZZ") == []
    async with filled.database.reading() as reading:
        acts = [row.act for row in await reading.rows(select(audited.c.act))]
    assert acts.count("messages-searched") == bool(found)


@pytest.mark.parametrize(
    "wanted", [{}, {"control_id": "1", "nhs_number": "9990000018"}, {"control_id": ""}, {"patient": "H1"}, {"x": 1}]
)
async def test_a_search_that_is_none_is_refused_without_an_echo(house: House, wanted: dict[str, object]) -> None:
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        answer = await engineer.post("/messages/search", json=wanted)
    assert answer.status_code == 422
    assert "9990000018" not in answer.text


@pytest.mark.parametrize("role", [Role.WARD_STAFF, Role.SOCIAL_WORKER, Role.LEAD, Role.INTAKE])
async def test_others_do_not_search_messages(house: House, role: Role) -> None:
    async with house.caller(role) as other:
        assert (await other.post("/messages/search", json={"control_id": "1"})).status_code == 403


async def test_a_ward_code_with_how_many_messages_named_it_and_since_when(filled: House) -> None:
    async with filled.caller(Role.LEAD) as lead:
        codes = (await lead.get("/ward-codes", params={"code": ["SDEC2", "NEVER"]})).json()["items"]
        none = await lead.get("/ward-codes")
    assert [(one["code"], one["messages"]) for one in codes] == [("SDEC2", 2)]
    assert codes[0]["first_at"] <= codes[0]["last_at"]
    assert none.status_code == 422


@pytest.mark.parametrize("odd", ["W" * 201, "AB\x07C", "AB\u202eC", "", "A\x00B"])
async def test_a_code_of_any_kind_takes_nothing_from_the_others(filled: House, odd: str) -> None:
    async with filled.caller(Role.LEAD) as lead:
        answer = await lead.get("/ward-codes", params={"code": [odd, "SDEC2"]})
    assert answer.status_code == 200
    assert [(one["code"], one["messages"]) for one in answer.json()["items"]] == [("SDEC2", 2)]


@pytest.mark.parametrize(("sent", "kept"), [("W" * 201, "W" * 201), ("AB\\X07\\C", "AB\x07C"), ("AB\u202eC",) * 2])
async def test_a_code_is_found_as_the_message_named_it(house: House, sent: str, kept: str) -> None:
    async with house.caller(Role.INTAKE) as pas:
        await pas.post("/messages", content=er7(ward=sent), headers=ER7)
    await house.interpret()
    async with house.caller(Role.LEAD) as lead:
        answer = await lead.get("/ward-codes", params={"code": kept})
    assert [(one["code"], one["messages"]) for one in answer.json()["items"]] == [(kept, 1)]
