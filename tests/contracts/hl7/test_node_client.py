"""A client by other people sends every story over real MLLP links, and reads the answers as we do."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest_asyncio
from sqlalchemy import select

from services.admissions.handlers.answer import Door, acknowledged
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.handlers.receive import Intake
from services.admissions.handlers.setup import set_up
from services.admissions.incoming import Incoming
from services.admissions.mllp import Listener, Policy
from services.admissions.tables import messages, metadata
from shared.clock import SettableClock
from shared.database import Database
from shared.hl7.message import read
from tests.contracts.hl7.node_client import ASKED, OF_AN_ERROR, sent
from tests.rules.admissions.ward_language import Story, stories
from tests.services.admissions.hospital import er7
from tests.services.admissions.test_stories import as_expected, in_ward_language

STORIES = {f"T{number:03}": story for number, story in enumerate(stories())}
"""Each by the trust it is told to: people of one story are not those of another."""
EARLIER = timedelta(hours=1)
ENHANCED = er7(control_id="E1").replace(b"|P|2.4\r", b"|P|2.5|||AL|NE\r")
TRAINING = er7(control_id="T1", processing_id="T")
TRAINING_LATER = er7(control_id="T2", processing_id="T").replace(b"|2.4\r", b"|2.5.1\r")
WITHOUT_EVENT = ("2.1", "2.2", "2.3")
"""Versions in which an acknowledgement names no event."""
AN_ACKNOWLEDGEMENT = er7(control_id="A1").replace(b"ADT^A01", b"ACK^A01")
ESCAPED = er7(control_id="C\\T\\1^2")


class Link:
    """The MLLP door of one story, where its trust is the sender's; what came in and what was answered."""

    def __init__(self, name: str, story: Story, intake: Intake) -> None:
        # As the story's own tests have it: what is told has happened, and is not of long ago.
        clock = SettableClock(story.at - EARLIER)
        self._door = Door(intake, clock, "P")
        self.listener = Listener(Policy(feed=name), self._keep, clock)
        self.came: list[bytes] = []
        self.answered: list[bytes] = []

    async def _keep(self, incoming: Incoming) -> bytes | None:
        answer = await acknowledged(self._door, incoming)
        self.came.append(incoming.raw)
        self.answered.append(answer or b"")
        return answer


Links = dict[str, Link]


@pytest_asyncio.fixture
async def house(sqlite_database: Database) -> AsyncGenerator[tuple[Database, Links, dict[str, int]]]:
    """A door and its port for every story, on one database."""
    await sqlite_database.create_all(metadata)
    async with sqlite_database.transaction() as tx:
        for name, story in STORIES.items():
            headers = [read(raw).header for raw in story.messages]
            senders = {("PAS", "RXX"), *((header.text(3), header.text(4)) for header in headers)}
            await set_up(tx, name, story.at, {(name, *sender): story.feed for sender in senders})
    intake = Intake(sqlite_database, deadline=60, woken=lambda: None)
    links = {name: Link(name, story, intake) for name, story in STORIES.items()}
    async with AsyncExitStack() as until:
        until.push_async_callback(intake.close)
        ports: dict[str, int] = {}
        for name, link in links.items():
            ports[name] = await link.listener.open("127.0.0.1", 0)
            until.push_async_callback(link.listener.close)
        yield sqlite_database, links, ports


def ours(answer: bytes, asked: tuple[str, ...]) -> dict[str, str]:
    """The same values of an answer, as our reader has them."""
    message = read(answer)
    found: dict[str, str] = {}
    for path in asked:
        name, field, *parts = path.split(".")
        segment = message.segment(name)
        component, part = (*map(int, parts), 1, 1)[:2]
        value = segment.subcomponent(int(field), component, part) if segment else None
        found[path] = value if isinstance(value, str) else ""
    return found


async def test_every_story_sent_by_another_client_ends_as_decided_by_hand(
    house: tuple[Database, Links, dict[str, int]],
) -> None:
    database, links, ports = house
    told = await sent({ports[name]: story.messages for name, story in STORIES.items()})
    for (name, story), answers in zip(STORIES.items(), told, strict=True):
        assert [raw.strip() for raw in links[name].came] == [raw.strip() for raw in story.messages], story.name
        headers = [read(raw).header for raw in story.messages]
        said = [(one["MSA.1"], one["MSA.2"], one["MSH.9.1"], one["MSH.9.2"]) for one in answers]
        events = ["" if one.text(12) in WITHOUT_EVENT else one.text(9, 2) for one in headers]
        named = zip(headers, events, strict=True)
        assert said == [("AA", one.text(10), "ACK", event) for one, event in named], story.name
        assert answers == [ours(one, ASKED) for one in links[name].answered], story.name
        while (await interpret_waiting(database, name, story.at)).messages:
            pass
        assert await in_ward_language(database, name) == as_expected(story), story.name


async def test_other_answers_than_yes_are_read_alike_too(house: tuple[Database, Links, dict[str, int]]) -> None:
    database, links, ports = house
    asked = (*ASKED, *OF_AN_ERROR)
    unknown = er7(control_id="U1").replace(b"|RXX|", b"|RQQ|")
    odd = [ENHANCED, TRAINING, TRAINING_LATER, AN_ACKNOWLEDGEMENT, unknown, ESCAPED]
    (answers,) = await sent({ports["T000"]: odd}, asked)
    codes = [(one["MSA.1"], one["MSA.2"]) for one in answers]
    assert codes == [("CA", "E1"), ("AR", "T1"), ("AR", "T2"), ("AR", "A1"), ("AE", "U1"), ("AA", "C&1")]
    assert answers == [ours(one, asked) for one in links["T000"].answered]
    assert (answers[1]["ERR.1.4.1"], answers[2]["ERR.3.1"]) == ("202", "202")
    async with database.reading() as reading:
        assert len(await reading.rows(select(messages.c.id))) == 2
