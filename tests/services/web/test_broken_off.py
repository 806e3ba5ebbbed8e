"""A client that breaks off what it sends: nothing is done, and nobody is woken at night for it."""

import asyncio
import logging
import socket
from contextlib import suppress

import anyio
import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from shared.web.wire import Wire
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


@pytest.mark.parametrize(
    ("met", "said"),
    [([anyio.BrokenResourceError()], ["broken_off"]), ([anyio.BrokenResourceError(), KeyError()], ["fault"])],
    ids=["gone", "a fault beside it"],
)
async def test_a_reader_who_leaves_as_something_is_said_is_no_fault(met: list[Exception], said: list[str]) -> None:
    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ExceptionGroup("a task group's", met)

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    sent: list[Message] = []
    scope = {
        "type": "http", "method": "GET", "path": "/live", "raw_path": b"/live", "query_string": b"",
        "headers": [(b"host", b"127.0.0.1")],
    }  # fmt: skip
    with capture_logs() as logs, suppress(ConnectionAbortedError):
        await Wire(stream, frozenset({"127.0.0.1"}))(scope, receive, send)
    assert [one["event"] for one in logs] == said
