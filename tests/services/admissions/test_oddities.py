"""What is odd about a message beside others: two wards at once, retired numbers, merges, NHS numbers, times, lives."""

from shared.contracts.roles import Role
from tests.services.admissions.hospital import NHS_NUMBER, er7
from tests.services.admissions.test_rest import ER7, House, house

_ = house
OTHER_NUMBER = "9990000034"


async def _flags(house: House, *sent: bytes) -> dict[str, list[str]]:
    """What is said to be odd about each message, by control id, after all were interpreted."""
    async with house.caller(Role.INTAKE) as pas:
        for raw in sent:
            assert b"MSA|AA" in (await pas.post("/messages", content=raw, headers=ER7)).content
    await house.interpret()
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        items = (await engineer.get("/messages")).json()["items"]
    return {one["control_id"]: one["flags"] for one in items}


def _with_nhs_number(raw: bytes, number: str) -> bytes:
    return raw.replace(b"||FICTION", f"~{number}^^^NHS^NH||FICTION".encode())


async def test_two_admissions_told_at_one_time_to_two_wards_are_flagged(house: House) -> None:
    flags = await _flags(
        house,
        er7(control_id="1", ward="W1"),
        er7(control_id="2", ward="W2"),
        er7(control_id="3", ward="W3", mrn="H2", visit="V2"),
        er7(control_id="4", ward="W4", mrn="H2", visit="V2", at="202603020901"),
    )
    assert flags == {"1": ["told-at-once-of-two-wards"], "2": ["told-at-once-of-two-wards"], "3": [], "4": []}


async def test_a_message_about_a_retired_number_and_a_merge_of_open_stays_are_flagged(house: House) -> None:
    flags = await _flags(
        house,
        er7(control_id="1", mrn="H1", visit="V1"),
        er7(control_id="2", mrn="H2", visit="V2", at="202603020905"),
        er7("A40", control_id="3", mrn="H1", merged="H2", at="202603020910"),
        er7("A08", control_id="4", mrn="H2", visit="V2", at="202603020915"),
        er7("A40", control_id="5", mrn="H3", merged="H4", at="202603020920"),
    )
    assert flags == {"1": [], "2": [], "3": ["merge-of-open-stays"], "4": ["number-retired"], "5": []}


async def test_the_nhs_number_of_somebody_else_takes_the_place_of_none(house: House) -> None:
    conflict = "nhs-number-of-several-persons"
    flags = await _flags(
        house,
        _with_nhs_number(er7(control_id="1", mrn="H1", visit="V1"), NHS_NUMBER),
        _with_nhs_number(er7(control_id="2", mrn="H2", visit="V2"), OTHER_NUMBER),
        _with_nhs_number(er7("A08", control_id="3", mrn="H1", visit="V1", at="202603020910"), OTHER_NUMBER),
    )
    assert flags["2"] == ["nhs-number-for-tests", conflict]
    assert conflict in flags["3"]
    async with house.caller(Role.SOCIAL_WORKER) as worker:
        stays = (await worker.get("/encounters")).json()["items"]
    shown = {one["person"]["mrn"]: one["person"]["nhs_number"] for one in stays}
    assert shown == {"H1": NHS_NUMBER, "H2": OTHER_NUMBER}


async def test_a_number_that_is_corrected_is_shown_and_one_that_is_none_is_not(house: House) -> None:
    await _flags(
        house,
        _with_nhs_number(er7(control_id="1"), NHS_NUMBER),
        _with_nhs_number(er7("A08", control_id="2", at="202603020910"), OTHER_NUMBER),
        _with_nhs_number(er7("A08", control_id="3", at="202603020915"), "9990000019"),
    )
    async with house.caller(Role.SOCIAL_WORKER) as worker:
        (stay,) = (await worker.get("/encounters")).json()["items"]
    assert (stay["person"]["nhs_number"], stay["person"]["nhs_number_valid"]) == (OTHER_NUMBER, True)


async def test_a_year_alone_is_no_time_of_admission(house: House) -> None:
    flags = await _flags(
        house, er7(control_id="1", admitted="2026"), er7(control_id="2", admitted="202603", mrn="H2", visit="V2")
    )
    assert flags["1"] == flags["2"] == ["time-too-coarse"]
    async with house.caller(Role.SOCIAL_WORKER) as worker:
        stays = (await worker.get("/encounters")).json()["items"]
    assert [one["admitted_at"][:16] for one in stays] == ["2026-03-02T09:00"] * 2


async def test_a_time_a_day_ahead_is_flagged_and_kept(house: House) -> None:
    ahead = er7(control_id="2", mrn="H2", visit="V2").replace(b"EVN|A01|202603020900", b"EVN|A01|202603030900")
    flags = await _flags(
        house,
        er7(control_id="1", admitted="202603031200"),
        ahead,
        er7("A05", control_id="3", mrn="H3", visit="V3", admitted="202603091200"),
        er7("A03", control_id="4", mrn="H4", visit="V4").replace(b"0845|202603020900\r", b"0845|202603031000\r"),
    )
    assert flags["1"] == flags["2"] == ["time-ahead"]
    assert [flag for control_id in ("3", "4") for flag in flags[control_id] if flag == "time-ahead"] == []
    async with house.caller(Role.SOCIAL_WORKER) as worker:
        found = (await worker.post("/encounters/search", json={"patient": {"value": "H1000001"}})).json()["items"]
    assert [one["admitted_at"][:16] for one in found] == ["2026-03-03T12:00"]


async def test_a_life_that_cannot_be_is_flagged(house: House) -> None:
    def born(control_id: str, day: str, died: str = "") -> bytes:
        said = f"||{day}|F" + (f"|||||||||||||||||||||{died}|Y" if died else "")
        return er7(control_id=control_id, mrn=f"H{control_id}", visit=f"V{control_id}").replace(
            b"||19400101|F", said.encode()
        )

    flags = await _flags(
        house,
        born("1", "18700101"),
        born("2", "20300101"),
        born("3", "19400101", "19390101"),
        born("4", "20260302", "202603020030"),
        born("5", "19400101"),
    )
    assert flags == {
        "1": ["birth-implausible"],
        "2": ["birth-implausible"],
        "3": ["death-before-birth"],
        "4": [],
        "5": [],
    }
    async with house.caller(Role.SOCIAL_WORKER) as worker:
        stays = (await worker.get("/encounters")).json()["items"]
    assert {one["person"]["mrn"]: one["person"]["born"] for one in stays}["H2"] is None
