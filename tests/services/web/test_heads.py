"""Heads of requests, sent as bytes to a real server: what a proxy and a service could read differently is refused."""

import asyncio

import pytest


async def _status(port: int, request: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request.encode("latin-1"))
        await writer.drain()
        line = await asyncio.wait_for(reader.readline(), 10)
    finally:
        writer.close()
        await writer.wait_closed()
    return int(line.split()[1])


HEALTH = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
CASES = {
    "fine": (f"{HEALTH}\r\n", 200),
    "two lengths": (f"{HEALTH}Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    "negative length": (f"{HEALTH}Content-Length: -1\r\n\r\n", 400),
    "length and chunks": (f"{HEALTH}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "large head": (f"{HEALTH}X-Large: {'x' * 17_000}\r\n\r\n", 431),
    "many headers": (HEALTH + "X-Many: 1\r\n" * 101 + "\r\n", 431),
    "no host": ("GET /healthz HTTP/1.1\r\n\r\n", 400),
    "two hosts": (f"{HEALTH}Host: elsewhere\r\n\r\n", 400),
    "path for a host": ("GET /healthz HTTP/1.1\r\nHost: a/..%2fadmin\r\n\r\n", 400),
    "another's name": ("GET /version HTTP/1.1\r\nHost: rebound.example\r\n\r\n", 400),
    "another's name, and a port": ("GET /version HTTP/1.1\r\nHost: rebound.example:8002\r\n\r\n", 400),
    "another's name, before the sign-in": ("GET /bench/v1/things HTTP/1.1\r\nHost: rebound.example\r\n\r\n", 400),
    "a name that begins as ours": ("GET /version HTTP/1.1\r\nHost: 127.0.0.1.rebound.example\r\n\r\n", 400),
    "a user before the name": ("GET /version HTTP/1.1\r\nHost: 127.0.0.1@rebound.example\r\n\r\n", 400),
    "another's address": ("GET http://rebound.example/version HTTP/1.1\r\nHost: rebound.example\r\n\r\n", 400),
    "our name": ("GET /version HTTP/1.1\r\nHost: Homeward.Example:443\r\n\r\n", 200),
    "our address in brackets": ("GET /version HTTP/1.1\r\nHost: [::1]:8002\r\n\r\n", 200),
    "health asked for by address": ("GET /healthz HTTP/1.1\r\nHost: 10.2.3.4:8002\r\n\r\n", 200),
    "a change at a probed path": ("POST /healthz HTTP/1.1\r\nHost: 10.2.3.4:8002\r\n\r\n", 400),
    "long address": (f"GET /{'x' * 5000} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 414),
    "dots": ("GET /bench/v1/%2e%2e/healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404),
    "two slashes": ("GET //healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404),
    "NUL in path": ("GET /healthz%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404),
}


@pytest.mark.parametrize("case", CASES)
async def test_a_head(port: int, case: str) -> None:
    request, status = CASES[case]
    assert await _status(port, request) == status
