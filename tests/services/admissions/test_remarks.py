"""What had to be assumed or mended to read a message is said with it, to whoever asks what became of it."""

import pytest

from services.admissions.handlers.interpret import interpret_waiting
from shared.contracts.roles import Role
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_rest import ER7, House, house

_ = house
PLAIN = er7()
ACCENTED = er7(family="ZOË")


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
        (PLAIN.replace(b"ADT^A01", b"ADT^A99").replace(b"\r", b"\n"), ["line-feeds"]),
    ],
    ids=["plain", "line feeds", "mark", "nul", "utf-8", "latin-1", "klingon", "no control id", "not interpreted"],
)
async def test_what_was_assumed_is_a_flag_of_the_message(house: House, raw: bytes, flags: list[str]) -> None:
    async with house.caller(Role.INTAKE) as pas:
        assert (await pas.post("/messages", content=raw, headers=ER7)).status_code == 200
    await interpret_waiting(house.database, TRUST, house.clock.now())
    async with house.caller(Role.INTEGRATION_ENGINEER) as iris:
        (said,) = (await iris.get("/messages")).json()["items"]
    assert said["flags"] == flags
