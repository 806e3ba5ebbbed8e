"""The figures of a door are of the time since it opened, and say so, whatever the day of the list."""

import asyncio
from datetime import timedelta
from pathlib import Path

from shared.clock import SettableClock
from shared.contracts.roles import Role
from shared.database import Database
from shared.passes import ensure_keys
from tests.services.admissions.conftest import START
from tests.services.admissions.test_rest import House
from tests.services.admissions.test_service import connected, set_to


async def test_a_door_says_since_when_it_counts(database: Database, clock: SettableClock, tmp_path: Path) -> None:
    settings = set_to(tmp_path)
    ensure_keys(settings.keys())
    house = House(database, clock, settings)
    stop = asyncio.Event()
    door = asyncio.ensure_future(house.service.tasks["mllp"](stop))
    try:
        reader, writer = await connected(settings.mllp_port)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        assert await reader.read() == b""
        writer.close()
        clock.set(START + timedelta(days=1))
        async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
            (line,) = (await engineer.get("/feeds")).json()["items"]
    finally:
        stop.set()
        await door
    assert (line["feed"], [fault["kind"] for fault in line["faults"]]) == (
        "mllp",
        ["foreign", "stray_bytes"],
    )
    assert line["counted_since"] == "2026-03-02T09:00:00Z"
