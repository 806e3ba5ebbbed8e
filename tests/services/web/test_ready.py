"""Ready is who can keep what it is given: a database that still reads is not enough."""

import resource
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from shared.database import Database, DatabaseUnavailable
from shared.database.probing import probe
from shared.web import health
from shared.web.health import keeps


@contextmanager
def full(file: Path) -> Generator[None]:
    """No file of this process grows beyond the size that `file` has: as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_database_that_keeps_is_ready(any_database: Database) -> None:
    assert await keeps(any_database)()


async def test_a_full_disk_is_not_ready_and_is_again_once_there_is_room(
    sqlite_database: Database, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PROBE_SECONDS", 0.0)
    await probe(sqlite_database)
    ready = keeps(sqlite_database)
    with full(Path(f"{make_url(sqlite_url).database}-wal")):
        async with sqlite_database.reading():
            pass
        with pytest.raises(DatabaseUnavailable):
            await ready()
    assert await ready()


async def test_a_failed_try_is_not_taken_for_ready_by_the_next_who_asks(
    sqlite_database: Database, sqlite_url: str
) -> None:
    await probe(sqlite_database)
    ready = keeps(sqlite_database)
    with full(Path(f"{make_url(sqlite_url).database}-wal")), pytest.raises(DatabaseUnavailable):
        await ready()
    assert not await ready()
