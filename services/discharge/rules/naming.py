"""Whether somebody is to be named for a case, and what naming them, or nobody, makes of it."""

from datetime import datetime
from typing import assert_never

from msgspec.structs import replace

from services.discharge.model.cases import CaseFile, HeldBy, Note
from services.discharge.model.cover import Hospital
from services.discharge.rules.assignment import Choice, Named, Uncovered
from services.discharge.rules.declining import left_to_a_lead


def needs_a_name(file: CaseFile, hospital: Hospital) -> bool:
    """True when the case is held and nobody is named for it, or somebody who works here no more."""
    named_for_it = file.holding.coordinator_id if file.holding else None
    return file.is_held and (named_for_it is None or hospital.has_left(named_for_it))


def seeks_a_name(file: CaseFile, hospital: Hospital) -> bool:
    """True when somebody is to be named: nobody is, or who is has declined."""
    return needs_a_name(file, hospital) or (file.is_held and file.undecided is not None)


def named(file: CaseFile, choice: Choice, at: datetime, *, left: bool = False) -> CaseFile:
    """`file` with the choice made. Still uncovered for the same reason is no change.

    Whoever was named until now works here no more (`left`), or has declined: nothing else takes a name away. Who
    declined stays named until there is somebody else.
    """
    holding = file.holding
    why = (f"{holding.coordinator_name} works here no more.",) if left and holding else ()
    match choice:
        case Uncovered(reason) if file.undecided and not left:
            return left_to_a_lead(file, reason, at)
        case Uncovered(reason, explanation, cluster_id):
            if holding and not left and (holding.reason, holding.uncovered_in) == (reason, cluster_id):
                return file
            held = HeldBy(
                file.last_holding + 1,
                at,
                reason,
                (*why, *explanation),
                uncovered_since=(holding.uncovered_since if holding else None) or at,
                uncovered_in=cluster_id,
            )
            words = f"Nobody is named: {reason}"
        case Named(person, cluster_id, reason, explanation, cover):
            held = HeldBy(
                file.last_holding + 1,
                at,
                reason,
                (*why, *explanation),
                person.staff_id,
                person.name,
                person.phone,
                cluster_id=cluster_id,
                cover=cover,
            )
            words = f"{person.name} was named co-ordinator"
        case _:
            assert_never(choice)
    note = Note("homeward", at, at, " ".join((*why, words)))
    return replace(file, holding=held, last_holding=held.number, hand_over=None, notes=(*file.notes, note))
