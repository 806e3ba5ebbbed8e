"""What a person needs to go home: how long they are ill, which pathway, what holds them when they are ready."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from services.simulator.model import ChoosePathway, TaskBecomes

Hold = tuple[TaskBecomes, ...]

_HOLDS: dict[str, tuple[Hold, ...]] = {
    "P0": (
        (TaskBecomes("T40", "done"), TaskBecomes("T41", "started")),
        (TaskBecomes("T41", "done"), TaskBecomes("T45", "waiting_external", "Patient transport service")),
        (TaskBecomes("T42", "blocked", note="Waiting for the consultant to agree the follow-up"),),
    ),
    "P1": (
        (TaskBecomes("T10", "done"), TaskBecomes("T25", "waiting_external", "Sherwood Home Care")),
        (TaskBecomes("T09", "done"), TaskBecomes("T10", "waiting_external", "Care transfer hub")),
        (TaskBecomes("T07", "done"), TaskBecomes("T30", "waiting_external", "Community equipment store")),
        (TaskBecomes("T24", "waiting_external", "Reablement team"),),
        (TaskBecomes("T33", "blocked", note="No key to the house; the neighbour is away"),),
    ),
    "P2": (
        (TaskBecomes("T10", "done"), TaskBecomes("T27", "waiting_external", "Fosse Community Hospital")),
        (TaskBecomes("T12", "blocked", note="Funding route is disputed"),),
    ),
    "P3": (
        (TaskBecomes("T12", "done"), TaskBecomes("T28", "waiting_external", "Elm Lodge care home")),
        (TaskBecomes("T28", "blocked", note="The first home could not meet the needs; family visiting another"),),
    ),
}


@dataclass(frozen=True, slots=True)
class Needs:
    """Decided when the person comes: when they will be ready, when they can truly go, and what holds them between."""

    ready: datetime
    goes: datetime
    dies: bool
    pathway: ChoosePathway
    hold: Hold
    relapses: bool


def needs(random: Random, admitted: datetime, age: int, *, elective: bool) -> Needs:
    """What this person, `age` years old, needs. Most leave on the day they are ready; a few wait for weeks."""
    middle = 2.2 if elective else (1.6 if age < 40 else 3.6 if age < 75 else 5.2)
    days = min(45.0, max(0.4, random.lognormvariate(0, 0.75) * middle))
    pathway = _pathway(random, age)
    wait = _wait_days(random, pathway)
    ready = _at_round(admitted + timedelta(days=days), random)
    if ready < admitted + timedelta(hours=6):
        ready += timedelta(days=1)
    return Needs(
        ready=ready,
        goes=_by_day(ready + timedelta(days=wait, minutes=random.randint(120, 420)), random),
        dies=random.random() < (0.05 if age >= 75 else 0.012),
        pathway=ChoosePathway(pathway),
        hold=random.choice(_HOLDS[pathway]),
        relapses=wait > 2 and random.random() < 0.15,
    )


def _pathway(random: Random, age: int) -> str:
    shares = (0.90, 0.08, 0.01, 0.01) if age < 65 else (0.58, 0.27, 0.09, 0.06)
    return random.choices(("P0", "P1", "P2", "P3"), shares)[0]


def _wait_days(random: Random, pathway: str) -> float:
    held = {"P0": 0.14, "P1": 0.62, "P2": 0.75, "P3": 0.85}[pathway]
    if random.random() >= held:
        return 0.0
    middle = {"P0": 0.9, "P1": 3.0, "P2": 4.5, "P3": 8.0}[pathway]
    return min(40.0, random.lognormvariate(0, 0.7) * middle)


def _at_round(at: datetime, random: Random) -> datetime:
    return at.replace(hour=9, minute=random.randint(0, 59), second=random.randint(0, 59)) + timedelta(
        minutes=random.randint(0, 120)
    )


def _by_day(at: datetime, random: Random) -> datetime:
    return at if 9 <= at.hour < 20 else at.replace(hour=random.randint(11, 18)) + timedelta(days=at.hour >= 20)
