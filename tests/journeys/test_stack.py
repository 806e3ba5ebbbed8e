"""`homeward stack`: real PostgreSQL, real Kafka, four processes, until Ctrl-C."""

import re
import signal
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient

from shared.contracts.envelope import TOPIC_ALERTS
from tests.processes import programs
from tests.processes.programs import SERVICES, Hospital
from tests.processes.waiting import until

START_SECONDS = 120.0
STOP_SECONDS = 60.0


@pytest_asyncio.fixture
async def hospital() -> AsyncGenerator[Hospital]:
    """A hospital with nothing running."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("stack"))
        yield await stack.enter_async_context(programs.hospital(home))


def _running_in(folder: Path) -> list[str]:
    """The command lines of what runs and names `folder`."""
    found: list[str] = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            said = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in said and "homeward-stack-" in said:
            found.append(said[:120])
    return found


async def test_it_starts_says_how_to_read_the_alerts_and_leaves_nothing_behind(hospital: Hospital) -> None:
    folder = hospital.folder / "servers"
    folder.mkdir(mode=0o711)
    program = hospital.start("stack", "--folder", str(folder))
    await until(lambda: "kcat -b" in program.said() or program.process.poll() is not None, START_SECONDS, program.tail)
    found = re.search(r"kcat -b (\S+) -t (\S+)", program.said())
    assert found is not None, program.tail()
    assert found[2] == TOPIC_ALERTS
    await hospital.up(program, *SERVICES)
    admin = AIOKafkaAdminClient(bootstrap_servers=found[1])
    await admin.start()
    try:
        assert TOPIC_ALERTS in await admin.list_topics()
    finally:
        await admin.close()
    assert len([one for one in _running_in(folder) if "postgres" in one or "java" in one]) >= 2
    program.process.send_signal(signal.SIGINT)
    assert await program.ended(STOP_SECONDS) == 0, program.tail()
    assert "Stopped." in program.said()
    assert "Traceback" not in program.said()
    assert _running_in(folder) == []
    assert not any(programs.heard_at(port) for port in hospital.ports.values())
