"""Arrival to named co-ordinator: from when a message was due to when the name can be read by another client."""

import asyncio
import re
import sqlite3
import statistics
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count

import asyncpg

from tests.bench import sites
from tests.bench.load import Order
from tests.bench.messages import name
from tests.bench.reported import Ratio
from tests.processes.programs import folder

RATES, PEER_RATE, GOAL = (20, 100, 500), 100, 10.0
SECONDS, LINKS, LOOK_SECONDS, AGAIN_SECONDS, DRAIN_SECONDS = 4.0, 64, 0.004, 0.1, 60.0
_SERVICES = ("admissions", "discharge", "notifications")
_numbers = count(1)
_NAMED = (
    "SELECT case_id, CAST(encounter AS TEXT) FROM discharge_cases"
    " WHERE published -> 'holding' ->> 'coordinator_id' IS NOT NULL AND case_id > {after} ORDER BY case_id LIMIT 5000"
)
_PEER_NAMED = "SELECT id, name FROM peer_cases WHERE coordinator_id IS NOT NULL AND id > $1 ORDER BY id"
_FAMILY = re.compile(r"example(\d{9})", re.IGNORECASE)
Key = str | int
Look = Callable[[Key], Awaitable[list[tuple[Key, str]]]]


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere messages go in and names come out. `start` is before every key."""

    what: str
    port: int
    look: Look
    start: Key


@dataclass(frozen=True, slots=True)
class Took:
    """Latencies in milliseconds."""

    p50: float
    p99: float


async def _watch(place: Place, wanted: int, seen: dict[str, float], until: list[float]) -> None:
    """Note when each name was first read. Keys grow, but may come a little out of order: the last are read again."""
    after, marks = place.start, deque[tuple[float, Key]]()
    while len(seen) < wanted and time.time() < until[0]:
        rows = await place.look(after)
        now = time.time()
        for _, text in rows:
            found = _FAMILY.search(text)
            if found:
                seen.setdefault(name(int(found[1])), now)
        if rows:
            marks.append((now, rows[-1][0]))
        while marks and marks[0][0] < now - AGAIN_SECONDS:
            after = marks.popleft()[1]
        await asyncio.sleep(LOOK_SECONDS)


async def _newest(place: Place) -> Key:
    """The last key there is: what is read comes a page at a time."""
    newest = place.start
    while rows := await place.look(newest):
        newest = rows[-1][0]
    return newest


async def _took(place: Place, rate: int) -> Took:
    wanted = int(rate * SECONDS)
    seen: dict[str, float] = {}
    fresh = Place(place.what, place.port, place.look, await _newest(place))
    order = Order("mllp", place.port, LINKS, SECONDS, next(_numbers) * 50_000, rate=rate)
    until = [time.time() + SECONDS + DRAIN_SECONDS]
    told, _ = await asyncio.gather(sites.sent(order), _watch(fresh, wanted, seen, until))
    missing = [one for one in told["due"] if one not in seen]
    if missing:
        raise AssertionError(f"{place.what} at {rate}/s: {len(missing)} of {wanted} were never named")
    latencies = sorted(1000 * (seen[one] - due) for one, due in told["due"].items())
    return Took(statistics.median(latencies), latencies[int(len(latencies) * 0.99) - 1])


async def _postgres(stack: AsyncExitStack, url: str, words: str) -> Look:
    # Whoever looks reads the end of an index, statistics or none: what they cost is not what is measured.
    connection = await asyncpg.connect(sites.plain(url), server_settings={"enable_seqscan": "off"})
    stack.push_async_callback(connection.close)

    async def look(after: Key) -> list[tuple[Key, str]]:
        return [(row[0], row[1]) for row in await connection.fetch(words, after)]

    return look


def _sqlite(stack: AsyncExitStack, path: str) -> Look:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    stack.callback(connection.close)

    async def look(after: Key) -> list[tuple[Key, str]]:
        await asyncio.sleep(0)
        return list(connection.execute(_NAMED.format(after="?"), (after,)))

    return look


async def measure(rounds: int) -> list[Ratio]:
    """Every place and rate in turn within each round, the textbook at one rate; the first round warms."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(folder("bench"))
        server = stack.enter_context(sites.database_server(home))
        kafka = stack.enter_context(sites.broker(home))
        ours, theirs = await sites.new_database(server, "homeward"), await sites.new_database(server, "peer")
        embedded = await stack.enter_async_context(sites.homeward(home / "embedded"))
        await embedded.up(embedded.start("run"), "admissions", "discharge")
        settings = {"database_url": ours, "kafka": kafka.bootstrap}
        apart = await stack.enter_async_context(sites.homeward(home / "apart", *_SERVICES, **settings))
        peer = await stack.enter_async_context(sites.peer(home, theirs, kafka.bootstrap))
        in_place = _sqlite(stack, f"{embedded.settings['data']}/homeward.db")
        named = _NAMED.format(after="$1")
        places = [
            Place("embedded (SQLite)", embedded.mllp, in_place, ""),
            Place("PostgreSQL and Kafka", apart.mllp, await _postgres(stack, ours, named), ""),
        ]
        textbook = Place("textbook", peer.mllp, await _postgres(stack, theirs, _PEER_NAMED), 0)
        return await _rounds(rounds, places, textbook)


async def _rounds(rounds: int, places: list[Place], textbook: Place) -> list[Ratio]:
    for place in (*places, textbook):
        await _took(place, RATES[0])
    theirs: list[Took] = []
    ours: dict[tuple[str, int], list[Took]] = {(place.what, rate): [] for place in places for rate in RATES}
    for _ in range(rounds):
        theirs.append(await _took(textbook, PEER_RATE))
        for place in places:
            for rate in RATES:
                ours[place.what, rate].append(await _took(place, rate))
    return [_ratio(what, rate, mine, theirs) for (what, rate), mine in ours.items()]


def _ratio(what: str, rate: int, mine: list[Took], theirs: list[Took]) -> Ratio:
    ratios = tuple(other.p50 / own.p50 for own, other in zip(mine, theirs, strict=True))
    against = f"textbook at {PEER_RATE}/s"
    return Ratio(
        f"named, {what}, {rate}/s", against, _words(mine), _words(theirs), ratios, 10 if rate == PEER_RATE else 0
    )


def _words(took: list[Took]) -> str:
    p50, p99 = [one.p50 for one in took], [one.p99 for one in took]
    return (
        f"p50 {statistics.median(p50):.0f} ms ({min(p50):.0f} to {max(p50):.0f}),"
        f" p99 {statistics.median(p99):.0f} ms ({min(p99):.0f} to {max(p99):.0f})"
    )
