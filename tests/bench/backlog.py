"""An eight-hour national backlog through PostgreSQL: kept, interpreted, made into cases; against COPY and the textbook.

One run, whatever the rounds asked for: it is long, and its figures are rates over minutes. HOMEWARD_BENCH_BACKLOG may
ask for fewer messages.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn

from tests.bench import days, sites
from tests.bench.load import Order
from tests.bench.reported import Ratio
from tests.processes.programs import Hospital, folder
from tests.processes.waiting import until

MESSAGES, LINKS, PEER_MESSAGES = 288_000, 50, 1_440
LOOK_SECONDS, LONGEST_SECONDS = 1.0, 3600.0
_COLUMNS = (
    "id, trust, feed, sending_application, sending_facility, control_id, sha256, content_type, trigger, raw,"
    " received_at, answer"
)
_ROWS = f"SELECT {_COLUMNS} FROM admissions_messages"  # noqa: S608  # our own words
_DONE = "SELECT count(*) FROM admissions_messages WHERE interpreted"
_BEHIND = (
    "SELECT coalesce(sum(lane.no - coalesce(at.no, 0)), 0) FROM admissions_lanes lane LEFT JOIN discharge_positions at"
    " ON at.trust = lane.trust AND at.epoch = lane.epoch AND at.source = 'homeward.encounters.v1'"
)


@dataclass(slots=True)
class _Memory:
    """What processes hold in memory, in MiB, whenever it was looked at."""

    pids: tuple[int, ...]
    seen: list[float] = field(default_factory=list[float])

    def look(self) -> None:
        """Look once more."""
        held = 0
        for pid in self.pids:
            status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
            held += int(status.partition("VmRSS:")[2].split()[0])
        self.seen.append(held / 1024)

    def grown(self) -> str:
        """The most of the first and of the last third."""
        third = max(1, len(self.seen) // 3)
        return f"{max(self.seen[:third]):.0f} MiB in the first third, {max(self.seen[-third:]):.0f} in the last"


async def measure(rounds: int) -> list[Ratio]:
    """How fast a backlog is taken in, and how fast it is through."""
    _ = rounds
    messages = int(os.environ.get("HOMEWARD_BENCH_BACKLOG", MESSAGES))
    async with AsyncExitStack() as stack:
        home = stack.enter_context(folder("bench"))
        server = stack.enter_context(sites.database_server(home))
        ours, theirs = await sites.new_database(server, "homeward"), await sites.new_database(server, "peer")
        mine = await stack.enter_async_context(
            sites.homeward(home / "homeward", "admissions", "discharge", database_url=ours)
        )
        memory = _Memory(tuple(program.process.pid for program in mine.running))
        stored, through = await _ours(mine, ours, messages, memory)
        mine.end_all()
        copied = await _copied(ours)
        textbook = await _textbook(home, theirs)
    return [
        _ratio(
            f"{messages:,} messages kept and acknowledged, {LINKS} links", stored, "COPY of the same rows", copied, 0.15
        ),
        _ratio(f"{messages:,} messages to cases", through, "textbook, kept to case", textbook, 30),
        Ratio("memory of admissions and discharge", "", memory.grown(), "", ()),
    ]


async def _ours(mine: Hospital, url: str, messages: int, memory: _Memory) -> tuple[float, float]:
    """Messages a second acknowledged, and messages a second through; raises where one became no case."""
    connection = await asyncpg.connect(sites.plain(url))
    try:
        began = time.perf_counter()
        watching = asyncio.create_task(_watched(connection, messages, memory))
        sent = await sites.sent(Order("mllp", mine.mllp, LINKS, LONGEST_SECONDS, 0, most=messages))
        await watching
        took = time.perf_counter() - began
        cases = await connection.fetchval("SELECT count(*) FROM discharge_cases")
        if cases < days.people(messages):
            raise AssertionError(f"{days.people(messages)} people were admitted, and there are {cases} cases")
        return messages / sent["elapsed"], messages / took
    finally:
        await connection.close()


async def _watched(connection: asyncpg.Connection, messages: int, memory: _Memory) -> None:
    """Show what is interpreted until all is, and until discharge has taken what came of it."""
    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as shown:
        line = shown.add_task("interpreted", total=messages)
        until_end = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < until_end:
            done = int(await connection.fetchval(_DONE) or 0)
            shown.update(line, completed=done)
            memory.look()
            if done >= messages and await connection.fetchval(_BEHIND) == 0:
                return
            await asyncio.sleep(LOOK_SECONDS)
    raise AssertionError("the backlog was not through in time")


async def _copied(url: str) -> float:
    """Rows a second of the same messages by COPY into an empty table of the same shape, one transaction."""
    connection = await asyncpg.connect(sites.plain(url))
    try:
        rows = [tuple(row) for row in await connection.fetch(_ROWS)]
        await connection.execute("CREATE TABLE bench_copied (LIKE admissions_messages INCLUDING ALL)")
        began = time.perf_counter()
        await connection.copy_records_to_table("bench_copied", records=rows, columns=_COLUMNS.split(", "))
        return len(rows) / (time.perf_counter() - began)
    finally:
        await connection.close()


async def _textbook(home: Path, url: str) -> float:
    """Messages a second from the textbook's door to its cases, by its own relay and consumer."""
    with sites.broker(home) as kafka:
        async with sites.peer(home, url, kafka.bootstrap) as peer:
            connection = await asyncpg.connect(sites.plain(url))
            try:
                began = time.perf_counter()
                await sites.sent(Order("mllp", peer.mllp, LINKS, LONGEST_SECONDS, 0, most=PEER_MESSAGES))
                await until(_handled(connection), LONGEST_SECONDS, lambda: "the textbook is still handling")
                return PEER_MESSAGES / (time.perf_counter() - began)
            finally:
                await connection.close()


def _handled(connection: asyncpg.Connection) -> Callable[[], Awaitable[bool]]:
    async def handled() -> bool:
        return int(await connection.fetchval("SELECT count(*) FROM peer_processed") or 0) >= PEER_MESSAGES

    return handled


def _ratio(what: str, ours: float, against: str, theirs: float, goal: float) -> Ratio:
    return Ratio(what, against, f"{ours:,.0f}/s", f"{theirs:,.0f}/s", (ours / theirs,), goal)
