"""What the bench measures against, started for it: PostgreSQL with fsync, Kafka, Homeward, the textbook peer."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import create_async_engine

from shared.eventlog.kafka import Topic, ensure_topics
from stack import kafka, postgres
from stack.ports import free_port
from tests.bench.load import Order
from tests.bench.messages import WARD
from tests.bench.peer.models import Base
from tests.processes.programs import COMMAND_SECONDS, ROOT, Hospital, Program, heard_at, hospital
from tests.processes.waiting import until

COORDINATORS = 6
SETTLE_SECONDS = 120.0


@contextmanager
def database_server(home: Path) -> Generator[postgres.Postgres]:
    """A PostgreSQL that syncs every commit."""
    server = postgres.start(home / "postgres", durable=True, connections=300)
    try:
        yield server
    finally:
        postgres.stop(server)


@contextmanager
def broker(home: Path) -> Generator[kafka.Kafka]:
    """A Kafka of one node."""
    server = kafka.start(home / "kafka")
    try:
        yield server
    finally:
        kafka.stop(server)


def plain(url: str) -> str:
    """The URL as asyncpg itself takes it."""
    return url.replace("+asyncpg", "")


async def new_database(server: postgres.Postgres, name: str) -> str:
    """An empty database; its URL."""
    connection = await asyncpg.connect(plain(server.url()))
    try:
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
    return server.url(name)


async def peer_tables(url: str) -> None:
    """The peer's tables, and the co-ordinators of one ward."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.execute(
            Base.metadata.tables["peer_coordinators"].insert(),
            [{"name": f"Co-ordinator {number}", "ward": WARD, "on_duty": True} for number in range(COORDINATORS)],
        )
    await engine.dispose()


@dataclass(frozen=True, slots=True)
class Peer:
    """Where the textbook peer answers."""

    url: str
    http: int
    mllp: int


@asynccontextmanager
async def peer(home: Path, url: str, bootstrap: str = "") -> AsyncGenerator[Peer]:
    """The peer's HTTP and MLLP intake, and its relay and consumer where there is a Kafka."""
    await peer_tables(url)
    made = Peer(url, free_port(), free_port())
    environment = os.environ | {"PEER_DATABASE": url, "PEER_KAFKA": bootstrap}
    serving = ["uvicorn", "tests.bench.peer.app:app", "--port", str(made.http), "--log-level", "warning"]
    commands = [serving, ["tests.bench.peer.mllp", str(made.mllp)]]
    if bootstrap:
        await ensure_topics(bootstrap, [Topic("peer-messages", 3, 1)])
        commands.append(["tests.bench.peer.pipeline"])
    running: list[Program] = []
    try:
        for at, words in enumerate(commands):
            running.append(_program(home / f"peer-{at}.log", words, environment))
        for port in (made.http, made.mllp):
            await until(lambda p=port: heard_at(p), 30, running[0].tail)
        yield made
        for program in running:
            if program.process.poll() is not None:
                raise AssertionError(f"the peer's {program.name} ended: {program.tail()}")
    finally:
        for program in running:
            program.end()


def _program(log: Path, words: list[str], environment: dict[str, str]) -> Program:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            env=environment,
            cwd=ROOT,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
        )
    return Program(words[0], process, log)


@asynccontextmanager
async def homeward(home: Path, *services: str, **settings: str) -> AsyncGenerator[Hospital]:
    """Homeward's `services`, each a process."""
    await asyncio.to_thread(home.mkdir, parents=True, exist_ok=True)
    async with hospital(home, log_level="ERROR", **settings) as made:
        for service in services:
            await made.up(made.start("serve", service), service)
        yield made


_WAITING = "SELECT count(*) FROM admissions_messages WHERE NOT interpreted"


async def waiting(url: str) -> int:
    """How many messages admissions holds that it has not interpreted yet."""
    connection = await asyncpg.connect(plain(url))
    try:
        return int(await connection.fetchval(_WAITING))
    finally:
        await connection.close()


async def settled(url: str) -> None:
    """Wait until admissions has interpreted all it holds, so that nobody is measured beside its backlog."""
    connection = await asyncpg.connect(plain(url))
    try:

        async def empty() -> bool:
            return await connection.fetchval(_WAITING) == 0

        await until(empty, SETTLE_SECONDS, lambda: "admissions is still interpreting")
    finally:
        await connection.close()


async def sent(order: Order) -> dict[str, Any]:
    """What came of an order, carried out by another process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.load",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    async with asyncio.timeout(order.seconds * 4 + COMMAND_SECONDS):
        out, _ = await process.communicate(json.dumps(asdict(order)).encode())
    told: dict[str, Any] = json.loads(out)
    if told["refused"]:
        raise AssertionError(f"{told['refused']} messages were not accepted: {told['words']}")
    return told
