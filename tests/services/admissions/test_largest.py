"""The largest message there may be, at each door with the limits it has by default: one byte more is another answer."""

import asyncio

import pytest

from services.admissions.handlers.answer import Door
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.mllp import Policy
from services.admissions.tables import messages, rejects
from shared.clock import SettableClock
from shared.contracts.roles import Role
from shared.database import Database
from shared.hl7.framing import frame
from shared.settings import Settings
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_doors import listening, rows, told
from tests.services.admissions.test_rest import ER7, House, house

_ = house
LIMIT = Policy().largest_message
PDF = b"OBX|1|ED|LETTER||^application^pdf^Base64^" + b"QUJD" * (6 * 1024**2 // 4) + b"\r"


def with_a_letter(size: int) -> bytes:
    """An admission with a letter of 6 MiB in OBX-5, filled up by a note to `size` bytes."""
    begun = er7(control_id="L") + PDF + b"NTE|1||"
    return begun + b"x" * (size - len(begun) - 1) + b"\r"


LARGEST, TOO_LARGE = with_a_letter(LIMIT), with_a_letter(LIMIT + 1)


async def exchanged(port: int, sent: bytes) -> bytes:
    """All that a link answers until the door closes it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        async with asyncio.timeout(30):
            return await reader.read()
    except ConnectionError:  # closed while it was still being written to
        return b""
    finally:
        writer.close()


def test_the_limit_is_the_same_at_every_door_and_that_of_the_messages_here() -> None:
    assert Settings().message_limit == LIMIT == len(LARGEST) == len(TOO_LARGE) - 1 == 10 * 1024**2


async def test_over_mllp_the_largest_message_is_taken_and_applied(
    door: Door, database: Database, clock: SettableClock
) -> None:
    async with listening(door) as port:
        assert await told(port, [LARGEST, er7(control_id="after")]) == [b"AA|L", b"AA|after"]
    await interpret_waiting(database, TRUST, clock.now())
    first, second = await rows(database, messages)
    assert bytes(first.raw) == LARGEST
    assert [(one.control_id, one.outcome) for one in (first, second)] == [("L", "applied"), ("after", "applied")]


async def test_over_mllp_one_byte_more_closes_the_link_and_leaves_nothing_behind(
    door: Door, database: Database
) -> None:
    async with listening(door) as port:
        assert await exchanged(port, frame(TOO_LARGE) + frame(er7(control_id="behind"))) == b""
        assert await told(port, [er7(control_id="anew")]) == [b"AA|anew"]
    assert [row.control_id for row in await rows(database, messages)] == ["anew"]
    assert await rows(database, rejects) == []


@pytest.mark.parametrize(
    ("sent", "status", "kept"), [(LARGEST, 200, ["L"]), (TOO_LARGE, 413, [])], ids=["10 MiB", "more"]
)
async def test_over_http_one_byte_more_is_too_much(house: House, sent: bytes, status: int, kept: list[str]) -> None:
    async with house.caller(Role.INTAKE) as pas:
        answered = await pas.post("/messages", content=sent, headers=ER7)
    assert (answered.status_code, b"\rMSA|AA|L" in answered.content) == (status, bool(kept))
    assert [row.control_id for row in await rows(house.database, messages)] == kept
