"""The relay's position says what Kafka has, not what Kafka was asked to take."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest_asyncio
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,  # pyright: ignore[reportPrivateImportUsage]
    ConfigEntry,  # pyright: ignore[reportPrivateImportUsage]
    ConfigResource,  # pyright: ignore[reportPrivateImportUsage]
    ResourceType,  # pyright: ignore[reportPrivateImportUsage]
)
from sqlalchemy import func, select
from structlog.testing import capture_logs

from shared.database import Database
from tests.contracts.eventlog.house import House, build, event, until

SMALL, LARGE = 1_000, 10_000


@pytest_asyncio.fixture
async def shipped(sqlite_database: Database, kafka_bootstrap: str, topic: str) -> AsyncGenerator[House]:
    """A house whose events go through Kafka."""
    yield await build(sqlite_database, kafka_bootstrap, topic)


def _allow(house: House, size: int) -> None:
    """Let the topic take records of at most `size` bytes."""
    largest = ConfigEntry("max.message.bytes", str(size), incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, house.source.topic, incremental_configs=[largest])
    admin = AdminClient({"bootstrap.servers": house.bootstrap or ""})
    for done in admin.incremental_alter_configs([resource]).values():
        done.result(30)


async def _positions(house: House) -> Sequence[int]:
    async with house.database.reading() as reading:
        table = house.source.positions
        rows = await reading.rows(select(func.max(table.c.no).label("no")).where(table.c.consumer == "relay"))
    return [row.no for row in rows if row.no is not None]


async def test_the_position_does_not_pass_what_kafka_refused(shipped: House) -> None:
    await asyncio.to_thread(_allow, shipped, SMALL)
    await shipped.announce(event("a", 1, data=b'"' + b"x" * LARGE + b'"'))
    with capture_logs() as logged:

        async def refused_or_passed() -> bool:
            return any(line["event"] == "relay_waits" for line in logged) or bool(await _positions(shipped))

        async with shipped.running():
            await until(refused_or_passed)
            assert await _positions(shipped) == []
            await asyncio.to_thread(_allow, shipped, 10 * LARGE)
            await shipped.until_seen(("a", 1))

            async def has_passed() -> bool:
                return await _positions(shipped) == [1]

            await until(has_passed)
    assert await shipped.seen() == [("a", 1)]
