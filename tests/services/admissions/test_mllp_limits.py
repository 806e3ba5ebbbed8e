"""The limits of the MLLP door that the assembled service runs with, as documented, met by putting its clock forward."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from services.admissions.handlers.setup import set_up
from services.admissions.tables import metadata
from shared.database import Database
from shared.hl7.framing import frame
from shared.settings import Settings
from tests.services.admissions.conftest import START
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_service import connected, kept, running, set_to

BLOCK, HALF_END, IDLE, ANSWER = 30.0, 2.0, 300.0, 5.0
LINKS, LINKS_OF_ONE = 1000, 200
SOON = 0.75
"""Seconds in which the door has looked at its links: it does four times a second."""

Later = Callable[[float], None]
Link = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest_asyncio.fixture
async def database(sqlite_database: Database) -> Database:
    await sqlite_database.create_all(metadata)
    async with sqlite_database.transaction() as tx:
        await set_up(tx, TRUST, START, {})
    return sqlite_database


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return set_to(tmp_path)


@pytest_asyncio.fixture
async def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Puts the clock of the event loop forward by seconds."""
    loop, ahead = asyncio.get_running_loop(), [0.0]
    plain = loop.time
    monkeypatch.setattr(loop, "time", lambda: plain() + ahead[0])

    def put_forward(seconds: float) -> None:
        ahead[0] += seconds

    return put_forward


@asynccontextmanager
async def linked(database: Database, settings: Settings) -> AsyncGenerator[Link]:
    """The whole service, and one link to it."""
    async with running(database, settings, seconds=3600):
        reader, writer = await connected(settings.mllp_port)
        yield reader, writer
        writer.close()


async def open_still(link: Link) -> bool:
    """Whether the door has left the link open, once it has looked."""
    try:
        return await asyncio.wait_for(link[0].read(1), SOON) != b""
    except TimeoutError:
        return True


async def answered(link: Link, control_id: str) -> bool:
    link[1].write(frame(er7(control_id=control_id)))
    return f"\rMSA|AA|{control_id}\r".encode() in await link[0].readuntil(b"\x1c\r")


async def heard_anew(settings: Settings, control_id: str) -> bool:
    link = await connected(settings.mllp_port)
    try:
        return await answered(link, control_id)
    finally:
        link[1].close()


@pytest.mark.parametrize(
    ("sent", "limit"),
    [(b"\x0bMSH|", BLOCK), (frame(er7())[:-1], HALF_END), (b"", IDLE)],
    ids=["a message that does not end", "an FS without its CR", "an idle link"],
)
async def test_a_link_is_closed_at_its_limit_and_not_before(
    database: Database, settings: Settings, later: Later, sent: bytes, limit: float
) -> None:
    async with linked(database, settings) as link:
        assert await answered(link, "before")
        link[1].write(sent)
        await asyncio.sleep(0.1)
        later(limit - SOON - 0.4)
        assert await open_still(link)
        later(0.5)
        assert not await open_still(link)
        assert await heard_anew(settings, "after")
    assert sorted(await kept(database)) == ["after", "before"]


async def test_a_message_begins_the_time_of_an_idle_link_anew_and_all_that_was_answered_is_kept(
    database: Database, settings: Settings, later: Later
) -> None:
    async with linked(database, settings) as link:
        for control_id in ("1", "2", "3"):
            later(IDLE - 5)
            assert await answered(link, control_id)
        later(IDLE + 1)
        link[1].write(frame(er7(control_id="4")))  # unanswered it would be sent again, answered it is kept
        heard = b"MSA|AA|4" in await link[0].read(4096)
    assert sorted(await kept(database)) == ["1", "2", "3", *(["4"] if heard else [])]


async def test_a_block_may_not_take_longer_however_often_bytes_come(
    database: Database, settings: Settings, later: Later
) -> None:
    async with linked(database, settings) as link:
        link[1].write(b"\x0bMSH|")
        await asyncio.sleep(0.1)
        for _ in range(4):
            later(BLOCK / 5)
            link[1].write(b"x")
            assert await open_still((link[0], link[1]))
        later(BLOCK / 5)
        assert not await open_still(link)


async def test_an_answer_comes_in_time_or_not_at_all(database: Database, settings: Settings, later: Later) -> None:
    async with linked(database, settings) as link:
        assert await answered(link, "1")
        async with database.transaction():  # nothing else can be committed meanwhile
            link[1].write(frame(er7(control_id="2")))
            await asyncio.sleep(0.1)
            later(ANSWER - SOON - 0.4)
            assert await open_still(link)
            later(0.5)
            assert await asyncio.wait_for(link[0].read(), SOON) == b""
        assert await heard_anew(settings, "2")
    assert sorted(await kept(database)) == ["1", "2"]


async def test_an_fs_without_its_cr_is_waited_for_for_two_real_seconds(database: Database, settings: Settings) -> None:
    loop = asyncio.get_running_loop()
    async with linked(database, settings) as (reader, writer):
        began = loop.time()
        writer.write(frame(er7())[:-1])
        assert await reader.read() == b""
        assert HALF_END <= loop.time() - began < HALF_END + 1
    assert await kept(database) == []


async def test_so_many_links_and_so_many_of_one_address(database: Database, settings: Settings) -> None:
    async with running(database, settings):
        (await connected(settings.mllp_port))[1].close()
        links: list[Link] = []

        async def opened(address: str) -> Link:
            links.append(await asyncio.open_connection("127.0.0.1", settings.mllp_port, local_addr=(address, 0)))
            return links[-1]

        for peer in range(LINKS // LINKS_OF_ONE):
            several = [await opened(f"127.0.0.{peer + 10}") for _ in range(LINKS_OF_ONE)]
            assert await answered(several[-1], "1")
            assert not await open_still(await opened(f"127.0.0.{peer + 10}"))
        assert not await open_still(await opened("127.0.0.99"))
        links[0][1].close()
        await asyncio.sleep(0.1)
        assert await answered(await opened("127.0.0.99"), "1")
        for _, writer in links:
            writer.close()
