"""A real Apache Kafka for tests.

`HOMEWARD_TEST_KAFKA` names a running one; otherwise one is started for the session.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from shared.eventlog.kafka import Topic, ensure_topics
from stack import kafka


@pytest.fixture(scope="session")
def kafka_bootstrap() -> Generator[str]:
    """The address of a running Kafka."""
    given = os.environ.get("HOMEWARD_TEST_KAFKA")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="homeward-kafka-"))
    server = kafka.start(folder)
    try:
        yield server.bootstrap
    finally:
        kafka.stop(server)
        shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture
async def topic(kafka_bootstrap: str) -> str:
    """The name of an empty topic of three partitions, this test's own."""
    name = f"test.{uuid4().hex[:12]}"
    await ensure_topics(kafka_bootstrap, [Topic(name, 3, 1)])
    return name
