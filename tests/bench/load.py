"""The load generator, a process of its own: `python -m tests.bench.load`, its order as JSON on standard input.

Closed: each link sends, waits for its answer, sends the next. Open: messages are due at a fixed rate and their latency
counts from when they were due, whether or not a link was free.

It shares the machine with what it measures, so it must cost little: messages are made before the clock starts, a link
has no task and no future, and an answer is looked through once.
"""

import asyncio
import gc
import json
import re
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Final, cast

import uvloop

from tests.bench import days
from tests.bench.messages import admission, control_id, name

PREPARED_A_SECOND: Final = 25_000
"""Messages made beforehand for each second of a closed order; more than these are made while the clock runs."""
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Order:
    """What to send: `rate` 0 is closed. `token` is for HTTP; `first` numbers the first patient.

    `most` above 0 are so many messages of a hospital's days, from the place `first`, however long that takes.
    """

    kind: str
    port: int
    links: int
    seconds: float
    first: int
    path: str = ""
    token: str = ""
    rate: float = 0.0
    most: int = 0


@dataclass(slots=True)
class Seen:
    """What came of it: latencies in seconds, answers that were no acceptance, when each patient was due (epoch).

    `cpu` is what the generator itself used meanwhile, in seconds.
    """

    latencies: list[float] = field(default_factory=list[float])
    refused: int = 0
    due: dict[str, float] = field(default_factory=dict[str, float])
    words: str = ""
    elapsed: float = 0.0
    cpu: float = 0.0


class Messages:
    """The frames of an order and what its answers must hold, by place; those foreseen are made at once."""

    def __init__(self, order: Order) -> None:
        self._order = order
        foreseen = order.most or (order.rate or PREPARED_A_SECOND) * order.seconds + order.links
        self._frames = [self._frame(place) for place in range(int(foreseen))]

    def __getitem__(self, place: int) -> tuple[bytes, bytes]:
        return self._frames[place] if place < len(self._frames) else self._frame(place)

    def _frame(self, place: int) -> tuple[bytes, bytes]:
        order, number = self._order, self._order.first + place
        raw, own = days.told(number) if order.most else admission(number), control_id(number)
        if order.kind == "mllp":
            return b"\x0b" + raw + b"\x1c\r", b"MSA|AA|" + own
        head = (
            f"POST {order.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: x-application/hl7-v2+er7\r\n"
            f"Authorization: Bearer {order.token}\r\nContent-Length: {len(raw)}\r\n\r\n"
        )
        # Ours answers with an acknowledgement; the peer, which never refuses, names the message.
        return head.encode() + raw, b"MSA|AA|" + own if order.token else own


class Load:
    """Sends an order's messages in turn, over whichever link is free, until its time is over."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.seen = Seen()
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._messages = Messages(order)
        self._most = order.most or int(order.rate * order.seconds)
        self._free: deque[Link] = deque()
        self._place = 0
        self._in_flight = 0
        self._start = self._epoch = 0.0

    def begin(self, links: list["Link"]) -> None:
        """Start the clock."""
        self._start, self._epoch = time.perf_counter(), time.time()
        self._free.extend(links)
        self._go_on()

    def answered(self, link: "Link", answer: bytes, *, good: bool) -> None:
        """Note what came of a link's message, and go on."""
        now = time.perf_counter()
        if good:
            self.seen.latencies.append(now - link.since)
        else:
            self.seen.refused += 1
            self.seen.words = self.seen.words or answer[:300].decode(errors="replace")
        self._in_flight -= 1
        if self._goes_on(now):
            self._send(link, now)
            return
        self._free.append(link)
        if self.order.rate:
            self._send_due()
        if self._in_flight == 0 and (not self.order.rate or self._place == self._most):
            self.end()

    def _goes_on(self, now: float) -> bool:
        if self.order.most:
            return self._place < self.order.most
        return not self.order.rate and now - self._start < self.order.seconds

    def end(self, why: Exception | None = None) -> None:
        """Stop the clock."""
        if self.ended.done():
            return
        self.seen.elapsed = time.perf_counter() - self._start
        if why is None:
            self.ended.set_result(None)
        else:
            self.ended.set_exception(why)

    def _go_on(self) -> None:
        if self.order.rate:
            self._send_due()
            if self._place < self._most:
                asyncio.get_running_loop().call_later(0.001, self._go_on)
            return
        while self._free:
            self._send(self._free.popleft(), time.perf_counter())

    def _send_due(self) -> None:
        rate = self.order.rate
        while self._free and self._place < self._most and self._start + self._place / rate <= time.perf_counter():
            due = self._place / rate
            self.seen.due[name(self.order.first + self._place)] = self._epoch + due
            self._send(self._free.popleft(), self._start + due)

    def _send(self, link: "Link", since: float) -> None:
        message, wanted = self._messages[self._place]
        self._place += 1
        self._in_flight += 1
        link.send(message, wanted, since)


class Link(asyncio.Protocol):
    """One link with at most one message in flight, which counts from `since`."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._http = load.order.kind != "mllp"
        self._held = b""
        self._wanted = b""
        self._transport: asyncio.Transport | None = None
        self.since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def send(self, message: bytes, wanted: bytes, since: float) -> None:
        """Send one message, whose answer must hold `wanted`."""
        assert self._transport is not None
        self._held, self._wanted, self.since = b"", wanted, since
        self._transport.write(message)

    def data_received(self, data: bytes) -> None:
        answer = self._held + data if self._held else data
        if self._http:
            whole, good = _of_http(answer)
        else:
            whole = good = answer.endswith(b"\x1c\r")
        if whole:
            self._load.answered(self, answer, good=good and self._wanted in answer)
        else:
            self._held = answer

    def connection_lost(self, exc: Exception | None) -> None:
        self._load.end(ConnectionError(f"a link was closed ({exc})"))


def _of_http(answer: bytes) -> tuple[bool, bool]:
    """Whether an answer is whole, and whether it accepts."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False, False
    length = _LENGTH.search(answer, 0, end)
    return len(answer) >= end + 4 + int(length[1] if length else 0), answer.startswith(b"HTTP/1.1 200")


async def main(order: Order) -> Seen:
    """Carry out the order."""
    load = Load(order)
    made = [
        await asyncio.get_running_loop().create_connection(lambda: Link(load), "127.0.0.1", order.port)
        for _ in range(order.links)
    ]
    gc.collect()
    gc.disable()  # nothing here is a cycle, and its pauses would be counted as the server's
    used = time.process_time()
    load.begin([link for _, link in made])
    await load.ended
    load.seen.cpu = time.process_time() - used
    for transport, _ in made:
        transport.close()
    return load.seen


if __name__ == "__main__":
    json.dump(asdict(uvloop.run(main(Order(**json.load(sys.stdin))))), sys.stdout)
