"""A long fold is not taken for a holder that hangs: the database hears from it in between."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from services.admissions.handlers import folding
from services.admissions.handlers.answer import Door
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.handlers.receive import Intake
from services.admissions.rules.interpreting import interpret
from services.admissions.tables import encounters
from shared.clock import SettableClock
from shared.database import Database
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_faults import prepared
from tests.services.admissions.test_receive import send

PEOPLE = 7


async def test_a_fold_of_longer_than_the_database_waits_is_kept(
    postgres_database: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends a transaction that is silent for two seconds; these take half a second each."""

    def slowly(*args: Any, **more: Any) -> object:
        time.sleep(0.5)
        return interpret(*args, **more)

    monkeypatch.setattr(folding, "interpret", slowly)
    monkeypatch.setattr(folding, "FACTS_WITHOUT_A_WORD", 0)
    database = await prepared(postgres_database)
    door = Door(Intake(database, deadline=60, woken=lambda: None), clock, "P")
    for number in range(PEOPLE):
        await send(door, er7(control_id=f"{number}", mrn=f"H{number}", visit=f"V{number}"))
    await interpret_waiting(database, TRUST, datetime(2026, 3, 2, 10, tzinfo=UTC))
    async with database.reading() as reading:
        assert await reading.value(select(func.count()).select_from(encounters)) == PEOPLE
    await door.intake.close()
