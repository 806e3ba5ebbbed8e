"""What every test may ask for: real databases, a real Kafka."""

from tests.servers.brokers import kafka_bootstrap, topic
from tests.servers.databases import (
    any_database,
    database_url,
    postgres_database,
    postgres_server,
    postgres_url,
    sqlite_database,
    sqlite_url,
)

__all__ = [
    "any_database",
    "database_url",
    "kafka_bootstrap",
    "postgres_database",
    "postgres_server",
    "postgres_url",
    "sqlite_database",
    "sqlite_url",
    "topic",
]
