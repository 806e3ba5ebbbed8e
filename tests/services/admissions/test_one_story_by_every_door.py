"""The same story by each door, in ER7 and as JSON, ends in one state, decided by hand."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.admissions.handlers.answer import Door
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.subscriptions import kafka_intake
from services.admissions.tables import messages
from services.commands import send
from services.commands.adt_files import pieces
from shared.contracts.envelope import TOPIC_ADT_INTAKE
from shared.contracts.roles import Role
from shared.eventlog.kafka import ensure_topics
from shared.eventlog.topics import Topic
from tests.processes.topics import produce
from tests.services.admissions.hospital import MRN, NHS_NUMBER, TRUST, er7
from tests.services.admissions.test_doors import listening, rows, told
from tests.services.admissions.test_rest import ER7, House, house
from tests.services.admissions.test_stories import in_ward_language, states

_ = house
_TOLD = [
    er7("A01", control_id="1", at="202603020850"),
    er7("A02", control_id="2", at="202603021400", ward="WARD2"),
    er7("A03", control_id="3", at="202603031100", ward="WARD2"),
]
STORY = [raw.replace(b"^MR||", b"^MR~%s^^^NHS^NH||" % NHS_NUMBER.encode()) for raw in _TOLD]
ENVELOPE = b"FHS#~&?!#PAS\rBHS#~&?!#PAS\r"


def event(control_id: str, trigger: str, at: str, ward: str, **more: str) -> dict[str, Any]:
    """One message of the story, as JSON tells it."""
    return {
        "control_id": control_id,
        "sending_application": "PAS",
        "sending_facility": TRUST,
        "trigger": trigger,
        "recorded_at": at,
        "person": {
            "mrn": MRN,
            "mrn_issuer": TRUST,
            "nhs_number": NHS_NUMBER,
            "family": "FICTION",
            "given": "ANN",
            "born": "1940-01-01",
            "sex": "F",
        },
        "visit_number": {"value": "V1", "issuer": TRUST},
        "patient_class": "I",
        "location": {"ward_code": ward, "bay": "B1", "bed": "1", "site": TRUST},
        "admitted_at": "2026-03-02T08:45:00Z",
        **more,
    }


EVENTS = [
    event("1", "A01", "2026-03-02T08:50:00Z", "WARD1"),
    event("2", "A02", "2026-03-02T14:00:00Z", "WARD2"),
    event("3", "A03", "2026-03-03T11:00:00Z", "WARD2", discharged_at="2026-03-03T11:00:00Z"),
]
EXPECTED = {
    "encounters": [
        {
            "status": "discharged",
            "place": "WARD2/B1/1",
            "admitted": "2026-03-02 08:45",
            "discharged": "2026-03-03 11:00",
            "movements": ["WARD1/B1/1 from 2026-03-02 08:45", "WARD2/B1/1 from 2026-03-02 14:00"],
        }
    ],
    "flags": [],
    "open_cases": 1,
    "in_bed": {},
}
PERSON = ("FICTION", "ANN", "1940-01-01", NHS_NUMBER, "F", MRN, TRUST)


@dataclass(frozen=True, slots=True)
class Ways:
    """What the story is sent to: HTTP, and the door behind MLLP and Kafka; and where files and records may lie."""

    house: House
    door: Door
    folder: Path
    kafka: str


async def by_mllp(ways: Ways) -> None:
    async with listening(ways.door) as port:
        assert await told(port, STORY) == [b"AA|1", b"AA|2", b"AA|3"]


async def by_http(ways: Ways) -> None:
    async with ways.house.caller(Role.INTAKE) as pas:
        for raw in STORY:
            assert (await pas.post("/messages", content=raw, headers=ER7)).status_code == 200


async def by_json(ways: Ways) -> None:
    async with ways.house.caller(Role.INTAKE) as pas:
        answers: list[httpx2.Response] = [await pas.post("/adt-events", json=one) for one in EVENTS]
    assert [one.status_code for one in answers] == [202, 202, 202]


async def by_kafka(ways: Ways) -> None:
    batch = ENVELOPE + b"".join(STORY[1:]) + b"BTS#2\rFTS#1\r"
    await published(ways, [(batch, "x-application/hl7-v2+er7"), (STORY[0], "text/plain")])


async def by_kafka_as_json(ways: Ways) -> None:
    encoded = [httpx2.Request("POST", "http://x", json=one).content for one in EVENTS]
    await published(ways, [(one, "application/json") for one in encoded])


async def by_a_folder(ways: Ways) -> None:
    (ways.folder / "1.hl7").write_bytes(STORY[2].replace(b"\r", b"\r\n"))
    (ways.folder / "2.batch").write_bytes((ENVELOPE + STORY[0] + STORY[1] + b"BTS#2\rFTS#1\r").replace(b"\r", b"\n"))
    assert await sent_from(ways) == {"AA": 3}


async def by_a_folder_as_json(ways: Ways) -> None:
    (ways.folder / "1.json").write_text(json.dumps([EVENTS[2]], indent=2))
    (ways.folder / "2.jsonl").write_text("".join(json.dumps(one) + "\n" for one in EVENTS[:2]))
    assert await sent_from(ways) == {"202": 3}
    assert await sent_from(ways) == {"202, kept before": 3}


async def by_a_folder_of_both(ways: Ways) -> None:
    (ways.folder / "1.json").write_text(json.dumps(EVENTS[2]))
    (ways.folder / "2.hl7").write_bytes(STORY[0] + STORY[1])
    assert await sent_from(ways) == {"202": 1, "AA": 2}


async def sent_from(ways: Ways) -> dict[str, int]:
    """Send the folder as `homeward send` does; how often it was answered in which way."""
    wrong: list[str] = []
    given, sent = list(pieces(ways.folder, wrong)), send.Sent()
    async with listening(ways.door) as port, ways.house.caller(Role.INTAKE) as pas:
        await send.send_all(send.Doors("127.0.0.1", port, pas), given, sent, lambda _: None)
    assert (wrong, sent.not_taken) == ([], [])
    return dict(sent.answers)


async def published(ways: Ways, records: Sequence[tuple[bytes, str]]) -> None:
    """Publish `records` on the intake topic, and take them from there."""
    await ensure_topics(ways.kafka, [Topic(TOPIC_ADT_INTAKE, 1, 1)])
    for raw, kind in records:
        await produce(ways.kafka, TOPIC_ADT_INTAKE, "x", raw, {"content-type": kind})
    async with taking(ways), asyncio.timeout(60):
        while len(await rows(ways.house.database, messages)) < len(STORY):  # noqa: ASYNC110  # seen from outside
            await asyncio.sleep(0.1)


@asynccontextmanager
async def taking(ways: Ways) -> AsyncGenerator[None]:
    """What is on the intake topic is taken meanwhile."""
    stop = asyncio.Event()
    running = asyncio.ensure_future(kafka_intake(ways.kafka, ways.door)(stop))
    try:
        yield
    finally:
        stop.set()
        await running


Way = Callable[[Ways], Awaitable[None]]


@pytest.mark.parametrize(
    "way",
    [by_mllp, by_http, by_json, by_kafka, by_kafka_as_json, by_a_folder, by_a_folder_as_json, by_a_folder_of_both],
)
async def test_the_same_story_ends_in_one_state(
    house: House, door: Door, way: Way, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kafka = request.getfixturevalue("kafka_bootstrap") if "kafka" in way.__name__ else ""
    folder = tmp_path / "sent"
    folder.mkdir()
    house.clock.set(datetime(2026, 3, 4, 9, 0, tzinfo=UTC))
    await way(Ways(house, door, folder, kafka))
    while (await interpret_waiting(house.database, TRUST, house.clock.now())).messages:
        pass
    assert {row.outcome for row in await rows(house.database, messages)} == {"applied"}
    assert await in_ward_language(house.database, TRUST) == EXPECTED
    (state,) = (await states(house.database, TRUST)).values()
    person = state.person
    said = (person.family, person.given, str(person.born), person.nhs_number, person.sex, person.mrn, person.mrn_issuer)
    assert said == PERSON
