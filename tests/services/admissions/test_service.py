"""The assembled service: a message over a real MLLP link becomes an encounter without anybody asking."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.admissions import service as admissions
from services.admissions.handlers.setup import set_up
from services.admissions.model import Feed
from services.admissions.tables import encounters, log, messages, rejects
from shared.clock import SystemClock
from shared.database import Database
from shared.passes import ensure_keys
from shared.settings import Settings
from shared.wiring import Dependencies
from tests.services.admissions.conftest import START
from tests.services.admissions.hospital import TRUST, er7
from tests.services.mllp.authority import authority
from tests.services.mllp.test_encrypted import answers, s_client


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


@asynccontextmanager
async def running(database: Database, settings: Settings, *, seconds: float = 20) -> AsyncGenerator[None]:
    """The whole service, until the block ends, which may take `seconds`."""
    ensure_keys(settings.keys())
    service = admissions.create(Dependencies(settings, SystemClock(), database))
    stop = asyncio.Event()
    tasks = [asyncio.ensure_future(task(stop)) for task in service.tasks.values()]
    try:
        async with asyncio.timeout(seconds):
            yield
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await asyncio.gather(*tasks)


def set_to(folder: Path, **more: Any) -> Settings:
    return Settings(data=folder, mllp_port=free_port(), **more)


async def test_a_message_over_mllp_becomes_an_encounter(database: Database, tmp_path: Path) -> None:
    settings = set_to(tmp_path)
    async with running(database, settings):
        reader, writer = await connected(settings.mllp_port)
        writer.write(b"\x0b" + er7(control_id="77") + b"\x1c\r")
        answered = await reader.readuntil(b"\x1c\r")
        assert b"\rMSA|AA|77\r" in answered
        while not (found := await announced(database)):  # noqa: ASYNC110  # seen from outside
            await asyncio.sleep(0.02)
        writer.close()
    assert len(found) == 1


@pytest.mark.parametrize(("said", "answered"), [({}, False), ({"mllp_accept_half_end": True}, True)], ids=str)
async def test_whether_an_fs_without_its_cr_ends_a_message_is_a_setting(
    database: Database, tmp_path: Path, said: dict[str, bool], *, answered: bool
) -> None:
    settings = set_to(tmp_path, **said)
    async with running(database, settings):
        reader, writer = await connected(settings.mllp_port)
        writer.write(b"\x0b" + er7(control_id="77") + b"\x1c")
        writer.write_eof()
        assert (b"\rMSA|AA|77\r" in await reader.read()) == answered
        writer.close()
        assert (await kept(database) == ["77"]) == answered


@pytest.mark.parametrize("limit", [200, 10_000])
async def test_how_large_a_message_may_be_is_a_setting(database: Database, tmp_path: Path, limit: int) -> None:
    settings = set_to(tmp_path, message_limit=limit)
    async with running(database, settings):
        reader, writer = await connected(settings.mllp_port)
        writer.write(b"\x0b" + er7(control_id="77", extra="NTE|1||" + "x" * 200) + b"\x1c\r")
        writer.write_eof()
        assert (b"\rMSA|AA|77\r" in await reader.read()) == (limit == 10_000)
        writer.close()


async def kept(database: Database) -> list[str]:
    async with database.reading() as reading:
        return [row.control_id for row in await reading.rows(select(messages.c.control_id))]


async def announced(database: Database) -> list[str]:
    async with database.reading() as reading:
        rows = await reading.rows(select(encounters.c.id).join(log.outbox, log.outbox.c.subject == encounters.c.id))
    return [row.id for row in rows]


async def test_under_mutual_tls_a_sender_is_heard_with_its_own_certificate_alone(
    database: Database, tmp_path: Path
) -> None:
    trust = await authority(tmp_path, "trust")
    certificate, key = await trust.certificate("door")
    settings = set_to(tmp_path, mllp_certificate=certificate, mllp_key=key, mllp_clients=trust.file)
    async with database.transaction() as tx:
        await set_up(tx, TRUST, START, {("mllp", "PAS", TRUST): Feed("mllp", TRUST, certificates=("tie",))})
    async with running(database, settings):
        (await connected(settings.mllp_port))[1].close()
        for name, code in (("other", b"AR|77"), ("tie", b"AA|77")):
            made, its_key = await trust.certificate(name)
            async with s_client(settings.mllp_port, trust, "-cert", str(made), "-key", str(its_key)) as sender:
                (answer,) = await answers(sender, [er7(control_id="77")])
            assert answer.startswith(code), name
    async with database.reading() as reading:
        (refused,) = await reading.rows(select(rejects))
    assert (refused.reason, refused.peer) == ("certificate", "127.0.0.1")
    assert await kept(database) == ["77"]
