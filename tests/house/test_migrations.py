"""The migrations make exactly the tables the code describes, once, and never touch a newer database."""

import asyncio
from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from migrations.owners import OWNERS, metadata_of
from migrations.upgrade import DatabaseIsNewer, pending, upgrade
from shared.database.tending import tend


def _differences(owner: str) -> Callable[[Connection], list[object]]:
    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or (name or "").startswith(f"{owner}_")

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"include_name": ours})
        return list(compare_metadata(context, metadata_of(owner)))

    return differences


@pytest.mark.parametrize("owner", OWNERS)
async def test_the_tables_are_those_the_code_describes(database_url: str, owner: str) -> None:
    await tend(database_url, lambda connection: upgrade(connection, (owner,)))
    assert await tend(database_url, _differences(owner)) == []


async def test_a_second_upgrade_finds_nothing_to_do(database_url: str) -> None:
    first = await tend(database_url, upgrade)
    assert first.before == ()
    assert len(first.after) == len(OWNERS)
    assert await tend(database_url, pending) == ()
    second = await tend(database_url, upgrade)
    assert second.before == second.after == first.after


async def test_two_migrators_at_once(postgres_url: str) -> None:
    both = await asyncio.gather(tend(postgres_url, upgrade), tend(postgres_url, upgrade))
    assert {done.after for done in both} == {both[0].after}
    assert () in {done.before for done in both}


async def test_a_newer_database_is_left_alone(database_url: str) -> None:
    def from_the_future(connection: Connection) -> None:
        connection.execute(
            text("UPDATE alembic_version SET version_num = 'discharge_9999' WHERE version_num LIKE 'dis%'")
        )
        connection.commit()

    await tend(database_url, upgrade)
    await tend(database_url, from_the_future)
    with pytest.raises(DatabaseIsNewer):
        await tend(database_url, upgrade)
