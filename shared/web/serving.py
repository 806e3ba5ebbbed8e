"""How an application is served over HTTP: the parser, and the limits of time and size that hold before it is asked.

uvicorn waits for ever for a head that never ends and for a body that trickles; a few hundred such connections are all
that a service has. Here each has its time, and a head its size.
"""

import asyncio
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS: Final = 10.0
"""From a connection's beginning, or from the first byte of a request on one that was kept, to the end of the head."""
BODY_SECONDS: Final = 30.0
"""From the end of the head to the end of the body."""
UNFINISHED_HEAD_LIMIT: Final = 32 * 1024
"""Bytes of a head that has not ended. One that has ended is measured by `Wire`."""
KEPT_SECONDS: Final = 15
_BARE: Final = b"HTTP/1.1 %s\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_LATE: Final = _BARE % b"408 Request Timeout"
_LARGE: Final = _BARE % b"431 Request Header Fields Too Large"


def config(app: ASGIApp, *, grace: int) -> uvicorn.Config:
    """The configuration `app` is served with. `grace`: seconds that open requests get when it stops."""
    return uvicorn.Config(
        app,
        loop="none",
        http=HttpDoor,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=grace,
        timeout_keep_alive=KEPT_SECONDS,
        lifespan="on",
    )


class HttpDoor(HttpToolsProtocol):
    """One connection. It is closed when a head or a body is not whole in its time: 408 if a head had begun.

    A connection on which nothing was said is closed without a word, because browsers open some before they need them.
    """

    head_seconds = HEAD_SECONDS
    body_seconds = BODY_SECONDS
    _due: asyncio.TimerHandle | None = None
    _in_body = False
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._due = self.loop.call_later(self.head_seconds, self._late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_body:
            self._due = self._due or self.loop.call_later(self.body_seconds, self._late)
        elif not (self.cycle and not self.cycle.response_complete):
            self._due = self._due or self.loop.call_later(self.head_seconds, self._late)
            self._head_bytes += len(data)
            if self._head_bytes > UNFINISHED_HEAD_LIMIT:
                self._refuse(_LARGE)

    def on_headers_complete(self) -> None:
        self._in_time()
        self._in_body = True
        self._head_bytes = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_time()
        self._in_body = False
        super().on_message_complete()

    def _in_time(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _late(self) -> None:
        if self._in_body or not self._head_bytes:
            self.transport.close()
        else:
            self._refuse(_LATE)

    def _refuse(self, answer: bytes) -> None:
        self.transport.write(answer)
        self.transport.close()
