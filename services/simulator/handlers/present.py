"""Plays the present, at its speed, from where it stopped."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from datetime import UTC, datetime

from services.simulator.channels.mllp import Link
from services.simulator.handlers.acts import Team
from services.simulator.handlers.messages import bytes_of
from services.simulator.handlers.turns import in_turns
from services.simulator.model import Done, Hospital, Sent, Step
from services.simulator.rules.plan import steps
from services.simulator.store.progress import Progress

SAVE_SECONDS = 2.0


async def play_present(
    hospital: Hospital, progress: Progress, links: list[Link], team: Team, save: Callable[[Progress], None]
) -> None:
    """Play for ever; cancel it to stop. What was sent is kept at the latest `SAVE_SECONDS` later and when cancelled."""
    saved = time.monotonic()
    try:
        async for step in from_here(hospital, progress):
            await _sleep_until(progress.wall(step.at))
            await _play(step, hospital, progress, links, team)
            progress = replace(progress, played_until=step.at)
            if time.monotonic() - saved > SAVE_SECONDS:
                save(progress)
                saved = time.monotonic()
    finally:
        save(progress)


async def from_here(hospital: Hospital, progress: Progress) -> AsyncGenerator[Step]:
    """The steps that are still to be played, without end. Those that were played are told again first, in turns."""
    async for step in in_turns(steps(progress.seed, hospital, progress.people, progress.begin)):
        # The instant itself is played again: what was sent twice is known by its bytes, what was done twice by its key.
        if step.at >= progress.played_until:
            yield step


async def _play(step: Step, hospital: Hospital, progress: Progress, links: list[Link], team: Team) -> None:
    match step:
        case Sent():
            await links[step.story % len(links)].send(bytes_of(step.adt, hospital, progress))
        case Done():
            await team.do(step)


async def _sleep_until(wall: datetime) -> None:
    seconds = (wall - datetime.now(UTC)).total_seconds()
    await asyncio.sleep(max(0.0, seconds))
