"""Giving a case to somebody else: by a person, with a reason."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from services.discharge.model.cases import By, CaseFile, HeldBy, Note
from services.discharge.model.cover import Hospital
from services.discharge.rules.absence import covers, off_duty


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes the case."""

    staff_id: str
    name: str
    phone: str | None


def may_give(file: CaseFile, giver: str, *, leads: bool, taker: str) -> bool:
    """Whether `giver` (a staff id) may give the case to `taker` (another).

    A lead may give any. The named co-ordinator may hand on what is theirs; and a case that nobody holds may be taken by
    whoever takes it for themselves. Nobody takes a case out of a colleague's hands.
    """
    holder = file.holding.coordinator_id if file.holding else None
    return leads or giver == holder or (holder is None and giver == taker)


def may_accept(file: CaseFile, clusters: Collection[str], *, leads: bool) -> bool:
    """Whether the hand-over that waits is for somebody of these clusters to accept. A lead may accept any."""
    return leads or (file.hand_over is not None and file.hand_over.to_cluster in clusters)


def given(file: CaseFile, taker: Taker, reason: str, by: By) -> CaseFile:
    """`file` held by `taker`, for the cluster where the person now is. Ends a hand-over that waits."""
    took = by.id == taker.staff_id
    held = HeldBy(
        file.last_holding + 1,
        by.at,
        reason,
        (f"{by.name} took the case." if took else f"{by.name} gave the case to {taker.name}.", *_before(file)),
        taker.staff_id,
        taker.name,
        taker.phone,
        cluster_id=file.cluster_id,
    )
    note = Note("person", by.at, by.at, f"{taker.name} is now the named co-ordinator: {reason}", by.name)
    return replace(file, holding=held, last_holding=held.number, hand_over=None, notes=(*file.notes, note))


def _before(file: CaseFile) -> tuple[str, ...]:
    """Who was named until then, as a step of the choice; that they had declined is said with it."""
    held = file.holding
    if held is None or held.coordinator_name is None:
        return ()
    declined = ", who had declined" if file.undecided else ""
    return (f"Until then {held.coordinator_name} was named{declined}.",)


def covered(file: CaseFile, hospital: Hospital, at: datetime) -> CaseFile:
    """`file`, just given to somebody: while their next shift has not begun, the duty desk answers for them.

    Of somebody who is on no rota Homeward does not know when they are at work: nobody covers.
    """
    held = file.holding
    cover = off_duty(hospital, at).get(held.coordinator_id or "") if held is not None else None
    if held is None or cover is None:
        return file
    words = covers(held.coordinator_name or "", cover)
    return replace(
        file,
        holding=replace(
            held,
            explanation=(*held.explanation, words),
            covered_by=cover.by,
            covered_by_phone=cover.phone,
            cover_until=cover.until,
        ),
    )
