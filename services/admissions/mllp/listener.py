"""Opens the MLLP door, watches its limits of time, and closes it without losing an answer."""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress

from services.admissions.incoming import Snapshot
from services.admissions.mllp.encrypted import EncryptedPort, encrypted_port
from services.admissions.mllp.link import Door, Link
from services.admissions.mllp.policy import Policy, Receive
from shared.clock import Clock


class Listener:
    """One MLLP port, under TLS where there is an `encryption`."""

    def __init__(
        self, policy: Policy, receive: Receive, clock: Clock, encryption: ssl.SSLContext | None = None
    ) -> None:
        self._encryption = encryption
        self._door = Door(policy, receive, clock)
        self._server: asyncio.Server | EncryptedPort | None = None
        self._port = 0
        self._watch: asyncio.Task[None] | None = None

    async def open(self, host: str, port: int) -> int:
        """Listen; gives the port bound (`port` 0 lets the machine choose). Raises OSError if it cannot."""
        loop = asyncio.get_running_loop()
        if self._encryption is None:
            self._server = await loop.create_server(lambda: Link(self._door), host, port, backlog=512)
            bound = self._server.sockets[0]
        else:
            self._server = encrypted_port(self._door, self._encryption, host, port)
            self._server.start()
            bound = self._server.listener
        self._port = int(bound.getsockname()[1])
        self._watch = loop.create_task(self._keep_time())
        return self.port

    @property
    def port(self) -> int:
        """The port bound. Raises RuntimeError before `open`."""
        if self._server is None:
            raise RuntimeError("the listener is not open")
        return self._port

    def snapshot(self) -> Snapshot:
        """What was counted so far."""
        return self._door.counts.snapshot(len(self._door.links))

    async def close(self) -> None:
        """Accept no link and no further message, answer what was taken, then close; at most `drain_seconds`."""
        if self._server is None:
            return
        if isinstance(self._server, EncryptedPort):
            await self._server.close()
        else:
            self._server.close()
        door = self._door
        for link in tuple(door.links):
            link.finish()
        door.drained = asyncio.Event()
        door.look_if_drained()
        with suppress(TimeoutError):
            await asyncio.wait_for(door.drained.wait(), door.policy.drain_seconds)
        for link in tuple(door.links):
            link.drop_if_unanswered()
        if door.links:
            with suppress(TimeoutError):
                await asyncio.wait_for(door.empty.wait(), 1)
        ending = [*door.keeping, *([self._watch] if self._watch is not None else [])]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

    async def _keep_time(self) -> None:
        policy = self._door.policy
        shortest = min(policy.block_seconds, policy.half_end_seconds, policy.idle_seconds, policy.answer_seconds)
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(min(0.25, shortest / 5))
            now = loop.time()
            for link in tuple(self._door.links):
                link.look(now)


async def serve(
    host: str,
    port: int,
    policy: Policy,
    receive: Receive,
    clock: Clock,
    stop: asyncio.Event,
    *,
    encryption: ssl.SSLContext | None = None,
    opened: Callable[[Listener], None] | None = None,
) -> None:
    """Listen until `stop`, then drain. `opened` is called once the port is bound. Raises OSError if it cannot be."""
    listener = Listener(policy, receive, clock, encryption)
    await listener.open(host, port)
    if opened is not None:
        opened(listener)
    try:
        await stop.wait()
    finally:
        await listener.close()
