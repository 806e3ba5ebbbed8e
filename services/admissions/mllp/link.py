"""One connection of one sender: blocks in, answers out in the same order."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Final, cast

import structlog

from services.admissions.incoming import Incoming
from services.admissions.mllp.policy import Counts, Policy, Receive
from shared.clock import Clock
from shared.crashpoints import reached
from shared.hl7.framing import Decoder, Fault, frame

_log = structlog.get_logger()

_LINGER: Final = 0.5
"""Seconds in which a link that is closing still takes, and drops, what its sender sends: to close on unread bytes would
reset the connection and could destroy answers the sender has not read yet."""
_COUNTED_AS: Final = {
    Fault.END_WITHOUT_START: "end_without_start",
    Fault.EMPTY: "empty_blocks",
    Fault.OVERSIZE: "oversize",
    Fault.FOREIGN: "foreign",
    Fault.NOISE: "noise",
}


@dataclass(slots=True)
class Door:
    """What the links of one port share. `workers` outlive their links until what they handed over has ended."""

    policy: Policy
    receive: Receive
    clock: Clock
    counts: Counts = field(default_factory=Counts)
    links: "set[Link]" = field(default_factory=lambda: set[Link]())  # noqa: PLW0108  the class is defined below
    workers: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    empty: asyncio.Event = field(default_factory=asyncio.Event)


class Link(asyncio.Protocol):
    """A connection's life. It ends by `finish` (answer what is in hand, then close) or by `drop` (close now)."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._policy = policy = door.policy
        self._counts = door.counts
        self._receive = door.receive
        self._loop = asyncio.get_running_loop()
        self._decoder = Decoder(policy.largest_message)
        self._waiting: deque[tuple[float, Incoming]] = deque()
        self._in_hand: deque[float] = deque()
        self._wake: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._finishing = False
        self._paused = False
        self._block_began: float | None = None
        self._half_ended: float | None = None
        self._heard = self._loop.time()
        self._ended = False
        self._closed: float | None = None
        self._stray = 0
        self._nested = 0
        self.peer = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        name = cast("tuple[object, ...] | None", transport.get_extra_info("peername"))
        self.peer = str(name[0]) if name else "local"
        of_peer = sum(link.peer == self.peer for link in self._door.links)
        if len(self._door.links) >= self._policy.links or of_peer >= self._policy.links_per_peer:
            self._counts.add("links_refused")
            self._finishing = True
            transport.close()
            return
        self._door.links.add(self)
        self._door.empty.clear()
        self._counts.add("links_opened")
        worker = self._loop.create_task(self._answer_all())
        self._door.workers.add(worker)
        worker.add_done_callback(self._door.workers.discard)

    def data_received(self, data: bytes) -> None:
        if self._finishing:
            return
        now = self._heard = self._loop.time()
        decoder = self._decoder
        was_in_block = decoder.in_block
        blocks = decoder.feed(data)
        if blocks:
            self._take(blocks, now)
        if not decoder.in_block:
            self._block_began = self._half_ended = None
        else:
            if not was_in_block or blocks:
                self._block_began = now
            self._half_ended = now if decoder.half_ended else None
        if decoder.stray != self._stray or decoder.nested != self._nested:
            self._count_mended()
        if decoder.fault is not None:
            self._counts.add(_COUNTED_AS[decoder.fault])
            self.finish()

    def eof_received(self) -> bool:
        if self._half_ended is not None and self._policy.accept_half_end:
            self._accept_half_end()
        if self._decoder.in_block and not self._finishing:
            self._counts.add("partial")
        self._ended = True
        self.finish()
        return self._closed is None

    def connection_lost(self, exc: Exception | None) -> None:
        self._door.links.discard(self)
        if not self._door.links:
            self._door.empty.set()
        self._finishing = True
        self._transport = None
        self._waiting.clear()
        self._writable.set()
        self._awaken()
        if exc is not None and self._decoder.in_block:
            self._counts.add("partial")

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def finish(self) -> None:
        """Take nothing more; answer what was taken, in order, then close."""
        self._finishing = True
        self._block_began = self._half_ended = None
        if self._paused and self._transport is not None and not self._transport.is_closing():
            self._paused = False
            self._transport.resume_reading()
        self._awaken()

    def drop(self, counted_as: str) -> None:
        """Close now. What was kept stays kept; its sender, unanswered, sends it again."""
        self._counts.add(counted_as)
        self._finishing = True
        self._waiting.clear()
        if self._transport is not None:
            self._transport.abort()
        self._awaken()

    def drop_if_unanswered(self) -> None:
        """Close now what the drain did not bring to its end."""
        if self._in_hand or self._waiting:
            self.drop("unanswered")

    def look(self, now: float) -> None:
        """Apply the limits of time. `now` is the loop's time."""
        policy = self._policy
        oldest = self._in_hand[0] if self._in_hand else self._waiting[0][0] if self._waiting else None
        if oldest is not None and now - oldest > policy.answer_seconds:
            self.drop("late")
        elif self._closed is not None and now - self._closed > policy.answer_seconds and self._transport is not None:
            self._transport.abort()
        elif self._half_ended is not None and now - self._half_ended > policy.half_end_seconds:
            self._end_half()
        elif self._block_began is not None and now - self._block_began > policy.block_seconds:
            self._counts.add("slow")
            self.finish()
        elif oldest is None and not self._finishing and now - self._heard > policy.idle_seconds:
            self._counts.add("idle")
            self.finish()

    def _take(self, blocks: list[bytes], now: float) -> None:
        at = self._door.clock.now()
        for raw in blocks:
            self._waiting.append((now, Incoming(raw, self._policy.feed, self.peer, at)))
        self._counts.messages += len(blocks)
        if len(self._waiting) + len(self._in_hand) >= self._policy.pipelined and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        self._awaken()

    def _count_mended(self) -> None:
        decoder = self._decoder
        self._counts.add("stray_bytes", decoder.stray - self._stray)
        self._counts.add("nested_starts", decoder.nested - self._nested)
        self._stray, self._nested = decoder.stray, decoder.nested

    def _end_half(self) -> None:
        self._counts.add("half_ended")
        if self._policy.accept_half_end:
            self._accept_half_end()
        else:
            self.finish()

    def _accept_half_end(self) -> None:
        raw = self._decoder.accept_half_ended()
        self._block_began = self._half_ended = None
        if raw is not None:
            self._take([raw], self._loop.time())

    def _awaken(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    async def _answer_all(self) -> None:
        """Hand over what waits, all of it at once, and write the answers in the order of the messages."""
        try:
            while await self._something_waits():
                if not await self._answer_waiting():
                    self._counts.add("unanswered")
                    break
                if self._paused and not self._finishing and self._transport is not None:
                    self._paused = False
                    self._transport.resume_reading()
        except Exception as error:  # noqa: BLE001  the keeper's failure is the sender's reason to send again
            _log.error("answer_failed", kind=type(error).__name__)
            self._counts.add("unanswered")
        self._finishing = True
        self._waiting.clear()
        self._in_hand.clear()
        self._close()

    def _close(self) -> None:
        self._closed = self._loop.time()
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if self._ended:
            transport.close()
            return
        transport.write_eof()
        self._loop.call_later(_LINGER, transport.close)

    async def _something_waits(self) -> bool:
        while not self._waiting:
            if self._finishing:
                return False
            self._wake = self._loop.create_future()
            await self._wake
        return True

    async def _answer_waiting(self) -> bool:
        if len(self._waiting) == 1:
            since, incoming = self._waiting.popleft()
            self._in_hand.append(since)
            reached("received")
            return await self._write(since, await self._receive(incoming))
        handed: list[tuple[float, asyncio.Future[bytes | None]]] = []
        while self._waiting and len(handed) < self._policy.pipelined:
            since, incoming = self._waiting.popleft()
            self._in_hand.append(since)
            reached("received")
            handed.append((since, asyncio.ensure_future(self._receive(incoming))))
        good = True
        try:
            for since, keeping in handed:
                good = good and await self._write(since, await keeping)
        finally:
            await asyncio.gather(*(keeping for _, keeping in handed), return_exceptions=True)
        return good

    async def _write(self, since: float, answer: bytes | None) -> bool:
        """False where nothing may be answered. Nothing is written past the deadline."""
        if answer is None:
            return False
        if not self._writable.is_set():
            await self._writable.wait()
        if self._transport is None or self._transport.is_closing():
            self._in_hand.popleft()
            return True
        if self._loop.time() - since > self._policy.answer_seconds:
            self.drop("late")
            return True
        self._in_hand.popleft()
        if answer:
            self._transport.write(frame(answer))
            self._counts.answered += 1
        reached("acknowledged")
        return True
