"""The simulator, assembled: one door, `play`."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2

from services.simulator.channels.mllp import Link
from services.simulator.channels.rest import Reception, Refusal
from services.simulator.handlers.acts import Team
from services.simulator.handlers.desk import keep_desks
from services.simulator.handlers.past import Telling, history, play_past
from services.simulator.handlers.present import play_present
from services.simulator.model import Hospital
from services.simulator.store import hospital as hospital_file
from services.simulator.store import progress as progress_file
from services.simulator.store.progress import Progress
from shared.faults import Mendable

RETRY_SECONDS = 1.0
TRIES_IN_SILENCE = 2
LIVE_LINKS = 2
SERVICE_UNAVAILABLE = 503


class NobodyToPlay(Mendable):
    """The services let nobody sign in by choosing a name, so the hospital has no people."""


@dataclass(frozen=True, slots=True)
class Playing:
    """What is played and to whom. `hospital` is the setup file; `kept` a small file that says how far it was played.

    `people` is about how many are in hospital at once; `speed` is simulated minutes a real minute, while the times in
    messages are real ones.
    """

    hospital: Path
    kept: Path
    mllp_host: str = "127.0.0.1"
    mllp_port: int = 2575
    discharge_url: str = "http://127.0.0.1:8002"
    notifications_url: str = "http://127.0.0.1:8003"
    seed: int = 1
    people: int = 150
    speed: float = 10.0
    history: timedelta = timedelta(days=14)
    links: int = 6


async def play(
    playing: Playing,
    stop: asyncio.Event,
    tell: Callable[[str], None] = lambda _: None,
    shown: Callable[[int, int], None] = lambda _, __: None,
) -> None:
    """Play the hospital until `stop`; `tell` is given a line for people at each turn, with nothing of a patient in it,
    and `shown` how much of the past is played, of how much.

    A run that finds `kept` carries on where the last one stopped, with its seed and its size. Raises `NotAStory`,
    ValueError or OSError for files that cannot be read, `NobodyToPlay` when nobody can sign in.
    """
    wards = hospital_file.read(playing.hospital)
    progress = _progress(playing, datetime.now(UTC))
    if (progress.seed, progress.people) != (playing.seed, playing.people):
        tell(f"carries on seed {progress.seed} with about {progress.people} people, as {playing.kept} says")
    working = asyncio.create_task(_work(playing, wards, progress, Telling(tell, shown)))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working


def _progress(playing: Playing, now: datetime) -> Progress:
    known = progress_file.load(playing.kept)
    if known is None:
        progress = progress_file.begun(playing.seed, playing.people, now, playing.history, playing.speed)
    else:
        progress = progress_file.gone_on(known, now, playing.speed)
    progress_file.save(playing.kept, progress)
    return progress


async def _work(playing: Playing, hospital: Hospital, progress: Progress, telling: Telling) -> None:
    def save(now: Progress) -> None:
        progress_file.save(playing.kept, now)

    waits = _waiting(telling.tell)
    async with _connected(playing, waits) as (links, reception):
        team = Team(reception, progress.wall, await _lead(reception, waits))
        if not progress.history_done:
            await play_past(await history(progress, hospital), hospital, progress, links, team, telling)
            progress = replace(progress, history_done=True, played_until=progress.stretches[1].story_from)
            save(progress)
        telling.tell(f"live: each minute here is {progress.stretches[-1].speed:g} in the hospital")
        async with asyncio.TaskGroup() as group:
            group.create_task(play_present(hospital, progress, links[:LIVE_LINKS], team, save))
            group.create_task(keep_desks(team))


@asynccontextmanager
async def _connected(playing: Playing, waits: Callable[[str], None]) -> AsyncGenerator[tuple[list[Link], Reception]]:
    links = [Link(playing.mllp_host, playing.mllp_port, waits) for _ in range(max(playing.links, 1))]
    async with httpx2.AsyncClient(timeout=30, trust_env=False) as client:
        try:
            yield links, Reception(client, playing.discharge_url, playing.notifications_url)
        finally:
            for link in links:
                await link.close()


def _waiting(tell: Callable[[str], None]) -> Callable[[str], None]:
    """To be called whenever nobody answers at an address: says so once, and not before it has happened twice."""
    tries = Counter[str]()

    def waits(address: str) -> None:
        tries[address] += 1
        if tries[address] == TRIES_IN_SILENCE:
            tell(f"waits for the services at {address}")

    return waits


async def _lead(reception: Reception, waits: Callable[[str], None]) -> str:
    """Somebody who sees all cases; waits while the services are starting."""
    while True:
        try:
            lead = await reception.somebody("lead")
            if lead is not None:
                return lead
        except Refusal as refusal:
            if refusal.status not in (0, SERVICE_UNAVAILABLE):
                raise NobodyToPlay(
                    f"the simulator cannot choose who to be: discharge {refusal}. Start the services with "
                    "`homeward run --demonstration --no-simulate`"
                ) from refusal
            waits(reception.discharge)
        await asyncio.sleep(RETRY_SECONDS)
