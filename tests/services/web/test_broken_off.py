"""A client that breaks off what it sends: nothing is done, and nobody is woken at night for it."""

import asyncio
import logging
import socket

import pytest
import uvicorn
from structlog.testing import capture_logs

from tests.services.web.conftest import Bench


async def test_an_upload_that_is_broken_off_is_no_fault(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = uvicorn.Server(uvicorn.Config(bench.app, log_config=None, lifespan="off", http="httptools"))
    listening = socket.create_server(("127.0.0.1", 0))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    head = (
        f"POST /bench/v1/things HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {bench.bearer}\r\n"
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"name": '
    )
    with capture_logs() as logs:
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        writer.write(head.encode())
        await writer.drain()
        async with asyncio.timeout(20):
            while not server.server_state.tasks:  # noqa: ASYNC110  # looked at from outside
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            writer.close()
            await writer.wait_closed()
            while server.server_state.tasks:  # noqa: ASYNC110  # as above
                await asyncio.sleep(0.01)
        assert await reader.read() == b""
        server.should_exit = True
        await running
    assert [one["event"] for one in logs if one["log_level"] == "error"] == []
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []
    assert [one["event"] for one in logs] == ["broken_off"]
    assert bench.done == []
