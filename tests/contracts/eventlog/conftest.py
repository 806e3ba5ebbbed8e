"""The same house on each carrier."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from shared.database import Database
from tests.contracts.eventlog.house import House, build


@pytest.fixture(params=["embedded-sqlite", "embedded-postgresql", "kafka-sqlite", "kafka-postgresql"])
def carried(request: pytest.FixtureRequest) -> tuple[str, str | None, str]:
    """Each carrier in turn: a database's URL, Kafka's address, a topic."""
    carrier, database = request.param.split("-")
    url = request.getfixturevalue("postgres_url" if database == "postgresql" else "sqlite_url")
    if carrier == "kafka":
        return url, request.getfixturevalue("kafka_bootstrap"), request.getfixturevalue("topic")
    return url, None, "homeward.test.v1"


@pytest_asyncio.fixture
async def house(carried: tuple[str, str | None, str]) -> AsyncGenerator[House]:
    """A house on each carrier in turn."""
    url, bootstrap, topic = carried
    database = await Database.open(url)
    yield await build(database, bootstrap, topic)
    await database.close()
