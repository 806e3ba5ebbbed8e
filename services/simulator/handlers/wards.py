"""What the people do among themselves: hand-overs accepted by the cluster, people shared out by its lead."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from services.simulator.channels.rest import Refusal
from services.simulator.handlers.acts import Team
from services.simulator.rules.sharing import Give, Held, Worker, shared_out, takes
from shared.contracts.api.discharge import AcceptHandOver, CaseSummary, Reassign
from shared.contracts.cases import CaseStatus

KEPT_WAITING = 7
AT_ONCE = 4
LEADS_SHARE = 0.5
ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Workers:
    """Everybody who holds people, and the lead of each cluster."""

    all: tuple[Worker, ...]
    leads: dict[str, str]


async def workers(team: Team) -> Workers:
    """Who holds people. Raises Refusal."""
    found: list[Worker] = []
    leads: dict[str, str] = {}
    for one in await team.reception.staff(team.lead):
        if one.cluster_id is None or "social_worker" not in one.roles:
            continue
        leads |= {one.cluster_id: one.staff_id} if "lead" in one.roles else {}
        found.append(Worker(one.staff_id, one.cluster_id, LEADS_SHARE if "lead" in one.roles else 1.0))
    return Workers(tuple(found), leads)


async def accept_hand_overs(team: Team, who: Workers, *, at_most: int | None = None) -> int:
    """Accept the hand-overs that wait, oldest first, but leave the newest few waiting, as in life; how many were.

    Those about people who have left are all accepted. Works from the team's last look.
    """
    waiting = [case for case in team.cases if case.hand_over is not None]
    waiting.sort(key=lambda case: (case.status is CaseStatus.OPEN, _raised(case)))
    left = sum(case.status is not CaseStatus.OPEN for case in waiting)
    chosen = waiting[: max(left, len(waiting) - KEPT_WAITING)][:at_most]
    held = Counter(case.holding.coordinator_id or "" for case in team.cases)

    async def accept(case: CaseSummary) -> None:
        taker = takes(who.all, case.hand_over.to_cluster, held) if case.hand_over else None
        if taker is not None:
            held[taker.staff_id] += 1
            held[case.holding.coordinator_id or ""] -= 1
            accepted = AcceptHandOver(note="Handed over on the ward")
            await team.change(taker.staff_id, "POST", f"{case.case_id}/hand-over/accept", accepted)

    await _each(chosen, accept)
    return len(chosen)


async def share_out(team: Team, who: Workers, *, at_most: int | None = None) -> int:
    """Give people of those who carry too many to others of their cluster; how many. Works from the last look."""
    cases = sorted(team.cases, key=lambda case: (case.ready_since is None, case.case_id))
    settled = [
        Held(case.case_id, case.holding.coordinator_id, stays=case.hand_over is not None)
        for case in cases
        if case.holding.coordinator_id is not None
    ]
    gives = shared_out(who.all, settled)[:at_most]
    cluster = {worker.staff_id: worker.cluster for worker in who.all}

    async def give(one: Give) -> None:
        case = team.of(one.case_id)
        giver = who.leads.get(cluster[one.to])
        if case is not None and giver is not None:
            body = Reassign(coordinator_id=one.to, reason="People shared out in the team")
            await team.change(giver, "POST", f"{one.case_id}/coordinator", body, version=case.version)

    await _each(gives, give)
    return len(gives)


def _raised(case: CaseSummary) -> float:
    return case.hand_over.raised_at.timestamp() if case.hand_over else 0.0


async def _each(items: Sequence[ItemT], do: Callable[[ItemT], Awaitable[None]]) -> None:
    """Several at once; what is refused is let go."""
    rest = iter(items)

    async def worker() -> None:
        for item in rest:
            try:
                await do(item)
            except Refusal:
                continue

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(worker())
