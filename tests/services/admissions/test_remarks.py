"""What had to be assumed or mended to read a message is said with it, to whoever asks what became of it."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.admissions.handlers.interpret import interpret_waiting
from shared.contracts.roles import Role
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_rest import ER7, House, house

_ = house
PLAIN = er7()
EXAMPLE = Path(__file__).parents[3] / "deploy" / "examples" / "admission.hl7"
ACCENTED = er7(family="ZOË")


async def flagged(house: House, raw: bytes) -> list[str]:
    """The flags of the one message `raw`, sent over HTTP as it is."""
    async with house.caller(Role.INTAKE) as pas:
        assert (await pas.post("/messages", content=raw, headers=ER7)).status_code == 200
    await interpret_waiting(house.database, TRUST, house.clock.now())
    async with house.caller(Role.INTEGRATION_ENGINEER) as iris:
        (said,) = (await iris.get("/messages")).json()["items"]
    return said["flags"]


@pytest.mark.parametrize(
    ("raw", "flags"),
    [
        (PLAIN, []),
        (PLAIN.replace(b"\r", b"\n"), ["line-feeds"]),
        (b"\xef\xbb\xbf" + PLAIN, ["byte-order-mark"]),
        (PLAIN.replace(b"FICTION", b"FIC\x00TION"), ["nul-dropped"]),
        (ACCENTED, ["charset-assumed-utf-8"]),
        (ACCENTED.decode().encode("latin-1"), ["charset-assumed-windows-1252"]),
        (ACCENTED.replace(b"|P|2.4", b"|P|2.4||||||KLINGON"), ["charset-assumed-utf-8", "charset-unknown"]),
        (er7(control_id=""), ["control-id-missing"]),
        (er7("A54").replace(b"\r", b"\n"), ["line-feeds"]),
        (re.sub(rb"\rPID\|1\|\|", rb"\rPID|1|", PLAIN), ["number-in-pid-2"]),
        *((PLAIN.replace(b"|P|2.4", b"|P^%b|2.4" % mode), ["processing-mode"]) for mode in (b"A", b"R", b"i")),
        *((PLAIN.replace(b"|P|2.4", b"|P^%b|2.4" % mode), []) for mode in (b"T", b"")),
    ],
    ids=[
        *("plain", "line feeds", "mark", "nul", "utf-8", "latin-1", "klingon", "no control id", "not interpreted"),
        *("pid-2", "archive", "restore", "first load", "current", "no mode"),
    ],
)
async def test_what_was_assumed_is_a_flag_of_the_message(house: House, raw: bytes, flags: list[str]) -> None:
    assert await flagged(house, raw) == flags


async def test_the_message_that_is_sent_by_hand_is_as_it_should_be(house: House) -> None:
    house.clock.set(datetime(2026, 11, 23, 10, tzinfo=UTC))
    assert await flagged(house, EXAMPLE.read_bytes().replace(b"RZZ", TRUST.encode())) == ["nhs-number-for-tests"]
