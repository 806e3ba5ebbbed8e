"""Two trusts with alerts at once: neither sees or changes the other's."""

from pathlib import Path

from services.notifications import service as notifications
from services.notifications.tables import metadata
from shared.clock import SettableClock
from shared.database import Database
from shared.passes import ensure_keys, load_signer
from shared.settings import Settings
from shared.wiring import Dependencies
from tests.services.trusts.asking import of_somebody_else, sizes, standing, unasked
from tests.services.trusts.hospital_twice import OTHER
from tests.services.trusts.notifications_play import NOON, TRUST, Door, play


async def opened(database: Database, keys: Path) -> Door:
    """Notifications on an empty database."""
    await database.create_all(metadata)
    settings = Settings(data=keys, processing_id="P")  # type: ignore[call-arg]
    ensure_keys(settings.keys())
    clock = SettableClock(NOON)
    service = notifications.create(Dependencies(settings, clock, database))
    return Door(database, clock, service, load_signer(settings.keys()))


async def test_a_trust_is_told_the_same_whether_or_not_another_is_there(
    sqlite_database: Database, postgres_database: Database, tmp_path: Path
) -> None:
    first = await opened(sqlite_database, tmp_path)
    alone = await play(first, TRUST)
    assert unasked(first.service.app, alone) == set()
    assert [one for one in alone.told if one[1] >= 400] == []
    beside = await opened(postgres_database, tmp_path)
    theirs = await play(beside, OTHER)
    before = await standing(postgres_database, metadata)
    ours = await play(beside, TRUST)
    assert ours.told == alone.told
    after = await standing(postgres_database, metadata)
    assert before - after == {}, "rows of the other trust are no longer what they were"
    assert sizes(after) - sizes(before) == sizes(await standing(sqlite_database, metadata))
    await of_somebody_else(ours.asked, theirs)
    assert after - await standing(postgres_database, metadata) == {}, "rows of this trust are no longer what they were"
