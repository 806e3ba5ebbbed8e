"""One connection of one sender: blocks in, answers out in the same order."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Final, cast

import structlog

from services.admissions.incoming import Incoming, Origin
from services.admissions.mllp.certificates import certified_names
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
    """What the links of one port share. `keeping` is what was handed over and has not ended, its link or not."""

    policy: Policy
    receive: Receive
    clock: Clock
    counts: Counts = field(default_factory=Counts)
    links: "set[Link]" = field(default_factory=lambda: set[Link]())  # noqa: PLW0108  the class is defined below
    owing: "set[Link]" = field(default_factory=lambda: set[Link]())  # noqa: PLW0108  as above
    keeping: set[asyncio.Future[bytes | None]] = field(default_factory=set[asyncio.Future[bytes | None]])
    empty: asyncio.Event = field(default_factory=asyncio.Event)
    drained: asyncio.Event | None = None

    def look_if_drained(self) -> None:
        """Set `drained`, if anybody waits for it, once no answer is owed and nothing is being kept."""
        if self.drained is not None and not self.owing and not self.keeping:
            self.drained.set()


class Link(asyncio.Protocol):
    """A connection's life. It ends by `finish` (answer what is in hand, then close) or by `drop` (close now).

    No task and no wait of its own: a message is handed over as it comes, and its answer is written as it is given, once
    those before it are.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._policy = policy = door.policy
        self._counts = door.counts
        self._loop = asyncio.get_running_loop()
        self._decoder = Decoder(policy.largest_message)
        self._waiting: deque[tuple[float, Incoming]] = deque()
        self._in_hand: deque[tuple[float, asyncio.Future[bytes | None]]] = deque()
        self._transport: asyncio.Transport | None = None
        self._writable = True
        self._half_closes = True  # not over TLS, where nothing can be answered after the sender's end
        self._finishing = False
        self._paused = False
        self._block_began: float | None = None
        self._half_ended: float | None = None
        self._heard = self._loop.time()
        self._ended = False
        self._closed: float | None = None
        self._stray = 0
        self._nested = 0
        self.origin = Origin("")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._half_closes = self._transport.can_write_eof()
        name = cast("tuple[object, ...] | None", transport.get_extra_info("peername"))
        self.origin = Origin(str(name[0]) if name else "local", certified_names(transport))
        of_peer = sum(link.origin.peer == self.origin.peer for link in self._door.links)
        if len(self._door.links) >= self._policy.links or of_peer >= self._policy.links_per_peer:
            self._note("links_refused")
            self._finishing = True
            transport.close()
            return
        self._door.links.add(self)
        self._door.empty.clear()
        self._counts.add("links_opened")

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
            self._note(_COUNTED_AS[decoder.fault])
            self.finish()

    def eof_received(self) -> bool:
        if self._half_ended is not None and self._policy.accept_half_end:
            self._accept_half_end()
        if self._decoder.in_block and not self._finishing:
            self._note("partial")
        self._ended = True
        self.finish()
        if not self._half_closes:
            self.drop_if_unanswered()
        return self._closed is None and self._half_closes

    def connection_lost(self, exc: Exception | None) -> None:
        self._door.links.discard(self)
        if not self._door.links:
            self._door.empty.set()
        self._finishing = True
        self._transport = None
        self._owe_nothing()
        if exc is not None and self._decoder.in_block:
            self._note("partial")

    def pause_writing(self) -> None:
        self._writable = False

    def resume_writing(self) -> None:
        self._writable = True
        self._answer()

    def finish(self) -> None:
        """Take nothing more; answer what was taken, in order, then close."""
        self._finishing = True
        self._block_began = self._half_ended = None
        if self._paused and self._transport is not None and not self._transport.is_closing():
            self._paused = False
            self._transport.resume_reading()
        if not self._in_hand and not self._waiting:
            self._close()

    def drop(self, counted_as: str) -> None:
        """Close now. What was kept stays kept; its sender, unanswered, sends it again."""
        self._note(counted_as)
        self._finishing = True
        self._owe_nothing()
        if self._transport is not None:
            self._transport.abort()

    def drop_if_unanswered(self) -> None:
        """Close now what the drain did not bring to its end."""
        if self._in_hand or self._waiting:
            self.drop("unanswered")

    def look(self, now: float) -> None:
        """Apply the limits of time. `now` is the loop's time."""
        policy = self._policy
        oldest = self._in_hand[0][0] if self._in_hand else self._waiting[0][0] if self._waiting else None
        if oldest is not None and now - oldest > policy.answer_seconds:
            self.drop("late")
        elif self._closed is not None and now - self._closed > policy.answer_seconds and self._transport is not None:
            self._transport.abort()
        elif self._half_ended is not None and now - self._half_ended > policy.half_end_seconds:
            self._end_half()
        elif self._block_began is not None and now - self._block_began > policy.block_seconds:
            self._note("slow")
            self.finish()
        elif oldest is None and not self._finishing and now - self._heard > policy.idle_seconds:
            self._counts.add("idle")
            self.finish()

    def _take(self, blocks: list[bytes], now: float) -> None:
        at = self._door.clock.now()
        for raw in blocks:
            self._waiting.append((now, Incoming(raw, self._policy.feed, self.origin, at)))
        self._counts.messages += len(blocks)
        self._hand_over()
        if len(self._in_hand) >= self._policy.pipelined and self._transport is not None and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def _note(self, kind: str) -> None:
        self._counts.note(kind, self.origin.peer, self._door.clock.now())

    def _count_mended(self) -> None:
        decoder = self._decoder
        self._counts.add("stray_bytes", decoder.stray - self._stray)
        if decoder.nested != self._nested:
            self._counts.add("nested_starts", decoder.nested - self._nested - 1)
            self._note("nested_starts")
        self._stray, self._nested = decoder.stray, decoder.nested

    def _end_half(self) -> None:
        self._note("half_ended")
        if self._policy.accept_half_end:
            self._accept_half_end()
        else:
            self.finish()

    def _accept_half_end(self) -> None:
        raw = self._decoder.accept_half_ended()
        self._block_began = self._half_ended = None
        if raw is not None:
            self._take([raw], self._loop.time())

    def _hand_over(self) -> None:
        """Have the messages that wait kept, as many as may be in hand."""
        door, in_hand = self._door, self._in_hand
        door.owing.add(self)
        while self._waiting and len(in_hand) < self._policy.pipelined:
            since, incoming = self._waiting.popleft()
            reached("received")
            try:
                keeping = asyncio.ensure_future(door.receive(incoming))
            except Exception as error:  # noqa: BLE001  as below, where it is answered for
                keeping = self._loop.create_future()
                keeping.set_exception(error)
            in_hand.append((since, keeping))
            door.keeping.add(keeping)
            keeping.add_done_callback(self._kept)

    def _kept(self, keeping: asyncio.Future[bytes | None]) -> None:
        self._door.keeping.discard(keeping)
        if not keeping.cancelled() and (error := keeping.exception()) is not None:
            _log.error("answer_failed", kind=type(error).__name__)
        self._answer()
        self._door.look_if_drained()

    def _answer(self) -> None:
        """Write the answers that are there, in the order of the messages; then see what may follow."""
        in_hand = self._in_hand
        while in_hand and self._writable and in_hand[0][1].done():
            since, keeping = in_hand[0]
            if not self._write(since, keeping):
                return
            in_hand.popleft()
            reached("acknowledged")
        if self._waiting:
            self._hand_over()
        if self._paused and not self._finishing and len(in_hand) < self._policy.pipelined and self._transport:
            self._paused = False
            self._transport.resume_reading()
        if not in_hand:
            self._owe_nothing()
            if self._finishing:
                self._close()

    def _write(self, since: float, keeping: asyncio.Future[bytes | None]) -> bool:
        """Write one answer; False where nothing may be answered any more."""
        transport = self._transport
        if transport is None or transport.is_closing():
            self._owe_nothing()
            return False
        answer = None if keeping.cancelled() or keeping.exception() is not None else keeping.result()
        if answer is None:
            # The keeper's failure is the sender's reason to send again, this message and those after it.
            self._note("unanswered")
            self._finishing = True
            self._owe_nothing()
            self._close()
            return False
        if self._loop.time() - since > self._policy.answer_seconds:
            self.drop("late")
            return False
        if answer:
            transport.write(frame(answer))
            self._counts.answered += 1
        return True

    def _owe_nothing(self) -> None:
        self._waiting.clear()
        self._in_hand.clear()
        self._door.owing.discard(self)
        self._door.look_if_drained()

    def _close(self) -> None:
        if self._closed is not None:
            return
        self._closed = self._loop.time()
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if self._ended or not self._half_closes:
            transport.close()
            return
        transport.write_eof()
        self._loop.call_later(_LINGER, transport.close)
