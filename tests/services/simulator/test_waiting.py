"""A simulator that nobody listens to says so."""

import asyncio
from pathlib import Path

import pytest

from services.simulator import service
from services.simulator.channels.rest import Reception
from services.simulator.service import Playing, play
from stack.ports import free_port
from tests.processes.programs import EXAMPLE
from tests.processes.waiting import until


async def test_while_nobody_listens_it_says_once_whom_it_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, ask = 0, Reception.somebody

    async def somebody(reception: Reception, role: str) -> str | None:
        nonlocal tries
        tries += 1
        return await ask(reception, role)

    monkeypatch.setattr(Reception, "somebody", somebody)
    monkeypatch.setattr(service, "RETRY_SECONDS", 0.01)
    nobody = f"http://127.0.0.1:{free_port()}"
    said: list[str] = []
    stop = asyncio.Event()
    waiting = asyncio.create_task(
        play(Playing(EXAMPLE, tmp_path / "kept.json", discharge_url=nobody), stop, said.append)
    )
    await until(lambda: tries > 5, 30)
    stop.set()
    await waiting
    assert said == [f"waits for the services at {nobody}"]
