"""What discharge is asked of hand-overs: of a case, of a cluster, at the end of a shift."""

from collections.abc import Sequence

from services.screens.clients.calls import Asking
from services.screens.clients.cases import BASE
from shared.contracts.api.discharge.accepting import AcceptedMany, AcceptMany, AcceptShift
from shared.contracts.api.discharge.clusters import ClusterAtWork, ShiftHandOver
from shared.contracts.api.discharge.handing_over import ChooseHandOver, HandOverView
from shared.contracts.api.discharge.record import EntryView, HandOverNote


async def of_case(ask: Asking, case_id: str) -> HandOverView:
    """What whoever takes a case has to know."""
    return await ask.get("discharge", f"{BASE}/cases/{case_id}/hand-over", HandOverView)


async def send(
    ask: Asking, case_id: str, note: HandOverNote, version: str, encounter_id: str, once: str | None
) -> EntryView:
    """Send the note about the stay that was read, in place of the one at `version` (0: none)."""
    path = f"{BASE}/cases/{case_id}/hand-over/note?encounter_id={encounter_id}"
    return await ask.send("discharge", path, EntryView, note, method="PUT", version=version, once=once)


async def choose(ask: Asking, case_id: str, body: ChooseHandOver, version: str, once: str | None) -> None:
    """Say how the hand-over that waits is to end."""
    path = f"{BASE}/cases/{case_id}/hand-over"
    await ask.tell("discharge", path, body, version=version, once=once)


async def cluster(ask: Asking, cluster_id: str) -> ClusterAtWork:
    """A cluster at work."""
    return await ask.get("discharge", f"{BASE}/clusters/{cluster_id}", ClusterAtWork)


async def accept(ask: Asking, case_ids: Sequence[str], once: str | None) -> AcceptedMany:
    """Accept the hand-overs of these cases for oneself."""
    body = AcceptMany(case_ids=tuple(case_ids))
    return await ask.send("discharge", f"{BASE}/hand-overs/accept", AcceptedMany, body, once=once)


async def shift(ask: Asking) -> ShiftHandOver:
    """What the end of a shift changes."""
    return await ask.get("discharge", f"{BASE}/shift-hand-over", ShiftHandOver)


async def accept_shift(ask: Asking, case_ids: Sequence[str], once: str | None) -> AcceptedMany:
    """Answer for these people from now on."""
    body = AcceptShift(case_ids=tuple(case_ids))
    return await ask.send("discharge", f"{BASE}/shift-hand-over/accept", AcceptedMany, body, once=once)
