"""The assembled service: a message over a real MLLP link becomes an encounter without anybody asking."""

import asyncio
import socket
from pathlib import Path

from sqlalchemy import select

from services.admissions import service as admissions
from services.admissions.tables import encounters, log
from shared.clock import SystemClock
from shared.database import Database
from shared.passes import ensure_keys
from shared.settings import Settings
from shared.wiring import Dependencies
from tests.services.admissions.hospital import er7


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    while True:
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.02)


async def test_a_message_over_mllp_becomes_an_encounter(database: Database, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, mllp_port=free_port())  # type: ignore[call-arg]
    ensure_keys(settings.keys())
    service = admissions.create(Dependencies(settings, SystemClock(), database))
    stop = asyncio.Event()
    running = [asyncio.ensure_future(task(stop)) for task in service.tasks.values()]
    try:
        async with asyncio.timeout(20):
            reader, writer = await connected(settings.mllp_port)
            writer.write(b"\x0b" + er7(control_id="77") + b"\x1c\r")
            answered = await reader.readuntil(b"\x1c\r")
            assert b"\rMSA|AA|77\r" in answered
            while not (found := await announced(database)):  # noqa: ASYNC110  # seen from outside
                await asyncio.sleep(0.02)
            writer.close()
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await asyncio.gather(*running)
    assert len(found) == 1


async def announced(database: Database) -> list[str]:
    async with database.reading() as reading:
        rows = await reading.rows(select(encounters.c.id).join(log.outbox, log.outbox.c.subject == encounters.c.id))
    return [row.id for row in rows]
