"""Keeping before answering: repeats, what is not for us, and neighbours that do no harm."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from services.admissions.handlers.answer import Answered, Door, answer
from services.admissions.handlers.keeping import NotStored, Stored, TurnedAway
from services.admissions.handlers.receive import Intake
from services.admissions.tables import messages, rejects
from shared.clock import SettableClock
from shared.database import Database
from tests.services.admissions.hospital import er7

NOW = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)


async def send(door: Door, raw: bytes) -> Answered:
    return await answer(door, raw, feed="mllp", received_at=NOW)


def msa(answered: Answered) -> list[str]:
    assert answered.acknowledgement is not None
    text = answered.acknowledgement.decode()
    return text.split("\r")[1].split(text[3])


async def kept(database: Database) -> int:
    async with database.reading() as reading:
        return int(await reading.value(select(func.count()).select_from(messages)) or 0)


async def test_a_message_is_kept_before_it_is_accepted(door: Door, database: Database) -> None:
    raw = er7(control_id="42")
    answered = await send(door, raw)
    assert msa(answered) == ["MSA", "AA", "42"]
    async with database.reading() as reading:
        row = await reading.row(select(messages))
    assert row is not None
    assert bytes(row.raw) == raw
    assert (row.feed, row.sending_application, row.control_id, row.trigger) == ("mllp", "PAS", "42", "A01")
    assert (row.outcome, row.interpreted, row.answer) == ("waiting", False, "AA")
    assert row.received_at == NOW


async def test_a_repeat_is_answered_as_the_first_was_and_counted(door: Door, database: Database) -> None:
    first = await send(door, er7())
    again = await send(door, er7())
    assert isinstance(first.fate, Stored)
    assert again.fate == Stored(first.fate.id, "AA", repeat=True)
    assert msa(again) == msa(first)
    async with database.reading() as reading:
        assert [row.repeats for row in await reading.rows(select(messages))] == [1]


async def test_repeats_within_one_group_are_kept_once(door: Door, database: Database) -> None:
    answered = await asyncio.gather(*(send(door, er7(control_id=str(number % 7))) for number in range(70)))
    assert all(msa(one)[1] == "AA" for one in answered)
    async with database.reading() as reading:
        rows = await reading.rows(select(messages))
    assert sorted(row.repeats for row in rows) == [9] * 7
    ids = {one.fate.id for one in answered if isinstance(one.fate, Stored)}
    assert ids == {row.id for row in rows}


async def test_the_same_control_id_with_other_bytes_is_another_message(door: Door, database: Database) -> None:
    await send(door, er7())
    other = await send(door, er7(ward="WARD2"))
    assert msa(other)[1] == "AA"
    assert await kept(database) == 2


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "empty"),
        (b"PID|1||1", "no-header"),
        (b"\x00\xff\x16\x03\x01", "no-header"),
        (b"FHS|^~\\&|PAS\rMSH|^~\\&|PAS", "batch"),
        (er7(processing_id="T"), "processing-id"),
        (er7(processing_id="D"), "processing-id"),
        (b"MSH|^~\\&|PAS|RXX|HW|RXX|2026||ACK^A01|1|P|2.4\rMSA|AA|1\r", "an-acknowledgement"),
    ],
)
async def test_what_is_not_for_us_is_rejected_and_noted(door: Door, database: Database, raw: bytes, why: str) -> None:
    for _ in range(2):
        answered = await send(door, raw)
        assert isinstance(answered.fate, TurnedAway)
        assert msa(answered)[1] == "AR"
    assert await kept(database) == 0
    async with database.reading() as reading:
        assert [(row.reason, bytes(row.raw)) for row in await reading.rows(select(rejects))] == [(why, raw)]


@pytest.mark.parametrize(
    "raw",
    [
        b"MSH|",
        b"MSH|^~\\&|PAS|RXX",
        er7(control_id=""),
        er7(control_id="9" * 300),
        er7(control_id="\x001\x0b\x1c", family="\x00"),
        er7(family="<script>alert(1)</script>"),
        er7().replace(b"FICTION", b"\xff\xfe\xa3"),
        er7().replace(b"PAS", "\U0001f3e5Ω".encode() * 100),
        er7(trigger="Z99"),
        er7().replace(b"\r", b"\r\n"),
        b"\xff\xfe" + er7().decode().encode("utf-16-le"),
        b"MSH|||PAS",
        b"MSH$*%?@$PAS$RXX$HW$RXX$2026$$ADT*A01$7$P$2.4\r",
    ],
)
async def test_no_content_can_make_keeping_fail(door: Door, database: Database, raw: bytes) -> None:
    answered, neighbour = await asyncio.gather(send(door, raw), send(door, er7(control_id="neighbour")))
    assert isinstance(answered.fate, Stored)
    assert msa(answered)[1] == "AA"
    assert msa(neighbour)[1] == "AA"
    async with database.reading() as reading:
        row = await reading.row(select(messages.c.raw).where(messages.c.id == answered.fate.id))
    assert row is not None
    assert bytes(row.raw) == raw


async def test_no_text_of_the_sender_can_add_a_segment_to_the_answer(door: Door) -> None:
    answered = await send(door, er7(control_id="1\x0bMSA\x1c"))
    assert answered.acknowledgement is not None
    assert answered.acknowledgement.count(b"\r") == 2
    assert b"\x0b" not in answered.acknowledgement
    assert b"\x1c" not in answered.acknowledgement


async def test_the_sender_decides_the_mode_of_the_answer(door: Door) -> None:
    enhanced = er7(control_id="e").replace(b"|P|2.4", b"|P|2.4|||AL|NE")
    assert msa(await send(door, enhanced))[1] == "CA"
    silent = er7(control_id="s").replace(b"|P|2.4", b"|P|2.4|||NE|NE")
    assert (await send(door, silent)).acknowledgement == b""


async def test_without_a_trust_nothing_is_kept_and_the_sender_is_told_so(
    any_database: Database, clock: SettableClock
) -> None:
    await any_database.create_all(messages.metadata)
    intake = Intake(any_database, deadline=5, woken=lambda: None)
    answered = await send(Door(intake, clock, "P"), er7())
    assert answered.fate == NotStored()
    assert msa(answered)[1] == "AE"
    assert await kept(any_database) == 0
    await intake.close()


async def test_a_commit_in_progress_gathers_what_arrives_meanwhile(
    database: Database, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Groups, not one transaction a message."""
    commits = 0
    plain = Database.insert_alone

    async def counted(self: Database, *given: Any) -> int:
        nonlocal commits
        commits += 1
        return await plain(self, *given)

    await door.intake.learn()
    monkeypatch.setattr(Database, "insert_alone", counted)
    await asyncio.gather(*(send(door, er7(control_id=str(number))) for number in range(200)))
    assert 0 < commits <= 10
    assert await kept(database) == 200
