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
