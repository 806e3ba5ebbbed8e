"""Every query of a store is of one trust: asked for another, of the same ids, it finds what there is in nothing."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from shared.database import Database
from tests.services.trusts import admissions_play, discharge_play, notifications_play
from tests.services.trusts.recorded import recording
from tests.services.trusts.test_admissions import opened as admissions
from tests.services.trusts.test_discharge import opened as discharge
from tests.services.trusts.test_notifications import opened as notifications

TRUST = "RXX"
PLAYED: dict[str, tuple[Any, Any]] = {
    "admissions": (admissions, admissions_play.play),
    "discharge": (discharge, discharge_play.play),
    "notifications": (notifications, notifications_play.play),
}


@pytest.fixture
async def nothing(tmp_path: Path) -> AsyncGenerator[Database]:
    """A database of which nobody has made use."""
    database = await Database.open(f"sqlite:///{tmp_path / 'nothing.db'}")
    yield database
    await database.close()


@pytest.mark.parametrize("service", PLAYED)
async def test_of_a_trust_nobody_knows_there_is_nothing(
    service: str, sqlite_database: Database, nothing: Database, tmp_path: Path
) -> None:
    opened, play = PLAYED[service]
    with recording(service) as (calls, named):
        await play(await opened(sqlite_database, tmp_path), TRUST)
    await opened(nothing, tmp_path)
    assert named - {call.name for call in calls.values()} == set(), "never asked"
    asked = {key: call for key, call in calls.items() if not call.only_adds}
    found = {key: (await call.again(sqlite_database), await call.again(nothing)) for key, call in asked.items()}
    assert {key: told for key, (told, empty) in found.items() if told != empty} == {}
