"""A connection until its link begins: the TLS handshake, where the door asks for one."""

import asyncio
import ssl
from collections.abc import Callable
from typing import Final, cast

import structlog

from services.admissions.mllp.link import Door, Link

HANDSHAKE_SECONDS: Final = 10.0
GOODBYE_SECONDS: Final = 2.0
"""How long a link that is closed waits for its sender to say that it has heard so."""
_log = structlog.get_logger()


class Opening(asyncio.Protocol):
    """Shakes hands, then gives the connection to its link, with what was already said. Who cannot is turned away."""

    def __init__(self, door: Door, context: ssl.SSLContext, tasks: set[asyncio.Task[None]]) -> None:
        self._door = door
        self._context = context
        self._tasks = tasks
        self._said = b""
        self._ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        plain = cast("asyncio.Transport", transport)
        if len(self._tasks) + len(self._door.links) >= self._door.policy.links:
            self._door.counts.add("links_refused")
            plain.abort()
            return
        plain.pause_reading()
        task = asyncio.get_running_loop().create_task(self._shake_hands(plain))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def data_received(self, data: bytes) -> None:
        self._said += data

    def eof_received(self) -> bool:
        self._ended = True
        return False

    async def _shake_hands(self, plain: asyncio.Transport) -> None:
        peer = cast("tuple[object, ...] | None", plain.get_extra_info("peername"))
        try:
            transport = await asyncio.get_running_loop().start_tls(
                plain,
                self,
                self._context,
                server_side=True,
                ssl_handshake_timeout=HANDSHAKE_SECONDS,
                ssl_shutdown_timeout=GOODBYE_SECONDS,
            )
        except OSError as fault:
            self._door.counts.add("links_refused")
            _log.warning("link_not_encrypted", peer=str(peer[0]) if peer else "local", reason=_why(fault))
            plain.abort()
            return
        if transport is not None and not transport.is_closing():
            self._begin(transport)

    def _begin(self, transport: asyncio.Transport) -> None:
        link = Link(self._door)
        transport.set_protocol(link)
        link.connection_made(transport)
        if self._said:
            link.data_received(self._said)
        if self._ended:
            link.eof_received()


def beginning(
    door: Door, context: ssl.SSLContext | None, tasks: set[asyncio.Task[None]]
) -> Callable[[], asyncio.Protocol]:
    """What begins a connection of `door`: its link, or the handshake before it. `tasks` holds the handshakes."""
    return (lambda: Link(door)) if context is None else (lambda: Opening(door, context, tasks))


def _why(fault: OSError) -> str:
    """Why a handshake failed, in OpenSSL's own words; they hold nothing of what was sent."""
    if isinstance(fault, ssl.SSLError):
        return (fault.reason or "not TLS").lower().replace("_", " ")
    return "took too long" if "too long" in str(fault) else "closed by its sender"
