"""`homeward stack`: real PostgreSQL, real Kafka, four processes, until Ctrl-C; a message sent in comes out of them."""

import re
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest_asyncio
from playwright.async_api import expect

from shared.contracts.envelope import TOPIC_ALERTS, TOPIC_CASES
from tests.processes import desks, programs
from tests.processes.adt import somebody
from tests.processes.programs import SERVICES, Hospital
from tests.processes.sending import deliver
from tests.processes.topics import Record, Topic
from tests.processes.waiting import until

START_SECONDS = 120.0
STOP_SECONDS = 60.0
SECONDS = 60.0
NURSE = "gareth-lloyd"
NO_WARD = "NOWHERE^Q^Q77"
"""A bed of a ward nobody told Homeward of, where nobody whom the stack plays lies."""


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


async def _seen_and_announced(hospital: Hospital, bootstrap: str, alerts: str) -> None:
    """Two people are admitted over MLLP: who is named for one is on a page and on Kafka, an alert for the other too."""
    known, lost = somebody("Stackson"), somebody("Lostson", place=NO_WARD)
    history = await deliver(hospital.mllp, [known.a01(), lost.a01()], SECONDS)
    assert set(map(tuple, history.answers.values())) == {("AA",)}
    async with desks.desk(hospital, SECONDS) as desk:
        await desk.sign_in(NURSE)
        await desk.open("/wards/willow")
        await desk.row("STACKSON").get_by_role("link").first.click()
        await desk.page.wait_for_url("**/cases/*")
        case_id = desk.page.url.partition("?")[0].rpartition("/")[2]
        announced = await _read(bootstrap, TOPIC_CASES, lambda one: one.key == case_id)
        name = announced.state["holding"]["coordinator_name"]
        assert name
        await expect(desk.page.locator(".app-patient__owner")).to_contain_text(name)
    alert = await _read(bootstrap, alerts, lambda one: one.state["bed"] == "Q77")
    assert (alert.state["kind"], alert.state["status"], alert.state["ward_id"]) == ("uncovered", "raised", None)


async def _read(bootstrap: str, name: str, wanted: Callable[[Record], bool]) -> Record:
    """The first record of a topic that is wanted."""
    topic = Topic(bootstrap, name)
    try:
        return next(filter(wanted, await topic.until(lambda read: any(map(wanted, read)), SECONDS)))
    finally:
        topic.close()


async def test_it_starts_says_how_to_read_the_alerts_and_leaves_nothing_behind(hospital: Hospital) -> None:
    folder = hospital.folder / "servers"
    folder.mkdir(mode=0o711)
    program = hospital.start("stack", "--folder", str(folder))
    await until(lambda: "kcat -b" in program.said() or program.process.poll() is not None, START_SECONDS, program.tail)
    found = re.search(r"kcat -b (\S+) -t (\S+)", program.said())
    assert found is not None, program.tail()
    assert found[2] == TOPIC_ALERTS
    await hospital.up(program, *SERVICES)
    await _seen_and_announced(hospital, found[1], found[2])
    assert len([one for one in _running_in(folder) if "postgres" in one or "java" in one]) >= 2
    program.process.send_signal(signal.SIGINT)
    assert await program.ended(STOP_SECONDS) == 0, program.tail()
    assert "Stopped." in program.said()
    assert "Traceback" not in program.said()
    assert _running_in(folder) == []
    assert not any(programs.heard_at(port) for port in hospital.ports.values())
