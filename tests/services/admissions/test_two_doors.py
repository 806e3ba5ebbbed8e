"""The same messages by two doors at once: each door keeps, answers and counts its own; the stay is as told once."""

from datetime import UTC, datetime

from services.admissions.handlers.answer import Door
from services.admissions.tables import messages
from shared.contracts.roles import Role
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_doors import listening, rows, told
from tests.services.admissions.test_metrics import by, looked
from tests.services.admissions.test_one_story_by_every_door import EXPECTED, STORY
from tests.services.admissions.test_rest import ER7, House, house
from tests.services.admissions.test_stories import in_ward_language

_ = house


AFTER = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


async def _by_mllp(door: Door, *sent: bytes) -> list[bytes]:
    async with listening(door) as port:
        return await told(port, sent)


async def _by_http(house: House, *sent: bytes) -> list[bytes]:
    async with house.caller(Role.INTAKE) as pas:
        answers = [await pas.post("/messages", content=raw, headers=ER7) for raw in sent]
    return [answer.content.split(b"MSA|")[1].split(b"\r")[0] for answer in answers]


async def _kept(house: House) -> list[tuple[str, str, int, str]]:
    """Of each message kept: its door, control id, how often it was repeated, and what was odd."""
    found = await rows(house.database, messages)
    return sorted((row.feed, row.control_id, row.repeats, row.flags) for row in found)


async def test_the_same_bytes_by_two_doors_are_two_messages_and_one_stay(house: House, door: Door) -> None:
    house.clock.set(AFTER)
    assert await _by_mllp(door, *STORY) == [b"AA|1", b"AA|2", b"AA|3"]
    assert await _by_http(house, *STORY) == [b"AA|1", b"AA|2", b"AA|3"]
    every = [(feed, control_id, 0, "") for feed in ("http", "mllp") for control_id in ("1", "2", "3")]
    await house.interpret()
    assert await _kept(house) == every
    assert await in_ward_language(house.database, TRUST) == EXPECTED
    received = by(await looked(house), "homeward_messages_received_total", "feed")
    assert received == {("http",): 3, ("mllp",): 3}
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        shown = (await engineer.get("/messages", params={"feed": "http"})).json()["items"]
    assert [(one["control_id"], one["outcome"]) for one in shown] == [(n, "applied") for n in ("3", "2", "1")]


async def test_a_repeat_is_one_of_its_own_door(house: House, door: Door) -> None:
    assert await _by_mllp(door, er7(), er7()) == [b"AA|1"] * 2
    assert await _by_http(house, er7(), er7(), er7()) == [b"AA|1"] * 3
    assert await _kept(house) == [("http", "1", 2, ""), ("mllp", "1", 1, "")]


async def test_an_event_by_json_is_not_a_repeat_of_one_by_another_door(house: House, door: Door) -> None:
    """202 says so in words: `repeat`. The bytes are another form, and so is the door."""
    await _by_mllp(door, er7(control_id="J1"))
    event = {
        "control_id": "J1",
        "sending_application": "PAS",
        "sending_facility": TRUST,
        "trigger": "A01",
        "recorded_at": "2026-03-02T09:00:00Z",
        "person": {"mrn": "H1000001", "mrn_issuer": TRUST},
        "patient_class": "I",
    }
    async with house.caller(Role.INTAKE) as pas:
        answers = [(await pas.post("/adt-events", json=event)).json() for _ in range(2)]
    assert [one["repeat"] for one in answers] == [False, True]
    assert [row[:3] for row in await _kept(house)] == [("http", "J1", 1), ("mllp", "J1", 0)]


async def test_other_line_ends_are_other_bytes_and_tell_the_same_stay(house: House, door: Door) -> None:
    """A repeat is known by its bytes; what is told twice in other bytes is flagged, and changes nothing."""
    house.clock.set(AFTER)
    ends = (b"\r", b"\n", b"\r\n")
    sent = [raw.replace(b"\r", end) for end in ends for raw in STORY]
    assert await _by_mllp(door, *sent) == [b"AA|1", b"AA|2", b"AA|3"] * 3
    await house.interpret()
    kept = await _kept(house)
    assert [row[:3] for row in kept] == [("mllp", n, 0) for n in ("1", "2", "3") for _ in ends]
    again = "control-id-reused,line-feeds"
    assert [row[3] for row in kept] == ["", again, again] * 3
    assert await in_ward_language(house.database, TRUST) == EXPECTED
