"""How far the hospital has been played, in a small file, so that the next run carries on and admits nobody twice."""

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from services.simulator.model import Stretch
from shared.faults import Mendable


class NotAStory(Mendable):
    """The file that says how far the hospital was played is not one."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The story that is played: its seed, size and beginning, how far it is played, how its time became real time."""

    seed: int
    people: int
    begin: datetime
    played_until: datetime
    stretches: tuple[Stretch, ...]
    history_done: bool = False

    def wall(self, at: datetime) -> datetime:
        """The real instant of the story's `at`."""
        stretch = next((one for one in reversed(self.stretches) if one.story_from < at), self.stretches[0])
        return stretch.wall(at)


def begun(seed: int, people: int, now: datetime, history: timedelta, speed: float) -> Progress:
    """A new story, whose past of the length `history` ends at `now`."""
    begin = (now - history).replace(hour=0, minute=0, second=0, microsecond=0)
    return Progress(seed, people, begin, begin, (Stretch(begin, begin, 1.0), Stretch(now, now, speed)))


def gone_on(progress: Progress, now: datetime, speed: float) -> Progress:
    """The same story from where it stopped, its next minute being `now`'s."""
    if not progress.history_done:
        return progress
    return replace(progress, stretches=(*progress.stretches, Stretch(progress.played_until, now, speed)))


def load(path: Path) -> Progress | None:
    """What the file says, or nothing when there is none. Raises `NotAStory` for a file that is not ours."""
    if not path.exists():
        return None
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Progress(
            seed=int(said["seed"]),
            people=int(said["people"]),
            begin=datetime.fromisoformat(said["begin"]),
            played_until=datetime.fromisoformat(said["played_until"]),
            stretches=tuple(
                Stretch(
                    datetime.fromisoformat(one["story_from"]),
                    datetime.fromisoformat(one["wall_from"]),
                    float(one["speed"]),
                )
                for one in said["stretches"]
            ),
            history_done=bool(said["history_done"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NotAStory(f"{path} is not a file of the simulator; without it, it plays from the beginning") from error


def save(path: Path, progress: Progress) -> None:
    """Keep `progress`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(asdict(progress), default=datetime.isoformat), encoding="utf-8")
    draft.replace(path)
