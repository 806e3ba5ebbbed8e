"""Who of a cluster takes the next person, and how a lead shares people out when somebody has too many."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SLACK = 4.0


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who holds people. `share` is how much of a whole caseload they carry: 0.5 for a lead."""

    staff_id: str
    cluster: str
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Held:
    """An open case and who has it; one that waits to be handed over stays where it is."""

    case_id: str
    coordinator: str
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Give:
    """This case should go to this person."""

    case_id: str
    to: str


def takes(workers: Iterable[Worker], cluster: str, held: Mapping[str, int]) -> Worker | None:
    """The one of `cluster` who has the fewest people for their share, or None if nobody works there."""
    there = [worker for worker in workers if worker.cluster == cluster]
    return min(there, key=lambda worker: (_load(worker, held), worker.staff_id), default=None)


def shared_out(workers: Sequence[Worker], cases: Sequence[Held]) -> list[Give]:
    """What to give to whom so that nobody of a cluster carries much more than the others; the last of `cases` first."""
    found: list[Give] = []
    for cluster in sorted({worker.cluster for worker in workers}):
        found += _within([worker for worker in workers if worker.cluster == cluster], cases)
    return found


def _within(team: Sequence[Worker], cases: Sequence[Held]) -> list[Give]:
    mine = {worker.staff_id: [one for one in cases if one.coordinator == worker.staff_id] for worker in team}
    lists = {staff_id: [one.case_id for one in of if not one.stays] for staff_id, of in mine.items()}
    held = {staff_id: len(of) for staff_id, of in mine.items()}
    found: list[Give] = []
    while True:
        most = max(team, key=lambda worker: (_load(worker, held), worker.staff_id))
        least = min(team, key=lambda worker: (_load(worker, held), worker.staff_id))
        if _load(most, held) - _load(least, held) <= SLACK or not lists[most.staff_id]:
            return found
        case_id = lists[most.staff_id].pop()
        lists[least.staff_id].append(case_id)
        held[most.staff_id] -= 1
        held[least.staff_id] += 1
        found.append(Give(case_id, least.staff_id))


def _load(worker: Worker, held: Mapping[str, int]) -> float:
    return held.get(worker.staff_id, 0) / worker.share
