"""Plays the past, fast: over several links at once, those who are still here first."""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, groupby, takewhile

from services.simulator.channels.mllp import Link, send_all
from services.simulator.channels.rest import Refusal
from services.simulator.handlers.acts import Team
from services.simulator.handlers.messages import bytes_of
from services.simulator.handlers.morning import look_at_all_but_the_news, take_old_alerts
from services.simulator.handlers.turns import in_turns
from services.simulator.handlers.wards import accept_hand_overs, share_out, workers
from services.simulator.model import Done, Hospital
from services.simulator.rules.history import History, arranged
from services.simulator.rules.plan import steps
from services.simulator.store.progress import Progress

AT_ONCE = 4
KNOWN_SHARE = 0.9
LOOK_SECONDS = 1.0
WAIT_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Telling:
    """How people hear of it: `tell` is given lines, with nothing of a patient in them; `shown` how many messages and
    acts of the past are played, of how many.
    """

    tell: Callable[[str], None]
    shown: Callable[[int, int], None] = lambda _, __: None

    def counting(self, of: int) -> Callable[[], None]:
        """To be called when one more of `of` is done."""
        done = count(1)
        return lambda: self.shown(next(done), of)


async def history(progress: Progress, hospital: Hospital) -> History:
    """What happened before the first live moment."""
    live_from = progress.stretches[1].story_from
    told = steps(progress.seed, hospital, progress.people, progress.begin)
    return arranged([step async for step in in_turns(takewhile(lambda step: step.at < live_from, told))])


async def play_past(
    past: History, hospital: Hospital, progress: Progress, links: list[Link], team: Team, telling: Telling
) -> None:
    """Send the past's messages and do the people's acts: those who can go first, those who have left last."""
    tell, one_more = telling.tell, telling.counting(len(past))
    tell(f"{len(past.people)} people in hospital: sending their {len(past.here)} messages")
    await send_all(links, [(step.story, bytes_of(step.adt, hospital, progress)) for step in past.here], one_more)
    await _until(team, past.people, team.has)
    tell(f"their teams take over, and {len(past.acts)} acts are recorded")
    await _share(team)
    await _do_all(past.acts, team, one_more)
    tell(f"sending {len(past.gone)} messages of people who have left")
    await send_all(links, [(step.story, bytes_of(step.adt, hospital, progress)) for step in past.gone], one_more)
    called = frozenset(act.mrn for act in past.calls)
    await _until(team, called, team.is_home)
    tell(f"telephoning {len(called)} people who are at home")
    await _do_all(past.calls, team, one_more)
    await _share(team)
    await _morning(team)


async def _morning(team: Team) -> None:
    """They have looked at their people since last evening; what is old has been taken."""
    with contextlib.suppress(Refusal):
        now = datetime.now(UTC)
        await look_at_all_but_the_news(team, await workers(team), now)
        await take_old_alerts(team, now)


async def _share(team: Team) -> None:
    """The teams take over who was moved to them, and share their people out."""
    with contextlib.suppress(Refusal):
        who = await workers(team)
        await team.look()
        await accept_hand_overs(team, who)
        await share_out(team, who)


async def _until(team: Team, people: Collection[str], known: Callable[[str], bool]) -> None:
    """Wait until nearly all `people` are known so, by hospital number; what is late is looked for in its turn."""
    for _ in range(WAIT_SECONDS):
        with contextlib.suppress(Refusal):
            await team.look()
        if sum(known(mrn) for mrn in people) >= KNOWN_SHARE * len(people):
            return
        await asyncio.sleep(LOOK_SECONDS)


async def _do_all(acts: Sequence[Done], team: Team, one_more: Callable[[], None]) -> None:
    """Several people at once; what is recorded about one person keeps its order."""
    stories = iter([list(of) for _, of in groupby(acts, key=lambda act: act.story)])

    async def worker() -> None:
        for story in stories:
            for act in story:
                await team.do(act)
                one_more()

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(worker())
