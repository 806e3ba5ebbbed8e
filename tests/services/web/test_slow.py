"""Requests that never end, on a real socket: each is given its time, and no more."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.web.serving import UNFINISHED_HEAD_LIMIT, HttpDoor
from tests.services.web.conftest import served

PATIENCE = 60
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
LATE, LARGE = b"HTTP/1.1 408 ", b"HTTP/1.1 431 "


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HttpDoor, "head_seconds", 0.4)
    monkeypatch.setattr(HttpDoor, "body_seconds", 0.4)


@asynccontextmanager
async def _connected(port: int) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(PATIENCE):
            yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def _trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, byte: bytes = b"x") -> bytes:
    """Send a byte now and then until the other side closes; everything it said."""
    said = asyncio.create_task(_rest(reader))
    while not said.done():
        with contextlib.suppress(ConnectionError):
            writer.write(byte)
            await writer.drain()
        await asyncio.wait({said}, timeout=0.05)
    return said.result()


async def _rest(reader: asyncio.StreamReader) -> bytes:
    said = b""
    with contextlib.suppress(ConnectionError):
        while more := await reader.read(65_536):
            said += more
    return said


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    return head + await reader.readexactly(length)


async def test_a_head_that_trickles_is_refused_however_much_of_it_comes(port: int, hurried: None) -> None:
    async with _connected(port) as (reader, writer):
        writer.write(HEAD)
        assert (await _trickle(reader, writer)).startswith(LATE)


async def test_so_is_a_second_head_on_a_connection_that_was_kept(port: int, hurried: None) -> None:
    async with _connected(port) as (reader, writer):
        writer.write(WHOLE)
        assert (await _answer(reader)).startswith(b"HTTP/1.1 200")
        writer.write(HEAD)
        assert (await _trickle(reader, writer)).startswith(LATE)


async def test_so_are_empty_lines_before_a_head(port: int, hurried: None) -> None:
    async with _connected(port) as (reader, writer):
        assert (await _trickle(reader, writer, b"\r\n")).startswith(LATE)


async def test_a_connection_on_which_nothing_is_said_is_closed_without_a_word(port: int, hurried: None) -> None:
    async with _connected(port) as (reader, _):
        assert await _rest(reader) == b""


async def test_a_body_that_trickles_ends_its_request(bench, port: int, hurried: None) -> None:
    head = (
        f"POST /bench/v1/things HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {bench.bearer}\r\n"
        "Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
    )
    async with _connected(port) as (reader, writer):
        writer.write(head.encode())
        said = await _trickle(reader, writer, b" ")
        assert b"HTTP/1.1 2" not in said
    assert bench.done == []


async def test_a_head_without_end_is_refused_before_its_time_is_over(port: int, monkeypatch) -> None:
    monkeypatch.setattr(HttpDoor, "head_seconds", 10 * PATIENCE)
    async with _connected(port) as (reader, writer):
        writer.write(HEAD + b"x" * UNFINISHED_HEAD_LIMIT)
        assert (await _rest(reader)).startswith(LARGE)


async def test_a_request_that_takes_its_time_within_the_limits_is_answered(port: int) -> None:
    async with _connected(port) as (reader, writer):
        for byte in WHOLE:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)
        assert (await _answer(reader)).startswith(b"HTTP/1.1 200")
        writer.write(WHOLE)
        assert (await _answer(reader)).startswith(b"HTTP/1.1 200")


async def test_an_answer_that_takes_longer_than_a_head_may_is_given(hurried: None) -> None:
    async def slow(request: Request) -> Response:
        await request.body()
        await asyncio.sleep(3 * HttpDoor.head_seconds)
        return Response("done")

    async with served(Starlette(routes=[Route("/healthz", slow)])) as port, _connected(port) as (reader, writer):
        for _ in range(2):
            writer.write(WHOLE)
            assert (await _answer(reader)).endswith(b"done")
