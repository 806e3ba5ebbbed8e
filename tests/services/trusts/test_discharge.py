"""Two trusts in one database, with the same codes, staff ids, stays and people: neither sees or changes the other's."""

from pathlib import Path

from services.discharge.handlers.setup import apply
from services.discharge.store import cover, setup
from services.discharge.tables import cases as case_tables
from services.discharge.tables import metadata
from shared.database import Database
from tests.services.discharge.door import Door, door
from tests.services.discharge.riverside import MONDAY, TRUST
from tests.services.trusts.asking import of_somebody_else, sizes, standing, unasked
from tests.services.trusts.discharge_play import play
from tests.services.trusts.hospital_twice import OTHER, hospital


async def opened(database: Database, keys: Path) -> Door:
    """Discharge on an empty database."""
    assert case_tables.cases.metadata is metadata
    await database.create_all(metadata)
    return door(database, keys)


async def test_a_trust_is_told_the_same_whether_or_not_another_is_there(
    sqlite_database: Database, postgres_database: Database, tmp_path: Path
) -> None:
    first = await opened(sqlite_database, tmp_path)
    alone = await play(first, TRUST)
    assert unasked(first.service.app, alone) == set()
    refused = {(route, status) for route, status, _ in alone.told if status >= 400}
    assert refused == {("GET /wards/{ward}", 404), ("GET /cases/{case}/sheet", 409)}
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


async def test_setting_up_one_trust_waits_for_nobody_of_another(postgres_database: Database, tmp_path: Path) -> None:
    await opened(postgres_database, tmp_path)
    for trust in (TRUST, OTHER):
        async with postgres_database.transaction() as tx:
            await apply(tx, hospital(trust), MONDAY)
    async with postgres_database.transaction() as elsewhere:
        await cover.lock_clusters(elsewhere, OTHER, ["north"])
        async with postgres_database.transaction() as tx:
            await setup.lock_all_clusters(tx, TRUST)
