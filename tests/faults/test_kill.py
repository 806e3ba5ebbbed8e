"""A running process dies by SIGKILL at each named point. Nothing acknowledged is lost, and nothing happens twice."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from shared.contracts.envelope import TOPIC_ALERTS, TOPIC_CASES, TOPIC_ENCOUNTERS
from shared.crashpoints import POINTS
from tests.processes import books, programs, servers
from tests.processes.adt import NOWHERE, ago, somebody
from tests.processes.programs import KILLED, Hospital, Program
from tests.processes.sending import deliver
from tests.processes.topics import Topic, firsts

ENDS_SECONDS = 45.0
DELIVERY_SECONDS = 120.0
# In one process the first passings of the later points are in other services than their later passings.
ONE_PROCESS = ("received", "received:5", "stored:3", "acknowledged:3", "interpreted", "announced", "announced:2",
               "announced:3", "handled", "handled:2", "recorded", "recorded:2")  # fmt: skip
FOUR_PROCESSES = (
    ("admissions", "received:2"),
    ("admissions", "stored"),
    ("admissions", "acknowledged:2"),
    ("admissions", "interpreted"),
    ("admissions", "announced:2"),
    ("admissions", "relayed"),
    ("discharge", "announced"),
    ("discharge", "relayed"),
    ("discharge", "handled"),
    ("discharge", "recorded"),
    ("notifications", "handled"),
    ("notifications", "relayed"),
)


@dataclass(slots=True)
class Ward:
    """A hospital that goes on from one death to the next, and everything it ever acknowledged."""

    hospital: Hospital
    books: books.Books
    running: dict[str, Program]
    accepted: set[str] = field(default_factory=set[str])

    def start(self, name: str) -> Program:
        """Start a service, or all in one process by the name `run`."""
        words = ("run",) if name == "run" else ("serve", name)
        self.running[name] = self.hospital.start(*words, may_die=True)
        return self.running[name]

    async def survives(self, name: str, point: str) -> None:
        """Have `name` die at `point` while messages arrive, start it again, and wait until all is quiet."""
        dying = self.running[name]
        dying.die_at(point)
        sending = asyncio.create_task(deliver(self.hospital.mllp, news(), DELIVERY_SECONDS))
        try:
            assert await dying.ended(ENDS_SECONDS) == KILLED, dying.tail()
            again = self.start(name)
            await self.hospital.up(again, *(("admissions",) if name == "run" else (name,)))
            history = await sending
        finally:
            sending.cancel()
        self.accepted |= history.accepted()
        await self.books.settled()
        await self.books.check(self.accepted)


def news() -> list[tuple[str, bytes]]:
    """Six people arrive, two of them where nobody is responsible; then three are moved."""
    people = [somebody("Kill", place=NOWHERE if number % 3 == 2 else "WIL^A^01") for number in range(6)]
    arrivals = [person.a01() for person in people]
    return arrivals + [person.a02(ago(hours=1), "HAW^B^02") for person in people[:2]]


@pytest_asyncio.fixture(scope="module")
async def one_process() -> AsyncGenerator[Ward]:
    """SQLite, the embedded log, everything in one process."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("kill"))
        hospital = await stack.enter_async_context(programs.hospital(home))
        ward = Ward(hospital, await stack.enter_async_context(books.books_of(hospital)), {})
        await hospital.up(ward.start("run"), "admissions")
        yield ward


@pytest_asyncio.fixture(scope="module")
async def four_processes() -> AsyncGenerator[Ward]:
    """PostgreSQL, Kafka, a process a service."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("kill"))
        behind = await stack.enter_async_context(servers.servers(home))
        hospital = await stack.enter_async_context(programs.hospital(home, **behind.settings))
        ward = Ward(hospital, await stack.enter_async_context(books.books_of(hospital)), {})
        started = [(name, ward.start(name)) for name in ("admissions", "discharge", "notifications")]
        for name, program in started:
            await hospital.up(program, name)
        yield ward


def test_every_named_point_is_tried() -> None:
    assert {point.partition(":")[0] for point in ONE_PROCESS} == set(POINTS) - {"relayed"}
    assert {point.partition(":")[0] for _, point in FOUR_PROCESSES} == set(POINTS)


@pytest.mark.parametrize("point", ONE_PROCESS)
@pytest.mark.xdist_group("kill-one-process")
async def test_everything_in_one_process_dies(one_process: Ward, point: str) -> None:
    await one_process.survives("run", point)


@pytest.mark.parametrize(("name", "point"), FOUR_PROCESSES)
@pytest.mark.xdist_group("kill-four-processes")
async def test_one_service_of_four_dies(four_processes: Ward, name: str, point: str) -> None:
    await four_processes.survives(name, point)
    bootstrap = four_processes.hospital.settings["kafka"]
    owners = {"admissions": TOPIC_ENCOUNTERS, "discharge": TOPIC_CASES, "notifications": TOPIC_ALERTS}
    for owner, topic in owners.items():
        expected = await four_processes.books.announced(owner)
        reader = Topic(bootstrap, topic)
        try:
            # In order, without gaps, at first occurrence; and everything that was announced.
            await reader.until(lambda records, e=expected: firsts(records) == e, ENDS_SECONDS)
        finally:
            reader.close()
