"""Intake: stored before it is acknowledged, over MLLP and HTTP, against the textbook peer and pgbench."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg

from services.admissions.handlers.standing_back import LONGEST
from stack.postgres import Postgres
from tests.bench import sites
from tests.bench.load import Order
from tests.bench.messages import admission
from tests.bench.reported import Ratio, faster
from tests.processes.programs import Hospital, folder

SECONDS = 2.0
MLLP_LINKS, HTTP_LINKS = 50, 32
_TABLE = "CREATE TABLE bench_messages (LIKE admissions_messages INCLUDING ALL)"
_INSERT = (
    "INSERT INTO bench_messages (id, trust, feed, sending_application, sending_facility, control_id, sha256,"
    " content_type, trigger, raw, received_at, answer)"
    " VALUES (gen_random_uuid()::text, 'RZZ', 'mllp', 'PAS', 'RZZ', gen_random_uuid()::text,"
    " sha256(gen_random_uuid()::text::bytea), 'x-application/hl7-v2+er7', 'A01', '\\x{raw}', now(), 'AA');\n"
)


@dataclass(slots=True)
class _Senders:
    """Sends as fast as answers come. Each patient is sent once: `number` is the next."""

    number: int = 1

    async def rate(self, kind: str, port: int, links: int, path: str = "", token: str = "") -> float:
        """Messages stored and acknowledged a second."""
        told = await sites.sent(Order(kind, port, links, SECONDS, self.number, path, token))
        self.number += len(told["latencies"])
        return len(told["latencies"]) / told["elapsed"]


async def _pgbench(server: Postgres, script: Path, clients: int) -> float:
    """The same row inserted one a transaction."""
    process = await asyncio.create_subprocess_exec(
        str(server.binaries / "pgbench"), "-n", "-h", "127.0.0.1", "-p", str(server.port), "-U", "homeward",
        "-c", str(clients), "-j", "2", "-T", str(int(SECONDS)), "-M", "prepared", "-f", str(script), "homeward",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out = (await process.communicate())[0].decode()
    found = re.search(r"tps = ([\d.]+)", out)
    if found is None:
        raise AssertionError(out[-2000:])
    return float(found[1])


async def _script(home: Path, url: str) -> Path:
    connection = await asyncpg.connect(sites.plain(url))
    await connection.execute(_TABLE)
    await connection.close()
    script = home / "insert.sql"
    script.write_text(_INSERT.format(raw=admission(1).hex()))
    return script


async def measure(rounds: int) -> list[Ratio]:
    """Each variant in turn within each round; the first round warms and is left out."""
    with folder("bench") as home, sites.database_server(home) as server:
        ours, theirs = await sites.new_database(server, "homeward"), await sites.new_database(server, "peer")
        async with (
            sites.homeward(home / "homeward", "admissions", database_url=ours) as mine,
            sites.peer(home, theirs) as other,
        ):
            script = await _script(home, ours)
            return await _rounds(rounds, server, mine, other, script, ours)


def _held_back(left: Sequence[int]) -> str:
    """What the figures of MLLP and HTTP are of; `left` were not interpreted yet when each round of MLLP ended."""
    between = f"{min(left):,} to {max(left):,}"
    return f"Stored and acknowledged; interpretation stands back {LONGEST:g} s at most: {between} waited after MLLP."


async def _rounds(
    rounds: int, server: Postgres, mine: Hospital, other: sites.Peer, script: Path, url: str
) -> list[Ratio]:
    token = (await mine.command("token", "create", "bench", "--role", "intake")).split()[-1]
    path, http = "/admissions/v1/messages", mine.ports["admissions"]
    senders, seen, left = _Senders(), list[tuple[float, ...]](), list[int]()
    for _ in range(rounds + 1):
        mllp = await senders.rate("mllp", mine.mllp, MLLP_LINKS)
        left.append(await sites.waiting(url))
        await sites.settled(url)
        taken = await senders.rate("http", http, HTTP_LINKS, path, token)
        await sites.settled(url)
        peers = (
            await senders.rate("mllp", other.mllp, MLLP_LINKS),
            await senders.rate("http", other.http, HTTP_LINKS, "/messages"),
        )
        inserts = await _pgbench(server, script, MLLP_LINKS), await _pgbench(server, script, HTTP_LINKS)
        seen.append((mllp, taken, *peers, *inserts))
    mllps, takens, peer_mllp, peer_http, inserts_50, inserts_32 = zip(*seen[1:], strict=True)
    first = faster(f"MLLP, {MLLP_LINKS} links", "textbook", mllps, peer_mllp, 40)
    return [
        replace(first, note=_held_back(left[1:])),
        faster(f"MLLP, {MLLP_LINKS} links", "pgbench", mllps, inserts_50, 1),
        faster(f"HTTP, {HTTP_LINKS} links", "textbook", takens, peer_http, 10),
        faster(f"HTTP, {HTTP_LINKS} links", "pgbench", takens, inserts_32),
    ]
