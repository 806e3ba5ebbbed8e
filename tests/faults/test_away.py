"""PostgreSQL goes away and comes back; Kafka goes away and comes back; a record nobody can take lies on a topic.

Nothing acknowledged is lost, nobody has to do anything, and one bad subject holds up nobody else.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import uuid4

import pytest
import pytest_asyncio

from shared.contracts.envelope import TOPIC_ALERTS, TOPIC_CASES, TOPIC_ENCOUNTERS
from tests.processes import books, programs, servers
from tests.processes.adt import NOWHERE, ago, somebody
from tests.processes.programs import Hospital
from tests.processes.sending import deliver, exchange
from tests.processes.topics import Record, Topic, firsts, produce
from tests.processes.waiting import until

pytestmark = pytest.mark.xdist_group("away")
NAMES = ("admissions", "discharge", "notifications")
SECONDS = 60.0


@dataclass(slots=True)
class House:
    """A hospital of four services on servers that can be taken away, and its books."""

    hospital: Hospital
    servers: servers.Servers
    books: books.Books

    async def arrive(self, *places: str) -> set[str]:
        """Somebody arrives at each place; the messages acknowledged."""
        people = [somebody("Away", place=place) for place in places]
        return (await deliver(self.hospital.mllp, [person.a01() for person in people], SECONDS)).accepted()

    async def on_topic(self, owner: str, topic: str) -> None:
        """Wait until the topic holds all versions announced by `owner`, each subject's in order at first sight."""
        expected = await self.books.announced(owner)
        reader = Topic(self.servers.kafka.bootstrap, topic)

        def all_there(records: list[Record]) -> bool:
            found = firsts(records)
            return {subject: found.get(subject) for subject in expected} == expected

        try:
            await reader.until(all_there, SECONDS)
        finally:
            reader.close()


@pytest_asyncio.fixture(scope="module")
async def house() -> AsyncGenerator[House]:
    """All of it up."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("away"))
        behind = await stack.enter_async_context(servers.servers(home))
        hospital = await stack.enter_async_context(programs.hospital(home, **behind.settings))
        started = [(name, hospital.start("serve", name)) for name in NAMES]
        for name, program in started:
            await hospital.up(program, name)
        yield House(hospital, behind, await stack.enter_async_context(books.books_of(hospital)))
        assert [program.name for _, program in started if program.process.poll() is not None] == []


async def answer_of(port: int, raw: bytes) -> str:
    """What a sender hears: the answer's code, or `closed`."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return "closed"
    try:
        return await exchange(reader, writer, raw)
    except (OSError, EOFError):
        return "closed"
    finally:
        writer.close()


async def test_postgresql_goes_away_and_comes_back(house: House) -> None:
    accepted = await house.arrive("WIL^A^01", NOWHERE)
    await house.books.settled()
    away = [somebody("Away").a01() for _ in range(3)]
    await house.servers.kill_postgres()
    try:
        answers = [await answer_of(house.hospital.mllp, raw) for _, raw in away]
        assert set(answers) <= {"AE", "closed"}, answers
    finally:
        await house.servers.start_postgres()
    accepted |= (await deliver(house.hospital.mllp, away, SECONDS)).accepted()
    await house.books.settled()
    await house.books.check(accepted)


async def test_kafka_goes_away_and_comes_back(house: House) -> None:
    accepted = await house.arrive("WIL^A^02")
    await house.books.settled()
    cases = await house.books.number("SELECT count(*) FROM discharge_cases")
    await house.servers.kill_kafka()
    try:
        people = [somebody("Away", place=place) for place in ("WIL^A^03", NOWHERE, "HAW^A^01")]
        meanwhile = [person.a01() for person in people]
        meanwhile += [person.a02(ago(hours=2), "HAW^B^02") for person in people]
        history = await deliver(house.hospital.mllp, meanwhile, SECONDS)
        assert set(map(tuple, history.answers.values())) == {("AA",)}, "intake must not notice"
        waiting = "SELECT count(*) FROM admissions_messages WHERE outcome = 'waiting'"

        async def interpreted() -> bool:
            return await house.books.number(waiting) == 0

        await until(interpreted, SECONDS)
        assert await house.books.number("SELECT count(*) FROM discharge_cases") == cases
    finally:
        await house.servers.start_kafka()
    await house.books.settled(120)
    await house.books.check(accepted | history.accepted())
    await house.on_topic("admissions", TOPIC_ENCOUNTERS)
    await house.on_topic("discharge", TOPIC_CASES)
    await house.on_topic("notifications", TOPIC_ALERTS)


def event(subject: str, version: int, data: object) -> tuple[bytes, dict[str, str]]:
    """A record as admissions would write it, by hand."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": uuid4().hex,
        "ce_type": "uk.homeward.encounter.changed.v1",
        "ce_source": "/admissions",
        "ce_subject": subject,
        "ce_time": ago(minutes=1).isoformat(),
        "ce_trust": "RZZ",
        "ce_version": str(version),
        "ce_epoch": "1",
        "ce_no": "1",
        "content-type": "application/json",
    }
    return json.dumps(data).encode(), headers


async def test_one_bad_subject_holds_up_nobody_else(house: House) -> None:
    bootstrap, subject = house.servers.kafka.bootstrap, str(uuid4())
    state = {"encounter_id": subject, "status": "levitating"}
    for version in (1, 2):
        value, headers = event(subject, version, {"changes": [], "data": state})
        await produce(bootstrap, TOPIC_ENCOUNTERS, subject, value, headers)
    await produce(bootstrap, TOPIC_ENCOUNTERS, "noise", b"\xff\x00 no event", {})
    accepted = await house.arrive("WIL^C^01", "HAW^C^01", "ROW^A^01", "MAP^A^01")
    await house.books.settled()
    await house.books.check(accepted)

    async def both_parked() -> bool:
        return await house.books.number("SELECT count(*) FROM discharge_parked") == 2

    await until(both_parked, SECONDS)
    parked = dict(await house.books.rows("SELECT subject, version FROM discharge_parked"))
    assert parked[subject] == 2, "the newest version waits"
    await _looked_at(house, subject)


async def _looked_at(house: House, subject: str) -> None:
    """A person looks, tries again in vain, tries what can never be tried, and discards."""
    listed = await house.hospital.command("parked", "list")
    assert subject in listed
    noise = await house.books.rows("SELECT subject FROM discharge_parked WHERE version IS NULL")
    await house.hospital.command("parked", "release", subject, code=1)
    await house.hospital.command("parked", "release", str(noise[0][0]), code=3)
    await house.hospital.command("parked", "discard", subject, "--yes")
    await house.hospital.command("parked", "discard", str(noise[0][0]), "--yes")
    assert "Nothing is parked" in await house.hospital.command("parked", "list")
