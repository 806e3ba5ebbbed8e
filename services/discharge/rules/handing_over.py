"""Giving a case to somebody else: by a person, with a reason."""

from dataclasses import dataclass

from msgspec.structs import replace

from services.discharge.model.cases import By, CaseFile, HeldBy, Note


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


def given(file: CaseFile, taker: Taker, reason: str, by: By) -> CaseFile:
    """`file` held by `taker`, for the cluster where the person now is. Ends a hand-over that waits."""
    held = HeldBy(
        file.last_holding + 1,
        by.at,
        reason,
        (f"{by.name} gave the case to {taker.name}.",),
        taker.staff_id,
        taker.name,
        taker.phone,
        cluster_id=file.cluster_id,
    )
    note = Note("person", by.at, by.at, f"{taker.name} is now the named co-ordinator: {reason}", by.name)
    return replace(file, holding=held, last_holding=held.number, hand_over=None, notes=(*file.notes, note))
