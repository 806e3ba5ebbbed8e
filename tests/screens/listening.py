"""Serves an application on a bound socket, in a thread of its own, as it is served in production."""

import asyncio
import socket
import threading
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp


@dataclass(slots=True)
class Listening:
    """A uvicorn server in a thread of its own, listening at `port`."""

    server: uvicorn.Server
    thread: threading.Thread
    port: int

    def stop(self) -> None:
        """End it; open streams get a second."""
        self.server.should_exit = True
        self.thread.join(timeout=15)
        assert not self.thread.is_alive()


def listen(application: ASGIApp, sock: socket.socket) -> Listening:
    """Serve `application` on a bound socket until stopped."""
    config = uvicorn.Config(application, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[sock])), daemon=True)
    thread.start()
    return Listening(server, thread, sock.getsockname()[1])
