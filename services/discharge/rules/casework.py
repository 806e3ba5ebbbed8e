"""What an encounter's state asks of its case: the state held is compared with the state that arrived.

One case per encounter, for ever. A discharge ends the stay, not the case; death ends it; an admission
undone withdraws it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from msgspec.structs import replace

from services.discharge.model.cases import CancelledBy, CaseFile, ClosedBecause, HeldBy, Note
from services.discharge.model.cover import CoveredWard, Hospital
from services.discharge.model.hospital import TrustPolicy
from services.discharge.rules import checklist
from services.discharge.rules.assignment import Choice, Named, Uncovered
from services.discharge.rules.due import Anchors
from services.discharge.rules.settle import closed
from services.discharge.rules.stop_first import has_died, left_on_own_decision
from services.discharge.rules.task_templates import PATHWAY_TASKS
from shared.contracts.cases import CaseStatus, HandOver, Pathway
from shared.contracts.encounters import EncounterState, EncounterStatus
from shared.london import london_date


@dataclass(frozen=True, slots=True)
class Here:
    """In hospital, or on leave from it."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Left hospital."""


@dataclass(frozen=True, slots=True)
class Died:
    """Died, in hospital or after."""


@dataclass(frozen=True, slots=True)
class NotHeld:
    """No case belongs to this stay as it stands."""

    why: ClosedBecause


Standing = Here | Gone | Died | NotHeld

_UNDONE = {
    EncounterStatus.CANCELLED: ClosedBecause.ADMISSION_UNDONE,
    EncounterStatus.DELETED: ClosedBecause.ADMISSION_UNDONE,
    EncounterStatus.RECLASSIFIED: ClosedBecause.NOT_COORDINATED,
    EncounterStatus.PLANNED: ClosedBecause.NOT_COORDINATED,
    EncounterStatus.MERGED_AWAY: ClosedBecause.MERGED_AWAY,
}


def standing(stay: EncounterState, policy: TrustPolicy) -> Standing:
    """How a stay stands. Somebody whose birth date is not known counts as an adult."""
    if stay.merged_into is not None:
        return NotHeld(ClosedBecause.MERGED_AWAY)
    if stay.status in _UNDONE:
        return NotHeld(_UNDONE[stay.status])
    if not stay.inpatient or not is_adult(stay, policy):
        return NotHeld(ClosedBecause.NOT_COORDINATED)
    if has_died(stay):
        return Died()
    return Gone() if stay.status is EncounterStatus.DISCHARGED else Here()


def is_adult(stay: EncounterState, policy: TrustPolicy) -> bool:
    """True when the person was of the trust's age on admission, or their birth date is not known."""
    born = stay.person.born
    if born is None:
        return True
    return age_on(born, london_date(stay.admitted_at or stay.learned_at)) >= policy.adult_from_age


