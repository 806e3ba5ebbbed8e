"""A port of an MLLP door under TLS: a connection becomes a link once its sender has shaken hands."""

import asyncio
import socket
import ssl
from dataclasses import dataclass, field
from typing import Final

import structlog

from services.admissions.incoming import Happened
from services.admissions.mllp.link import Door, Link

HANDSHAKE_SECONDS: Final = 10.0
GOODBYE_SECONDS: Final = 2.0
"""How long a link that is closed waits for its sender to say that it has heard so."""
BREATH_SECONDS: Final = 0.1
_log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class EncryptedPort:
    """Accepts, and shakes hands with each by itself. Who cannot is turned away, counted and named in one line.

    The event loop's own TLS server tells nobody of a handshake that failed; therefore accepting is done here.
    """

    door: Door
    context: ssl.SSLContext
    listener: socket.socket
    shaking: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    _accepting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to accept."""
        self._accepting = asyncio.get_running_loop().create_task(self._accept())

    async def close(self) -> None:
        """Accept nobody more, and end the handshakes that have not ended. Links go on."""
        ending = [*self.shaking, *([self._accepting] if self._accepting is not None else [])]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        self.listener.close()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, peer = await loop.sock_accept(self.listener)
            except OSError as fault:
                _log.warning("link_not_accepted", kind=type(fault).__name__, number=fault.errno)
                await asyncio.sleep(BREATH_SECONDS)
                continue
            if len(self.shaking) + len(self.door.links) >= self.door.policy.links:
                self.door.counts.note("links_refused", str(peer[0]), self.door.clock.now())
                accepted.close()
                continue
            task = loop.create_task(self._shake_hands(accepted, str(peer[0])))
            self.shaking.add(task)
            task.add_done_callback(self.shaking.discard)

    async def _shake_hands(self, accepted: socket.socket, peer: str) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: Link(self.door),
                accepted,
                ssl=self.context,
                ssl_handshake_timeout=HANDSHAKE_SECONDS,
                ssl_shutdown_timeout=GOODBYE_SECONDS,
            )
        except OSError as fault:
            self.door.counts.add("not_encrypted")
            self.door.counts.last["not_encrypted"] = Happened(self.door.clock.now(), peer)
            _log.warning("link_not_encrypted", peer=peer, reason=_why(fault))


def encrypted_port(door: Door, context: ssl.SSLContext, host: str, port: int) -> EncryptedPort:
    """Listen; `port` 0 lets the machine choose. Raises OSError if it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=512)
    listener.setblocking(False)
    return EncryptedPort(door, context, listener)


def _why(fault: OSError) -> str:
    """Why a handshake failed, in OpenSSL's own words; they hold nothing of what was sent."""
    if isinstance(fault, ssl.SSLError):
        return (fault.reason or "not TLS").lower().replace("_", " ")
    return "took too long" if "too long" in str(fault) else "closed by its sender"
