"""The same house on each carrier."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from shared.database import Database
from tests.contracts.eventlog.house import House, build


@pytest.fixture(params=["embedded-sqlite", "embedded-postgresql", "kafka"])
def carried(request: pytest.FixtureRequest) -> tuple[str, str | None, str]:
    """Each carrier in turn: a database's URL, Kafka's address, a topic."""
    if request.param == "kafka":
        bootstrap, topic = request.getfixturevalue("kafka_bootstrap"), request.getfixturevalue("topic")
        return request.getfixturevalue("sqlite_url"), bootstrap, topic
    url = "postgres_url" if request.param == "embedded-postgresql" else "sqlite_url"
    return request.getfixturevalue(url), None, "homeward.test.v1"


@pytest_asyncio.fixture
async def house(carried: tuple[str, str | None, str]) -> AsyncGenerator[House]:
    """A house on each carrier in turn."""
    url, bootstrap, topic = carried
    database = await Database.open(url)
    yield await build(database, bootstrap, topic)
    await database.close()
