"""Messages are found by control id, patient, NHS number, visit and time; ward codes with how often they came."""

from datetime import timedelta
from typing import Any

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


TIMES = {"before": "2026-03-02T08:59:59Z", "first": "2026-03-02T09:00:00Z", "second": "2026-03-02T12:00:00+00:00"}


@pytest_asyncio.fixture
async def spread(filled: House) -> House:
    """Three hours later, another message of the same person, and one that is refused then and a day later."""
    update, training = er7("A08", control_id="6", at="202603021200"), er7(control_id="7", processing_id="T")
    for hours, raws in ((3, (update, training)), (24, (training,))):
        filled.clock.advance(timedelta(hours=hours))
        async with filled.caller(Role.INTAKE) as pas:
            for raw in raws:
                await pas.post("/messages", content=raw, headers=ER7)
    await filled.interpret()
    return filled


@pytest.mark.parametrize(
    ("wanted", "found", "refused"),
    [
        ({"received_until": TIMES["first"]}, [], 0),
        ({"received_from": TIMES["before"], "received_until": TIMES["second"]}, ["1", "2", "3", "4", "5"], 0),
        ({"received_from": TIMES["first"], "received_until": TIMES["second"]}, ["1", "2", "3", "4", "5"], 0),
        ({"received_from": TIMES["second"]}, ["6"], 1),
        ({"received_from": "2026-03-02T12:00:01Z", "received_until": "2026-03-03T00:00:00Z"}, [], 1),
        ({"received_from": "2026-03-03T12:00:01Z"}, [], 0),
        ({"patient": {"value": MRN}, "received_from": TIMES["second"]}, ["6"], 0),
        ({"nhs_number": "9990000018", "received_until": TIMES["second"]}, ["1", "2", "3"], 0),
        ({"visit": {"value": "V1"}, "received_from": "2026-03-02T13:00:00+01:00"}, ["6"], 0),
        ({"control_id": "6", "received_until": TIMES["second"]}, [], 0),
        ({"control_id": "6", "received_from": TIMES["second"]}, ["6"], 0),
        ({"control_id": "7", "received_from": TIMES["second"]}, [], 1),
        ({"control_id": "7", "received_until": TIMES["second"]}, [], 0),
    ],
)
async def test_what_is_found_by_when_it_came(
    spread: House, wanted: dict[str, object], found: list[str], refused: int
) -> None:
    async with spread.caller(Role.INTEGRATION_ENGINEER) as engineer:
        page = (await engineer.post("/messages/search", json=wanted)).json()
    assert sorted(one["control_id"] for one in page["items"]) == found
    assert [one["control_id"] for one in page["refused"]] == ["7"] * refused
    assert await _found(spread, wanted, trust="RZZ") == []


async def test_the_list_goes_on_within_the_time_that_is_asked_for(spread: House) -> None:
    time = {"received_from": TIMES["first"], "received_until": TIMES["second"]}
    found: list[str] = []
    cursor: dict[str, str] = {}
    page: dict[str, Any] = {}
    async with spread.caller(Role.INTEGRATION_ENGINEER) as engineer:
        for _turn in range(3):
            page = (await engineer.get("/messages", params={**time, "limit": 2, **cursor})).json()
            found += [one["control_id"] for one in page["items"]]
            cursor = {"cursor": page["next"]}
        by_outcome = (await engineer.get("/messages", params={**time, "outcome": "quarantined"})).json()["items"]
        for given, turned_away in ((TIMES["second"], 1), ("2026-03-04T12:00:00Z", 0)):
            answer = await engineer.get("/messages", params={"control_id": "7", "received_from": given})
            assert len(answer.json()["refused"]) == turned_away
    assert (sorted(found), page["next"]) == (["1", "2", "3", "4", "5"], None)
    assert [one["control_id"] for one in by_outcome] == ["5"]


@pytest.mark.parametrize(
    "time",
    [
        {"received_from": TIMES["first"], "received_until": TIMES["first"]},
        {"received_from": TIMES["second"], "received_until": TIMES["first"]},
        {"received_from": "2026-03-02T09:00:00"},
        {"received_until": "1999-12-31T00:00:00Z"},
        {"received_until": "yesterday"},
    ],
)
async def test_a_time_that_is_none_is_refused(house: House, time: dict[str, str]) -> None:
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        answers = [
            await engineer.get("/messages", params=time),
            await engineer.post("/messages/search", json=time),
            await engineer.post("/messages/search", json={"control_id": "1", **time}),
        ]
    assert [one.status_code for one in answers] == [422, 422, 422]
