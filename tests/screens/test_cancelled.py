"""A browser that leaves at any moment leaves no connection behind."""

import asyncio
import gc
import warnings
from itertools import product

import httpx2

from services.screens.clients import Asking, Services, live


async def _answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nid: 1\n\n")
        await reader.read()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _followed(ask: Asking) -> None:
    async for _ in live.follow(ask, "discharge", since=None, after=None):
        pass


async def test_a_stream_given_up_while_it_connects_is_closed() -> None:
    server = await asyncio.start_server(_answers, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with warnings.catch_warnings(record=True) as left:
        warnings.simplefilter("always", ResourceWarning)
        async with httpx2.AsyncClient(trust_env=False) as http:
            ask = Asking(Services(http, {"discharge": url}))
            for turns, more in product(range(40), range(5)):
                following = asyncio.create_task(_followed(ask))
                for _ in range(turns):
                    await asyncio.sleep(0)
                following.cancel()
                for _ in range(more):
                    await asyncio.sleep(0)
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
        gc.collect()
    server.close()
    await server.wait_closed()
    assert [str(one.message) for one in left] == []
