"""Whose message it is, where several trusts are set up: a sender that nobody named is never guessed."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from sqlalchemy import select

from services.admissions.handlers import receive
from services.admissions.handlers.answer import Door, answer
from services.admissions.handlers.receive import Intake
from services.admissions.handlers.setup import set_up
from services.admissions.model import Feed
from services.admissions.tables import messages
from shared.clock import SettableClock
from shared.database import Database
from tests.services.admissions.hospital import TRUST, er7

NOW = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
BEFORE, AFTER = "RAA", "RZZ"
"""By code, one trust on either side of the first."""
OURS = er7(control_id="ours")


def theirs(trust: str) -> bytes:
    return er7(control_id=f"of {trust}").replace(b"|RXX|", f"|{trust}|".encode())


@pytest_asyncio.fixture
async def restarted(database: Database, clock: SettableClock) -> AsyncGenerator[Door]:
    """A door of a process that began after whatever was set up."""
    intake = Intake(database, deadline=5, woken=lambda: None)
    yield Door(intake, clock, "P")
    await intake.close()


@pytest.fixture
def looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read of the trusts is read again for each message."""
    monkeypatch.setattr(receive, "KNOWN_SECONDS", 0.0)


async def send(door: Door, raw: bytes) -> str:
    answered = await answer(door, raw, feed="mllp", received_at=NOW)
    assert answered.acknowledgement is not None
    return answered.acknowledgement.split(b"\r")[1].split(b"|")[1].decode()


async def kept(database: Database) -> dict[str, str]:
    async with database.reading() as reading:
        rows = await reading.rows(select(messages.c.control_id, messages.c.trust))
    return {row.control_id: row.trust for row in rows}


async def second(database: Database, trust: str, feeds: dict[tuple[str, str, str], Feed] | None = None) -> None:
    async with database.transaction() as tx:
        await set_up(tx, trust, NOW, feeds or {})


@pytest.mark.parametrize("other", [BEFORE, AFTER])
@pytest.mark.usefixtures("looks_at_once")
async def test_of_two_trusts_a_sender_nobody_named_is_not_kept_by_either(
    database: Database, door: Door, restarted: Door, other: str
) -> None:
    assert await send(door, OURS) == "AA"
    await second(database, other)
    for each in (door, restarted):
        assert [await send(each, raw) for raw in (theirs(other), er7(control_id="ours too"))] == ["AE", "AE"]
    assert await kept(database) == {"ours": TRUST}


@pytest.mark.parametrize("other", [BEFORE, AFTER])
@pytest.mark.parametrize("by", ["mllp", ""])
@pytest.mark.usefixtures("looks_at_once")
async def test_each_named_sender_is_its_own_trusts(
    database: Database, door: Door, restarted: Door, other: str, by: str
) -> None:
    await send(door, OURS)
    await second(database, other, {(by, "PAS", other): Feed("theirs", other)})
    assert await send(door, er7(control_id="not named yet")) == "AE"
    await second(database, TRUST, {(by, "PAS", TRUST): Feed("ours", TRUST)})
    assert await send(door, theirs(other)) == "AA"
    assert await send(restarted, er7(control_id="named")) == "AA"
    assert await kept(database) == {"ours": TRUST, f"of {other}": other, "named": TRUST}


async def test_a_second_trust_is_noticed_by_a_process_that_runs(
    database: Database, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "KNOWN_SECONDS", 3600.0)
    await send(door, OURS)
    await second(database, AFTER)
    assert door.intake.only_trust == TRUST
    monkeypatch.setattr(door.intake, "_known_until", 0.0)
    assert door.intake.only_trust is None
    assert await send(door, theirs(AFTER)) == "AE"
