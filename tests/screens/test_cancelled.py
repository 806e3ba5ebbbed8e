"""A browser that leaves at any moment leaves no connection behind."""

import asyncio
import gc
import warnings
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from itertools import count, product

import httpx2
import pytest

from services.screens.clients import Asking, Services, calls, live


async def _answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A live feed that says one thing and stays open; anything else is answered, and the connection kept."""
    try:
        while b"/live" not in await reader.readuntil(b"\r\n\r\n"):
            await asyncio.sleep(0)  # so that several who ask have a connection each
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nid: 1\n\n")
        await reader.read()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _followed(ask: Asking) -> None:
    async for _ in live.follow(ask, "discharge", since=None, after=None):
        pass


@asynccontextmanager
async def _served() -> AsyncGenerator[Services]:
    """The services, whose connections must all have been closed at the end."""
    server = await asyncio.start_server(_answers, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with warnings.catch_warnings(record=True) as left:
        warnings.simplefilter("always", ResourceWarning)
        async with aclosing(Services.at({"discharge": url})) as services:
            yield services
        gc.collect()
    server.close()
    await server.wait_closed()
    assert [str(one.message) for one in left] == []


async def _given_up(services: Services, turns: int, more: Callable[[int], bool]) -> None:
    """Follow a feed, and give it up after so many turns of the loop, again when `more` says so of the turns since."""
    following = asyncio.create_task(_followed(Asking(services)))
    for _ in range(turns):
        await asyncio.sleep(0)
    following.cancel()
    for since in count(1):
        await asyncio.sleep(0)
        if following.done():
            break
        if more(since):
            following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_a_stream_given_up_while_it_connects_is_closed() -> None:
    async with _served() as services:
        for turns, again in product(range(40), range(1, 6)):
            await _given_up(services, turns, lambda since, again=again: since == again)


async def test_what_lay_idle_is_closed_though_a_stream_is_given_up_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "_KEPT", httpx2.Limits(max_connections=None, keepalive_expiry=0.001))
    async with _served() as services:
        for turns in range(40):
            await asyncio.gather(*(services.ready("discharge")() for _ in range(3)))
            await asyncio.sleep(0.002)
            await _given_up(services, turns, lambda _: True)
