"""The load generator, a process of its own: `python -m tests.bench.load`, its order as JSON on standard input.

Closed: each link sends, waits for its answer, sends the next. Open: messages are due at a fixed rate and their latency
counts from when they were due, whether or not a link was free.
"""

import asyncio
import json
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from typing import cast

import uvloop

from tests.bench.messages import admission, name


@dataclass(frozen=True, slots=True)
class Order:
    """What to send: `rate` 0 is closed. `token` is for HTTP; `first` numbers the first patient."""

    kind: str
    port: int
    links: int
    seconds: float
    first: int
    path: str = ""
    token: str = ""
    rate: float = 0.0


@dataclass(slots=True)
class Seen:
    """What came of it: latencies in seconds, answers that were no acceptance, when each patient was due (epoch)."""

    latencies: list[float] = field(default_factory=list[float])
    refused: int = 0
    due: dict[str, float] = field(default_factory=dict[str, float])
    words: str = ""
    elapsed: float = 0.0


def framed(order: Order, raw: bytes) -> bytes:
    """The message as it goes over the wire."""
    if order.kind == "mllp":
        return b"\x0b" + raw + b"\x1c\r"
    head = (
        f"POST {order.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: x-application/hl7-v2+er7\r\n"
        f"Authorization: Bearer {order.token}\r\nContent-Length: {len(raw)}\r\n\r\n"
    )
    return head.encode() + raw


class Link(asyncio.Protocol):
    """One link with at most one message in flight."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._held = b""
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._held += data
        if self._whole() and not self._answer.done():
            self._answer.set_result(self._held)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if not self._answer.done():
            self._answer.set_exception(ConnectionError("the link was closed"))

    def _whole(self) -> bool:
        if self._order.kind == "mllp":
            return self._held.endswith(b"\x1c\r")
        head, end, body = self._held.partition(b"\r\n\r\n")
        if not end:
            return False
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        return len(body) >= int(length or 0)

    async def ask(self, raw: bytes) -> bytes:
        """Send one message; its answer."""
        assert self._transport is not None
        self._held = b""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(framed(self._order, raw))
        return await self._answer


def accepted(order: Order, answer: bytes) -> bool:
    """Whether the answer accepts the message."""
    return b"|AA|" in answer if order.kind == "mllp" else answer.startswith(b"HTTP/1.1 200")


async def _closed(order: Order, link: Link, number: int, seen: Seen) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + order.seconds
    while loop.time() < end:
        raw = admission(number)
        number += order.links
        began = loop.time()
        answer = await link.ask(raw)
        _note(order, answer, loop.time() - began, seen)


def _note(order: Order, answer: bytes, latency: float, seen: Seen) -> None:
    if accepted(order, answer):
        seen.latencies.append(latency)
    else:
        seen.refused += 1
        seen.words = seen.words or answer[:300].decode(errors="replace")


async def _open(order: Order, links: list[Link], seen: Seen) -> None:
    loop = asyncio.get_running_loop()
    free: deque[Link] = deque(links)
    freed = asyncio.Event()
    sent: set[asyncio.Task[None]] = set()
    start, epoch = loop.time(), time.time()

    async def send(link: Link, number: int, due: float) -> None:
        answer = await link.ask(admission(number))
        _note(order, answer, loop.time() - start - due, seen)
        free.append(link)
        freed.set()

    for place in range(int(order.rate * order.seconds)):
        due = place / order.rate
        await asyncio.sleep(max(0.0, start + due - loop.time()))
        while not free:
            freed.clear()
            await freed.wait()
        seen.due[name(order.first + place)] = epoch + due
        task = asyncio.create_task(send(free.popleft(), order.first + place, due))
        sent.add(task)
        task.add_done_callback(sent.discard)
    await asyncio.gather(*sent)


async def main(order: Order) -> Seen:
    """Carry out the order."""
    loop = asyncio.get_running_loop()
    seen = Seen()
    pairs = [await loop.create_connection(lambda: Link(order), "127.0.0.1", order.port) for _ in range(order.links)]
    links = [link for _, link in pairs]
    began = loop.time()
    if order.rate:
        await _open(order, links, seen)
    else:
        await asyncio.gather(*(_closed(order, link, order.first + at, seen) for at, link in enumerate(links)))
    seen.elapsed = loop.time() - began
    for transport, _ in pairs:
        transport.close()
    return seen


if __name__ == "__main__":
    told = uvloop.run(main(Order(**json.load(sys.stdin))))
    json.dump(
        {
            "latencies": told.latencies,
            "refused": told.refused,
            "due": told.due,
            "words": told.words,
            "elapsed": told.elapsed,
        },
        sys.stdout,
    )
