"""Servers that a test may stop, kill and start again: its own, not the session's."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from stack import kafka as brokers
from stack import postgres as databases

DATABASE = "homeward"


@dataclass(slots=True)
class Servers:
    """A PostgreSQL and a Kafka, each at one port for good."""

    home: Path
    postgres: databases.Postgres
    kafka: brokers.Kafka

    @property
    def settings(self) -> dict[str, str]:
        """What Homeward is told of them."""
        return {"database_url": self.postgres.url(DATABASE), "kafka": self.kafka.bootstrap}

    async def kill_postgres(self) -> None:
        """As a power cut would."""
        await asyncio.to_thread(databases.kill, self.postgres)

    async def start_postgres(self) -> None:
        """Start it again on its files."""
        self.postgres = await asyncio.to_thread(databases.start, self.postgres.folder, self.postgres.port)

    async def kill_kafka(self) -> None:
        """As a power cut would."""
        await asyncio.to_thread(brokers.kill, self.kafka)

    async def start_kafka(self) -> None:
        """Start it again on its files."""
        self.kafka = await asyncio.to_thread(brokers.start, self.kafka.folder, self.kafka.port)


@asynccontextmanager
async def servers(home: Path) -> AsyncGenerator[Servers]:
    """A PostgreSQL with an empty database and a Kafka without topics, whose files lie in `home`."""
    database = await asyncio.to_thread(databases.start, home / "postgres")
    try:
        broker = await asyncio.to_thread(brokers.start, home / "kafka")
        made = Servers(home, database, broker)
        try:
            admin = await asyncpg.connect(f"postgresql://homeward@127.0.0.1:{database.port}/postgres")
            try:
                await admin.execute(f"CREATE DATABASE {DATABASE}")
            finally:
                await admin.close()
            yield made
        finally:
            if made.kafka.process.poll() is None:
                await asyncio.to_thread(brokers.kill, made.kafka)
    finally:
        await asyncio.to_thread(databases.kill, database)
