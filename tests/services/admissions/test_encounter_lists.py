"""The list of encounters: each filter leaves out what it should, alone, with the other, and from page to page."""

from itertools import product

from httpx2 import AsyncClient

from shared.contracts.roles import Role
from tests.services.admissions.hospital import er7
from tests.services.admissions.test_rest import ER7, House, house

_ = house
STAYS = {
    "FIRST": [er7(control_id="1", mrn="H1", visit="V1", family="FIRST", ward="OAK", admitted="202603010800")],
    "SECOND": [er7(control_id="2", mrn="H2", visit="V2", family="SECOND", ward="ELM", admitted="202603010900")],
    "THIRD": [
        er7(control_id="3", mrn="H3", visit="V3", family="THIRD", ward="OAK", admitted="202603011000"),
        er7("A03", control_id="4", mrn="H3", visit="V3", family="THIRD", ward="OAK", admitted="202603011000"),
    ],
}


async def told(house: House) -> None:
    async with house.caller(Role.INTAKE) as pas:
        for raw in (one for several in STAYS.values() for one in several):
            assert b"\rMSA|AA" in (await pas.post("/messages", content=raw, headers=ER7)).content
    await house.interpret()


WANTED: list[tuple[dict[str, str], list[str]]] = [
    ({}, ["THIRD", "SECOND", "FIRST"]),
    ({"ward_code": "OAK"}, ["THIRD", "FIRST"]),
    ({"ward_code": "ELM"}, ["SECOND"]),
    ({"ward_code": "oak"}, []),
    ({"status": "open"}, ["SECOND", "FIRST"]),
    ({"status": "closed"}, ["THIRD"]),
    ({"ward_code": "OAK", "status": "open"}, ["FIRST"]),
    ({"ward_code": "OAK", "status": "closed"}, ["THIRD"]),
    ({"ward_code": "ELM", "status": "closed"}, []),
]


async def test_each_filter_lists_what_it_names_newest_admission_first(house: House) -> None:
    await told(house)
    async with house.caller(Role.WARD_STAFF) as ward:
        for (wanted, families), limit in product(WANTED, (1, 2, 50)):
            pages = [families[at : at + limit] for at in range(0, len(families), limit)] or [[]]
            assert await _listed(ward, wanted | {"limit": str(limit)}) == pages, (wanted, limit)


async def _listed(ward: AsyncClient, wanted: dict[str, str]) -> list[list[str]]:
    """The families of each page, following the cursor to its end."""
    found: list[list[str]] = []
    cursor: str | None = None
    while not found or cursor is not None:
        answered = await ward.get("/encounters", params=wanted | ({"cursor": cursor} if cursor else {}))
        assert answered.status_code == 200
        found.append([one["person"]["family"] for one in answered.json()["items"]])
        cursor = answered.json()["next"]
    return found


async def test_a_status_nobody_knows_is_refused(house: House) -> None:
    async with house.caller(Role.WARD_STAFF) as ward:
        assert (await ward.get("/encounters", params={"status": "lost"})).status_code == 422
