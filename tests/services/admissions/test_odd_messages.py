"""Odd values in single messages, by HTTP to what people see: taken, flagged where they mislead, never put right."""

from typing import Any

import pytest

from shared.contracts.roles import Role
from tests.services.admissions.hospital import er7
from tests.services.admissions.test_rest import ER7, House, house

_ = house
FAKE = "2026-03-02 [error] signed_in who=root"
NAMES = [
    "Robert'); DROP TABLE admissions_messages;--",
    "O'Brien-Ní Dhónaill",
    "X",
    "N" * 200,
    "TEST PATIENT",
    "=HYPERLINK(1)",
    "-1+1",
    "𠮷田 🛏",
    "Z" + "\u0301" * 10_000,
    "Be\u200bll\u202egnit",
]


async def _told(house: House, *sent: bytes) -> list[dict[str, Any]]:
    """What is said of each message, in the order they came; all were taken."""
    async with house.caller(Role.INTAKE) as pas:
        for raw in sent:
            answered = await pas.post("/messages", content=raw, headers=ER7)
            assert (answered.status_code, b"\rMSA|AA|" in answered.content) == (200, True)
    await house.interpret()
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        items = (await engineer.get("/messages")).json()["items"]
    return sorted(items, key=lambda one: one["control_id"])


async def _stay(house: House) -> dict[str, Any]:
    async with house.caller(Role.SOCIAL_WORKER) as worker:
        (stay,) = (await worker.get("/encounters")).json()["items"]
    return stay


@pytest.mark.parametrize("version", ["2.1", "2.9", "2.4 UK", "2.4^GBR", ""])
async def test_any_version_is_taken_and_applied(house: House, version: str) -> None:
    (message,) = await _told(house, er7().replace(b"|P|2.4\r", f"|P|{version}\r".encode()))
    assert (message["outcome"], message["flags"]) == ("applied", [])
    assert (await _stay(house))["location"]["ward_code"] == "WARD1"


async def test_a_header_that_ends_before_the_version_is_taken(house: House) -> None:
    (message,) = await _told(house, er7().replace(b"|P|2.4\r", b"|P\r"))
    assert (message["outcome"], message["flags"]) == ("applied", [])


@pytest.mark.parametrize(
    ("recorded", "flag"),
    [("202603030900", "time-ahead"), ("220603020900", "time-implausible"), ("189903020900", "time-implausible")],
    ids=["a day ahead", "2206", "1899"],
)
async def test_a_time_that_cannot_be_is_flagged_and_never_clamped(house: House, recorded: str, flag: str) -> None:
    said = er7(control_id="1").replace(b"EVN|A01|202603020900", f"EVN|A01|{recorded}".encode())
    (message,) = await _told(house, said)
    assert (message["outcome"], message["flags"]) == ("applied", [flag])
    stay = await _stay(house)
    assert (stay["status"], stay["admitted_at"][:16]) == ("admitted", "2026-03-02T08:45")


@pytest.mark.parametrize("admitted", ["220603020845", "189903020845"])
async def test_an_admission_that_cannot_have_been_then_is_one_at_the_time_it_was_told(
    house: House, admitted: str
) -> None:
    (message,) = await _told(house, er7(admitted=admitted))
    assert message["flags"] == ["time-implausible"]
    assert (await _stay(house))["admitted_at"][:16] == "2026-03-02T09:00"


@pytest.mark.parametrize("left", ["220603020930", "189903020930"])
async def test_a_discharge_that_cannot_have_been_then_is_one_at_the_time_it_was_told(house: House, left: str) -> None:
    discharged = er7("A03", control_id="2", at="202603020858").replace(b"|202603020858\r", f"|{left}\r".encode())
    assert discharged.count(left.encode()) == 2, "EVN-2 and PV1-45"
    discharged = discharged.replace(f"EVN|A03|{left}".encode(), b"EVN|A03|202603020858")
    messages = await _told(house, er7(control_id="1", at="202603020846"), discharged)
    assert [one["flags"] for one in messages] == [[], ["time-implausible"]]
    stay = await _stay(house)
    assert (stay["status"], stay["discharged_at"][:16]) == ("discharged", "2026-03-02T08:58")


async def test_an_update_recorded_earlier_changes_nothing_that_was_told_later(house: House) -> None:
    messages = await _told(
        house,
        er7(control_id="1", at="202603020850", family="FIRST"),
        er7("A08", control_id="2", at="202603020858", ward="WARD2", family="LAST"),
        er7("A08", control_id="3", at="202603020852", ward="WARD1", family="MIDDLE"),
    )
    assert [one["outcome"] for one in messages] == ["applied"] * 3
    stay = await _stay(house)
    assert (stay["location"]["ward_code"], stay["person"]["family"]) == ("WARD2", "LAST")


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:20])
async def test_a_name_is_kept_as_it_was_sent_and_harms_nothing(house: House, name: str) -> None:
    sent = er7(family=name).replace(b"|P|2.4\r", b"|P|2.4||||||UNICODE UTF-8\r")
    (message,) = await _told(house, sent)
    assert (message["outcome"], message["flags"]) == ("applied", [])
    assert (await _stay(house))["person"]["family"] == name


@pytest.mark.parametrize("place", [b"FICTION", b"PAS", b"C-1"], ids=["name", "sender", "control id"])
async def test_no_text_of_a_message_makes_a_line_of_the_log(
    house: House, capfd: pytest.CaptureFixture[str], place: bytes
) -> None:
    await _told(house, er7(control_id="C-1").replace(place, f"X\n{FAKE}\x1b[31m".encode(), 1))
    said = "".join(capfd.readouterr())
    assert FAKE not in said
    assert "[31m" not in said
