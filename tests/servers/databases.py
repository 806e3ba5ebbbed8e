"""Real databases for tests: a SQLite file, and a database of its own on a real PostgreSQL.

`HOMEWARD_TEST_POSTGRES` names a running server (a URL whose user may create databases); otherwise one is started for
the session from what is installed.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from pathlib import Path
from typing import NamedTuple
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


class Held(NamedTuple):
    """What a database holds from the start: tables, and what `filled` keeps in them."""

    tables: tuple[MetaData, ...] = ()
    filled: Callable[[Database], Awaitable[None]] | None = None


@pytest.fixture
def held() -> Held:
    """What the databases of a folder's tests hold, where its conftest says so; else nothing.

    It is made once and copied for each test, which takes a fifth of making it.
    """
    return Held()


@pytest.fixture(scope="session")
def copied(postgres_server: str) -> Generator[dict[Held, str]]:
    """The databases of PostgreSQL that others are copied from."""
    made = {Held(): "template0"}
    yield made
    asyncio.run(_drop(postgres_server, [name for held, name in made.items() if held != Held()]))


@pytest.fixture(scope="session")
def copied_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Held, Path]]:
    """A folder, and the SQLite files in it that others are copied from."""
    return tmp_path_factory.mktemp("held"), {}


async def _drop(server: str, names: Sequence[str]) -> None:
    admin = await _admin(server)
    for name in names:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


async def _admin(server: str) -> asyncpg.Connection:
    return await asyncpg.connect(make_url(server).set(drivername="postgresql").render_as_string(hide_password=False))


def _url(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def _fill(url: str, held: Held) -> None:
    database = await Database.open(url)
    for metadata in held.tables:
        await database.create_all(metadata)
    if held.filled is not None:
        await held.filled(database)
    await database.close()


@pytest_asyncio.fixture
async def postgres_url(postgres_server: str, copied: dict[Held, str], held: Held) -> AsyncGenerator[str]:
    """The URL of a database of this test's own, which holds `held` and nothing more."""
    name = f"homeward_{uuid4().hex[:12]}"
    admin = await _admin(postgres_server)
    try:
        if held not in copied:
            made = f"homeward_{uuid4().hex[:12]}"
            await admin.execute(f"CREATE DATABASE {made} TEMPLATE template0")
            await _fill(_url(postgres_server, made), held)
            copied[held] = made
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {copied[held]}")
        yield _url(postgres_server, name)
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()


@pytest_asyncio.fixture
async def sqlite_url(tmp_path: Path, copied_files: tuple[Path, dict[Held, Path]], held: Held) -> str:
    """The URL of a file of this test's own, which holds `held`; if that is nothing, it is not there yet."""
    folder, made = copied_files
    mine = tmp_path / "homeward.db"
    if held != Held():
        if held not in made:
            kept = folder / f"{len(made)}.db"
            await _fill(_sqlite(kept), held)
            made[held] = kept
        shutil.copyfile(made[held], mine)
    return _sqlite(mine)


def _sqlite(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database that holds `held`, of each kind in turn."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest_asyncio.fixture
async def any_database(database_url: str) -> AsyncGenerator[Database]:
    """An open database that holds `held`, of each kind in turn."""
    database = await Database.open(database_url)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def sqlite_database(sqlite_url: str) -> AsyncGenerator[Database]:
    """An open SQLite file that holds `held`."""
    database = await Database.open(sqlite_url)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def postgres_database(postgres_url: str) -> AsyncGenerator[Database]:
    """An open database on PostgreSQL that holds `held`."""
    database = await Database.open(postgres_url)
    yield database
    await database.close()