def age_on(born: date, on: date) -> int:
    """Whole years lived by `on`."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def receive(
    held: CaseFile | None, stay: EncounterState, hospital: Hospital, at: datetime, case_id: str
) -> CaseFile | None:
    """The case as it is once `stay` is known, before anybody is named for it; None where there is none to keep.

    `case_id` is the id a case that has to be opened is given.
    """
    stands = standing(stay, hospital.policy)
    if held is None and isinstance(stands, NotHeld):
        return None
    file = held if held is not None else _opened(stay, hospital.policy, at, case_id)
    return _as_it_stands(_placed(file, stay, hospital, at, is_new=held is None), stands, at)


def _opened(stay: EncounterState, policy: TrustPolicy, at: datetime, case_id: str) -> CaseFile:
    within = policy.follow_up_within
    anchors = Anchors(stay.admitted_at, stay.expected_discharge_on, None, stay.discharged_at, within)
    return CaseFile(
        trust=stay.trust,
        case_id=case_id,
        encounter=stay,
        version=0,
        status=CaseStatus.OPEN,
        opened_at=at,
        tasks=checklist.with_templates(case_id, (), PATHWAY_TASKS[Pathway.P0], at, anchors),
        notes=(Note("hospital", stay.admitted_at or at, at, "Admitted to hospital"),),
    )


def base_ward(stay: EncounterState, hospital: Hospital) -> CoveredWard | None:
    """The ward the person belongs to: a temporary place leaves them with the ward they came from."""
    places = [stay.location, *(movement.location for movement in reversed(stay.movements))]
    first: CoveredWard | None = None
    for place in places:
        ward = hospital.wards_by_code.get(place.ward_code or "") if place else None
        if place is not None and ward is None and first is None:
            return None
        if ward is not None and not ward.keeps_base:
            return ward
        first = first or ward
    return first


def _placed(file: CaseFile, stay: EncounterState, hospital: Hospital, at: datetime, *, is_new: bool) -> CaseFile:
    ward = base_ward(stay, hospital)
    cluster = hospital.clusters.get(ward.cluster_id or "") if ward else None
    placed = replace(
        file,
        encounter=stay,
        ward_id=ward.ward_id if ward else None,
        ward_name=ward.name if ward else None,
        counts_in_delays=ward.counts_in_delays if ward else True,
        cluster_id=cluster.cluster_id if cluster else None,
        cluster_name=cluster.name if cluster else None,
    )
    if is_new or file.ward_id == placed.ward_id:
        return _handed_over(placed, hospital.policy, at)
    to = placed.ward_name or "a ward that is not known to Homeward"
    if base_ward(file.encounter, hospital) == ward:
        note = Note("homeward", at, at, f"Now counted to {to}: the hospital's wards were set up anew")
    else:
        since = stay.movements[-1].since if stay.movements else at
        note = Note("hospital", since, at, f"Moved to {to}")
    return _handed_over(replace(placed, notes=(*placed.notes, note)), hospital.policy, at)


def _handed_over(file: CaseFile, policy: TrustPolicy, at: datetime) -> CaseFile:
    """A move to another cluster keeps the person and raises a hand-over; a move back takes it back."""
    holder = file.holding
    to, named_by = file.cluster_id, holder.cluster_id if holder else None
    if file.status is not CaseStatus.OPEN or to is None or named_by is None or named_by == to:
        return file if file.hand_over is None else replace(file, hand_over=None)
    reason = f"Moved to {file.ward_name}, which {file.cluster_name} covers."
    waiting = file.hand_over
    if waiting is not None and waiting.to_cluster == file.cluster_id:
        return replace(file, hand_over=waiting.model_copy(update={"reason": reason}))
    raised = HandOver(
        to_cluster=to,
        to_cluster_name=file.cluster_name or to,
        raised_at=at,
        reason=reason,
        accept_by=at + policy.accept_handover_within,
    )
    return replace(file, hand_over=raised)


def _as_it_stands(file: CaseFile, stands: Standing, at: datetime) -> CaseFile:
    match stands:
        case Here():
            return _here(file, at)
        case Gone():
            return _gone(file, at)
        case Died():
            return _ended(file, CancelledBy.DEATH, ClosedBecause.DIED, CaseStatus.CLOSED, at)
        case NotHeld(why):
            return _ended(file, CancelledBy.WITHDRAWAL, why, CaseStatus.WITHDRAWN, at)
        case _:
            assert_never(stands)


def _here(file: CaseFile, at: datetime) -> CaseFile:
    """The person is in hospital: a case that a discharge (A13) or a cancellation since undone had ended opens again."""
    if file.status is CaseStatus.OPEN:
        return file
    note = Note("hospital", at, at, "In hospital again: the discharge or the cancellation was taken back")
    if file.closed_because is ClosedBecause.NOT_COORDINATED:
        note = Note("homeward", at, at, "Case opened again: the stay is one that is co-ordinated")
    return _reopened(file, CaseStatus.OPEN, note, at)


def _gone(file: CaseFile, at: datetime) -> CaseFile:
    finished = (ClosedBecause.FOLLOWED_UP, ClosedBecause.LAPSED)
    if file.status is CaseStatus.FOLLOWING or file.closed_because in finished:
        return file
    how = " on their own decision" if left_on_own_decision(file.encounter) else ""
    note = Note("hospital", file.encounter.discharged_at or at, at, f"Left hospital{how}")
    gone = _reopened(file, CaseStatus.FOLLOWING, note, at)
    tasks = checklist.cancelled(gone.tasks, CancelledBy.DISCHARGE, at)
    return replace(gone, tasks=tasks, hand_over=None)


def _reopened(file: CaseFile, status: CaseStatus, note: Note, at: datetime) -> CaseFile:
    return replace(
        file,
        status=status,
        tasks=checklist.resumed(file.tasks, at),
        closed_because=None,
        closed_at=None,
        notes=(*file.notes, note),
    )


def _ended(file: CaseFile, cancelled_by: CancelledBy, why: ClosedBecause, status: CaseStatus, at: datetime) -> CaseFile:
    if file.status is status and file.closed_because is why:
        return file
    tasks = checklist.cancelled(checklist.resumed(file.tasks, at), cancelled_by, at)
    notes = (*file.notes, _death(file.encounter, at)) if why is ClosedBecause.DIED else file.notes
    return closed(replace(file, tasks=tasks, notes=notes), why, at, status)


def _death(stay: EncounterState, at: datetime) -> Note:
    return Note("hospital", stay.person.deceased_at or stay.discharged_at or at, at, "Died")


def needs_a_name(file: CaseFile, hospital: Hospital) -> bool:
    """True when the case is held and nobody is named for it, or somebody who works here no more."""
    named_for_it = file.holding.coordinator_id if file.holding else None
    return file.is_held and (named_for_it is None or hospital.has_left(named_for_it))


def named(file: CaseFile, choice: Choice, at: datetime) -> CaseFile:
    """`file` with the choice made. Still uncovered for the same reason is no change.

    Whoever was named until now works here no more: nothing else takes a name away.
    """
    holding = file.holding
    left = (f"{holding.coordinator_name} works here no more.",) if holding and holding.coordinator_id else ()
    match choice:
        case Uncovered(reason, explanation, cluster_id):
            if holding and not left and (holding.reason, holding.uncovered_in) == (reason, cluster_id):
                return file
            held = HeldBy(
                file.last_holding + 1,
                at,
                reason,
                (*left, *explanation),
                uncovered_since=(holding.uncovered_since if holding else None) or at,
                uncovered_in=cluster_id,
            )
            words = f"Nobody is named: {reason}"
        case Named(person, cluster_id, reason, explanation, cover):
            held = HeldBy(
                file.last_holding + 1,
                at,
                reason,
                (*left, *explanation),
                person.staff_id,
                person.name,
                person.phone,
                cluster_id=cluster_id,
                covered_by=cover.by if cover else None,
                covered_by_phone=cover.phone if cover else None,
                cover_until=cover.until if cover else None,
            )
            words = f"{person.name} was named co-ordinator"
        case _:
            assert_never(choice)
    note = Note("homeward", at, at, " ".join((*left, words)))
    return replace(file, holding=held, last_holding=held.number, hand_over=None, notes=(*file.notes, note))
