"""What discharge is asked: people, cases, wards, staff, the board's figures."""

from collections.abc import Sequence

from pydantic import RootModel

from services.screens.clients.calls import Asking
from shared.contracts.api.discharge import (
    AcceptHandOver,
    AddTask,
    BoardView,
    CaseDetail,
    CaseList,
    ChangeTask,
    Reassign,
    RecordReview,
    SetExpectedDate,
    SetPathway,
    StaffList,
    TaskHistoryEntry,
    WardList,
    WardView,
)
from shared.contracts.api.discharge.changes import CaseChanges
from shared.contracts.api.discharge.offers import AnswerOffer, DeclineCase
from shared.contracts.api.hospital import UnmappedCodes

BASE = "/discharge/v1"
PAGE = "60"


class TaskHistory(RootModel[tuple[TaskHistoryEntry, ...]]):
    """The recorded changes of a task, newest first."""


async def people(ask: Asking, *, cluster: str | None, chosen: str | None, cursor: str | None) -> CaseList:
    """The cases named to the reader, or of a cluster, in order of urgency."""
    whose = {"cluster_id": cluster} if cluster else {"mine": "true"}
    return await ask.get(
        "discharge", f"{BASE}/cases", CaseList, {**whose, "filter": chosen, "cursor": cursor, "limit": PAGE}
    )


async def counted(ask: Asking, figure: str, cursor: str | None) -> CaseList:
    """The people of the trust whom a figure of the board counts, in order of urgency."""
    asked = {"status": "open", "filter": figure, "cursor": cursor, "limit": PAGE}
    return await ask.get("discharge", f"{BASE}/cases", CaseList, asked)


async def case(ask: Asking, case_id: str) -> CaseDetail:
    """Everything of one case."""
    return await ask.get("discharge", f"{BASE}/cases/{case_id}", CaseDetail)


async def seen(ask: Asking, case_id: str, version: int) -> None:
    """The reader has looked at the case as it was at `version`. Raises `Refused` when it has changed since."""
    await ask.tell("discharge", f"{BASE}/cases/{case_id}/seen", version=str(version))


async def board(ask: Asking) -> BoardView:
    """The board's figures, and the initials of those its alerts may be about."""
    return await ask.get("discharge", f"{BASE}/board", BoardView)


async def changes(ask: Asking, case_id: str) -> CaseChanges:
    """What changed on a case since the reader last looked."""
    return await ask.get("discharge", f"{BASE}/cases/{case_id}/changes", CaseChanges)


async def unmapped_codes(ask: Asking) -> UnmappedCodes:
    """The ward codes that no ward answers to."""
    return await ask.get("discharge", f"{BASE}/hospital/unmapped-ward-codes", UnmappedCodes)


async def wards(ask: Asking) -> WardList:
    """All wards."""
    return await ask.get("discharge", f"{BASE}/wards", WardList)


async def ward(ask: Asking, ward_id: str) -> WardView:
    """One ward, a row a bed."""
    return await ask.get("discharge", f"{BASE}/wards/{ward_id}", WardView)


async def staff(ask: Asking) -> StaffList:
    """Who works here."""
    return await ask.get("discharge", f"{BASE}/staff", StaffList)


async def task_history(ask: Asking, case_id: str, task_id: str) -> Sequence[TaskHistoryEntry]:
    """The changes of a task, newest first."""
    return (await ask.get("discharge", f"{BASE}/cases/{case_id}/tasks/{task_id}/history", TaskHistory)).root


async def record_review(
    ask: Asking, case_id: str, body: RecordReview, once: str | None, version: str | None = None
) -> str | None:
    """Append a criteria-to-reside review; with `version`, only to the case as it was read."""
    path = f"{BASE}/cases/{case_id}/reviews"
    return await ask.tell("discharge", path, body, version=version, once=once)


async def set_expected_date(
    ask: Asking, case_id: str, body: SetExpectedDate, version: str | None, once: str | None, about: str | None = None
) -> str | None:
    """Append an expected date, to the case or the date as it was read (`version`), and only of the stay `about`."""
    path = f"{BASE}/cases/{case_id}/expected-dates{_of(about)}"
    return await ask.tell("discharge", path, body, version=version, once=once)


async def set_pathway(
    ask: Asking, case_id: str, body: SetPathway, version: str | None, once: str | None, about: str | None = None
) -> str | None:
    """Set the pathway of the case or the pathway as it was read (`version`), and only of the stay `about`."""
    path = f"{BASE}/cases/{case_id}/pathway{_of(about)}"
    return await ask.tell("discharge", path, body, version=version, once=once)


def _of(about: str | None) -> str:
    return f"?encounter_id={about}" if about else ""


async def change_task(ask: Asking, case_id: str, task_id: str, body: ChangeTask, version: str | None) -> str | None:
    """Change a task that is still as it was read."""
    path = f"{BASE}/cases/{case_id}/tasks/{task_id}"
    return await ask.tell("discharge", path, body, method="PATCH", version=version)


async def add_task(ask: Asking, case_id: str, body: AddTask, once: str | None) -> str | None:
    """Add a task."""
    return await ask.tell("discharge", f"{BASE}/cases/{case_id}/tasks", body, once=once)


async def accept_hand_over(ask: Asking, case_id: str) -> str | None:
    """Take a person that moved to one's cluster."""
    return await ask.tell("discharge", f"{BASE}/cases/{case_id}/hand-over/accept", AcceptHandOver())


async def decline(ask: Asking, case_id: str, body: DeclineCase, version: str | None, once: str | None) -> str | None:
    """Say that one cannot take a case that one holds."""
    return await ask.tell("discharge", f"{BASE}/cases/{case_id}/decline", body, version=version, once=once)


async def answer_offer(
    ask: Asking, case_id: str, number: int, body: AnswerOffer, version: str | None, once: str | None = None
) -> str | None:
    """Answer an offer that was made to the reader."""
    path = f"{BASE}/cases/{case_id}/offers/{number}/answer"
    return await ask.tell("discharge", path, body, version=version, once=once)


async def reassign(ask: Asking, case_id: str, body: Reassign, version: str | None) -> str | None:
    """Give the case to somebody else."""
    return await ask.tell("discharge", f"{BASE}/cases/{case_id}/coordinator", body, version=version)
