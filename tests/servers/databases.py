"""Real databases for tests: a SQLite file, and a database of its own on a real PostgreSQL.

`HOMEWARD_TEST_POSTGRES` names a running server (a URL whose user may create databases); otherwise one is started for
the session from what is installed.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator, Sequence
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import MetaData, make_url

from shared.database import Database
from shared.database.postgresql import SERVER
from stack import postgres

# A machine that tests crowd stops a test for seconds between two statements; processes of the product keep their limit.
SERVER["idle_in_transaction_session_timeout"] = "60s"


@pytest.fixture(scope="session")
def postgres_server() -> Generator[str]:
    """The URL of a running PostgreSQL."""
    given = os.environ.get("HOMEWARD_TEST_POSTGRES")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="homeward-postgres-"))
    server = postgres.start(folder, durable=False)
    try:
        yield server.url()
    finally:
        postgres.kill(server)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def tables() -> tuple[MetaData, ...]:
    """The tables that the databases of a folder's tests hold from the start, empty, where its conftest says so.

    On PostgreSQL they are copied, which takes a fifth of making them; whoever makes them finds them there.
    """
    return ()


@pytest.fixture(scope="session")
def copied(postgres_server: str) -> Generator[dict[tuple[MetaData, ...], str]]:
    """The databases that others are copied from, by the tables in them."""
    made = {(): "template0"}
    yield made
    asyncio.run(_drop(postgres_server, [name for tables, name in made.items() if tables]))


async def _drop(server: str, names: Sequence[str]) -> None:
    admin = await _admin(server)
    for name in names:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


async def _admin(server: str) -> asyncpg.Connection:
    return await asyncpg.connect(make_url(server).set(drivername="postgresql").render_as_string(hide_password=False))


def _url(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def _made(server: str, admin: asyncpg.Connection, tables: Sequence[MetaData]) -> str:
    """A database with `tables` in it; its name."""
    name = f"homeward_{uuid4().hex[:12]}"
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    database = await Database.open(_url(server, name))
    for metadata in tables:
        await database.create_all(metadata)
    await database.close()
    return name


@pytest_asyncio.fixture
async def postgres_url(
    postgres_server: str, copied: dict[tuple[MetaData, ...], str], tables: tuple[MetaData, ...]
) -> AsyncGenerator[str]:
    """The URL of a database with nothing kept in it, this test's own."""
    name = f"homeward_{uuid4().hex[:12]}"
    admin = await _admin(postgres_server)
    try:
        if tables not in copied:
            copied[tables] = await _made(postgres_server, admin, tables)
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {copied[tables]}")
        yield _url(postgres_server, name)
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a file that is not there yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'homeward.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, of each kind in turn."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest_asyncio.fixture
async def any_database(database_url: str) -> AsyncGenerator[Database]:
    """An open, empty database, of each kind in turn."""
    database = await Database.open(database_url)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def sqlite_database(sqlite_url: str) -> AsyncGenerator[Database]:
    """An open, empty SQLite file."""
    database = await Database.open(sqlite_url)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def postgres_database(postgres_url: str) -> AsyncGenerator[Database]:
    """An open, empty database on PostgreSQL."""
    database = await Database.open(postgres_url)
    yield database
    await database.close()
