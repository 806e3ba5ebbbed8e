"""What is tried again, taken up again, or left aside for good."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import asyncpg
import pytest
from sqlalchemy import make_url, select

from services.admissions.handlers import amend, receive
from services.admissions.handlers.answer import Door
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.handlers.receive import Intake
from services.admissions.handlers.replay import replay
from services.admissions.handlers.setup import set_up
from services.admissions.model import Feed
from services.admissions.store import feeds
from services.admissions.tables import audit_seals, audited, encounters, messages
from services.admissions.tables import timers as timers_table
from shared.audit import Act, open_trail
from shared.callers import Caller
from shared.clock import SettableClock
from shared.contracts.api.admissions import Outcome
from shared.contracts.roles import Role
from shared.database import Database
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_faults import prepared
from tests.services.admissions.test_receive import msa, send

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
IRIS = Caller("person", "p1", "Iris Engineer", frozenset({Role.INTEGRATION_ENGINEER}), TRUST, (), "s1")
TRAIL = open_trail(audited, audit_seals, b"key")
CUT = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted"


async def _message_id(database: Database) -> str:
    async with database.reading() as reading:
        return str(await reading.value(select(messages.c.id)))


async def _release(database: Database) -> None:
    message_id = await _message_id(database)
    async with database.transaction() as tx:
        await amend.release(tx, TRAIL, IRIS, Act("message-released", [message_id], NOW), message_id)


async def _discard(database: Database) -> None:
    message_id = await _message_id(database)
    async with database.transaction() as tx:
        await amend.discard(tx, TRAIL, IRIS, Act("message-discarded", [message_id], NOW), message_id, "a test")


async def test_a_commit_that_fails_with_its_link_is_tried_again(
    postgres_database: Database, postgres_url: str, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "KNOWN_SECONDS", 3600.0)
    database = await prepared(postgres_database)
    door = Door(Intake(database, deadline=30, woken=lambda: None), clock, "P")
    other = await asyncpg.connect(
        make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    await send(door, er7(control_id="first"))
    async with other.transaction():
        await other.execute("LOCK TABLE admissions_messages")
        sending = asyncio.create_task(send(door, er7(control_id="second")))
        async with asyncio.timeout(30):
            while not await other.fetch(CUT):  # noqa: ASYNC110  # until it waits for the lock
                await asyncio.sleep(0.02)
    assert msa(await sending)[1] == "AA"
    await other.close()
    await door.intake.close()


async def test_what_is_kept_wakes_the_interpreter_and_a_repeat_does_not(
    database: Database, clock: SettableClock
) -> None:
    woken: list[str] = []
    door = Door(Intake(database, deadline=5, woken=lambda: woken.append("woken")), clock, "P")
    await send(door, er7())
    assert woken == ["woken"]
    await send(door, er7())
    await send(door, b"")
    assert woken == ["woken"]
    await door.intake.close()


async def test_a_replay_leaves_what_was_put_aside(database: Database, door: Door) -> None:
    await send(door, er7(mrn=""))
    await interpret_waiting(database, TRUST, NOW)
    await _discard(database)
    progress = await replay(database, TRUST, NOW)
    assert progress.messages == 0
    async with database.reading() as reading:
        assert await reading.value(select(messages.c.outcome)) == Outcome.NO_EFFECT


@pytest.mark.parametrize("act", [_release, _discard])
async def test_a_decision_waits_until_nobody_else_writes_for_the_trust(
    postgres_database: Database, clock: SettableClock, act: Callable[[Database], Awaitable[None]]
) -> None:
    database = await prepared(postgres_database)
    door = Door(Intake(database, deadline=30, woken=lambda: None), clock, "P")
    await send(door, er7(mrn=""))
    await interpret_waiting(database, TRUST, NOW)
    order: list[str] = []

    async def decide() -> None:
        await act(database)
        order.append("decided")

    async with database.transaction() as tx:
        assert await feeds.take_turn(tx, TRUST, wait=True)
        deciding = asyncio.create_task(decide())
        await asyncio.wait({deciding}, timeout=0.5)
        order.append("written")
    await deciding
    assert order == ["written", "decided"]
    await door.intake.close()


async def test_a_stay_that_no_message_tells_of_any_more_is_withdrawn(database: Database, clock: SettableClock) -> None:
    door = Door(Intake(database, deadline=5, woken=lambda: None), clock, "T")
    await send(door, er7(processing_id="T"))
    async with database.transaction() as tx:
        await set_up(tx, TRUST, NOW, {("mllp", "PAS", TRUST): Feed("pas", TRUST, accepts_training=True)})
    await interpret_waiting(database, TRUST, NOW)
    async with database.transaction() as tx:
        await set_up(tx, TRUST, NOW, {("mllp", "PAS", TRUST): Feed("pas", TRUST, accepts_training=False)})
    await _release(database)
    await interpret_waiting(database, TRUST, NOW)
    async with database.reading() as reading:
        kept = await reading.value(select(messages.c.outcome))
        (stay,) = await reading.rows(select(encounters.c.status, encounters.c.is_open, encounters.c.version))
    assert kept == Outcome.NO_EFFECT
    assert (stay.status, stay.is_open, stay.version) == ("deleted", False, 2)
    await door.intake.close()


@pytest.mark.parametrize(("training", "outcome"), [(False, Outcome.NO_EFFECT), (True, Outcome.APPLIED)])
async def test_what_is_marked_for_training_is_applied_only_where_that_is_asked(
    database: Database, clock: SettableClock, *, training: bool, outcome: Outcome
) -> None:
    door = Door(Intake(database, deadline=5, woken=lambda: None), clock, "T")
    await send(door, er7(processing_id="T"))
    await interpret_waiting(database, TRUST, NOW, training=training)
    for _ in range(2):
        async with database.reading() as reading:
            assert await reading.value(select(messages.c.outcome)) == outcome
        await replay(database, TRUST, NOW, training=training)
    await door.intake.close()


async def test_two_files_that_become_one_are_looked_at_again_once(database: Database, door: Door) -> None:
    """Each of two numbers of one person has a discharge that is still to come."""
    for number, mrn in enumerate(("H1", "H2")):
        late = er7("A03", control_id=f"d{number}", mrn=mrn, visit=f"V{number}", at="202603031200")
        await send(door, er7(control_id=f"a{number}", mrn=mrn, visit=f"V{number}"))
        await send(door, late)
    await interpret_waiting(database, TRUST, NOW)
    async with database.reading() as reading:
        assert len(await reading.rows(select(timers_table))) == 2
    await send(door, er7("A40", control_id="m", mrn="H1", merged="H2"))
    await interpret_waiting(database, TRUST, NOW)
    async with database.reading() as reading:
        assert len(await reading.rows(select(timers_table))) == 1
