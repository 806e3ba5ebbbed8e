"""Stopping, starting again, and what is said when it cannot start."""

import asyncio
import signal
import socket
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
import pytest_asyncio

from stack.ports import free_port
from tests.processes import books, programs
from tests.processes.adt import somebody
from tests.processes.programs import SERVICES, Hospital, Program
from tests.processes.sending import deliver
from tests.processes.waiting import until

PROMISED_SECONDS = 5.0
REFUSED = 3
SECONDS = 30.0


@pytest_asyncio.fixture
async def hospital() -> AsyncGenerator[Hospital]:
    """A hospital on SQLite with nothing running."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("stop"))
        yield await stack.enter_async_context(programs.hospital(home))


async def _run(hospital: Hospital) -> Program:
    return await hospital.up(hospital.start("run", "--demonstration", "--no-simulate"), *SERVICES)


async def _signed_in(hospital: Hospital, client: httpx2.AsyncClient) -> None:
    answer = await client.post(
        hospital.url("screens") + "/sign-in",
        data={"staff_id": "bronwen-hughes", "after": "/delays"},
        headers={"Origin": hospital.url("screens")},
    )
    assert answer.status_code in (302, 303), answer.text


async def _listen(hospital: Hospital, client: httpx2.AsyncClient, on: str, open_: asyncio.Event) -> None:
    """Follow a live region until the server ends it."""
    try:
        async with client.stream("GET", f"{hospital.url('screens')}/live?on={on}", timeout=None) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            open_.set()
            async for _ in answer.aiter_bytes():
                pass
    except httpx2.TransportError:
        assert open_.is_set()


async def test_it_stops_within_five_seconds_while_people_watch(hospital: Hospital) -> None:
    program = await _run(hospital)
    async with httpx2.AsyncClient() as client:
        await _signed_in(hospital, client)
        opened = [asyncio.Event() for _ in range(4)]
        listening = [
            asyncio.create_task(_listen(hospital, client, on, event))
            for on, event in zip(("alerts", "alerts", "cases", "cases"), opened, strict=True)
        ]
        try:
            async with asyncio.timeout(SECONDS):
                await asyncio.gather(*(event.wait() for event in opened))
            program.process.send_signal(signal.SIGINT)
            assert await program.ended(PROMISED_SECONDS) == 0, program.tail()
            async with asyncio.timeout(SECONDS):
                await asyncio.gather(*listening)
        finally:
            for each in listening:
                each.cancel()
    assert "Traceback" not in program.said(), program.said()


async def test_a_second_start_carries_on(hospital: Hospital) -> None:
    first, second = somebody(), somebody()
    program = await _run(hospital)
    await deliver(hospital.mllp, [first.a01()], SECONDS)
    await hospital.stop(program)
    program = await _run(hospital)
    history = await deliver(hospital.mllp, [second.a01()], SECONDS)
    async with books.books_of(hospital) as found:
        await found.settled()
        assert await found.number("SELECT count(*) FROM discharge_cases WHERE status = 'open'") == 2
        await found.check(history.accepted())


async def test_a_port_in_use_is_one_clear_line(hospital: Hospital) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", hospital.ports["discharge"]))
        other.listen()
        said = await hospital.command("run", "--demonstration", "--no-simulate", code=REFUSED)
    assert said.count("\n") == 1
    assert f"port {hospital.ports['discharge']}" in said


async def test_a_database_of_a_newer_version_is_one_clear_line(hospital: Hospital) -> None:
    with sqlite3.connect(hospital.folder / "data" / "homeward.db") as database:
        database.execute(
            "UPDATE alembic_version SET version_num = 'discharge_9999' WHERE version_num LIKE 'discharge%'"
        )
    database.close()
    said = await hospital.command("run", "--demonstration", "--no-simulate", code=REFUSED)
    assert said.count("\n") == 1
    assert "newer release" in said


async def test_a_second_on_the_same_data_is_refused_and_the_first_goes_on(hospital: Hospital) -> None:
    first = await _run(hospital)
    elsewhere = Hospital(hospital.folder, hospital.settings, {name: free_port() for name in hospital.ports})
    said = await elsewhere.command("run", "--demonstration", "--no-simulate", code=REFUSED)
    assert "already" in said
    async with httpx2.AsyncClient() as client:
        assert (await client.get(hospital.url("screens") + "/healthz")).status_code == 200
    first.process.kill()
    await asyncio.to_thread(first.process.wait)
    await _run(hospital)


async def test_stopped_while_it_is_being_loaded_it_says_nothing(hospital: Hospital) -> None:
    program = hospital.start("run", "--demonstration", "--no-simulate")
    maps = Path(f"/proc/{program.process.pid}/maps")
    await until(lambda: "pydantic_core" in maps.read_text(), SECONDS, program.tail)
    program.process.send_signal(signal.SIGINT)
    assert await program.ended(PROMISED_SECONDS) in (-signal.SIGINT, 128 + signal.SIGINT), program.tail()
    assert program.said() == ""


async def test_a_played_hospital_stops_in_the_middle_and_goes_on(hospital: Hospital) -> None:
    program = await hospital.up(hospital.start("run", "--demonstration", "--beds", "8"), *SERVICES)
    stopped = await _played_to_the_middle(hospital, program, more_than=5)
    program = await hospital.up(hospital.start("run", "--demonstration", "--beds", "5"), *SERVICES)
    await _played_to_the_middle(hospital, program, more_than=stopped)
    assert "carries on seed 1 with about 8 people" in " ".join(program.said().split())


async def _played_to_the_middle(hospital: Hospital, program: Program, *, more_than: int) -> int:
    async with books.books_of(hospital) as found:

        async def messages() -> bool:
            return await found.number("SELECT count(*) FROM admissions_messages") > more_than

        await until(messages, SECONDS, program.tail)
        program.process.send_signal(signal.SIGINT)
        assert await program.ended(PROMISED_SECONDS) == 0, program.tail()
        assert "Traceback" not in program.said(), program.said()
        return await found.number("SELECT count(*) FROM admissions_messages")


async def test_a_hospital_where_nobody_can_be_chosen_is_not_played(hospital: Hospital) -> None:
    await hospital.up(hospital.start("run", demonstration="false"), *SERVICES)
    said = await hospital.command("simulate", "--beds", "8", code=REFUSED)
    assert "homeward run --demonstration" in said
    assert "Traceback" not in said
