"""What is kept together: nobody's fault is a neighbour's, a group has its bounds, and closing waits."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Never

import asyncpg
import pytest
from sqlalchemy import make_url

from services.admissions.arrivals import Arrival, of_er7
from services.admissions.handlers import receive
from services.admissions.handlers.answer import Door
from services.admissions.handlers.keeping import Fate, Stored, keep_group
from services.admissions.handlers.receive import Intake
from services.admissions.handlers.setup import set_up
from services.admissions.tables import metadata
from shared.database import Database
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_faults import prepared
from tests.services.admissions.test_receive import send

NOW = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
ENHANCED = er7().replace(b"|2.4\r", b"|2.4|||AL|NE\r")


def arrival(control_id: str) -> Arrival:
    """A message, as if it came now."""
    return of_er7(er7(control_id=control_id), trust=TRUST, feed="mllp", received_at=NOW, processing_id="P")


async def test_who_cannot_make_use_of_its_fate_harms_no_neighbour(door: Door) -> None:
    def faulty(_fate: Fate) -> Never:
        raise ValueError("of this one only")

    first = door.intake.have_kept(arrival("first"), "AA", faulty)
    second = door.intake.offer(arrival("second"))
    async with asyncio.timeout(30):
        with pytest.raises(ValueError, match="of this one only"):
            await first
        assert isinstance(await second, Stored)


async def test_a_repeat_has_the_code_by_which_the_first_was_answered(door: Door) -> None:
    first, again = await send(door, ENHANCED), await send(door, ENHANCED)
    assert isinstance(first.fate, Stored)
    assert (first.fate.answer, again.fate) == ("CA", Stored(first.fate.id, "CA", repeat=True))


async def test_closing_waits_for_the_commit_in_progress(postgres_database: Database, postgres_url: str) -> None:
    intake = Intake(await prepared(postgres_database), deadline=60, woken=lambda: None)
    other = await asyncpg.connect(
        make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    async with other.transaction():
        await other.execute("LOCK TABLE admissions_messages")
        sending = intake.offer(arrival("late"))
        await asyncio.sleep(0)
        closing = asyncio.create_task(intake.close())
        await asyncio.wait({closing}, timeout=0.5)
        assert not closing.done()
    await closing
    assert sending.done()
    assert isinstance(sending.result(), Stored)
    await other.close()


@pytest.mark.parametrize(("bound", "most"), [("MOST_MESSAGES", 3), ("MOST_BYTES", 1)])
async def test_a_group_has_its_bounds(
    database: Database, monkeypatch: pytest.MonkeyPatch, bound: str, most: int
) -> None:
    sizes: list[int] = []

    async def counted(database: Database, group: Sequence[Arrival], answers: Mapping[str, str]) -> list[Any]:
        sizes.append(len(group))
        return list(await keep_group(database, group, answers))

    monkeypatch.setattr(receive, "keep_group", counted)
    monkeypatch.setattr(receive, bound, most)
    intake = Intake(database, deadline=60, woken=lambda: None)
    fates = await asyncio.gather(*(intake.offer(arrival(f"{number}")) for number in range(10)))
    assert all(isinstance(one, Stored) for one in fates)
    assert (max(sizes), sum(sizes)) == (most, 10)
    await intake.close()


async def test_that_no_trust_is_set_up_is_never_remembered(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "KNOWN_SECONDS", 3600.0)
    await any_database.create_all(metadata)
    intake = Intake(any_database, deadline=60, woken=lambda: None)
    assert await intake.trust_of("mllp", "PAS", TRUST) is None
    async with any_database.transaction() as tx:
        await set_up(tx, TRUST, NOW, {})
    assert await intake.trust_of("mllp", "PAS", TRUST) == TRUST
