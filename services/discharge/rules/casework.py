"""What an encounter's state asks of its case: the state held is compared with the state that arrived.

One case per encounter, for ever. A discharge ends the stay, not the case; death ends it; an admission
undone withdraws it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, assert_never

from msgspec.structs import replace

from services.discharge.model.cases import CancelledBy, CaseFile, ClosedBecause, Note
from services.discharge.model.cover import CoveredWard, Hospital
from services.discharge.model.hospital import TrustPolicy
from services.discharge.rules import checklist
from services.discharge.rules.due import Anchors
from services.discharge.rules.settle import closed
from services.discharge.rules.sharing import cluster_of, covers
from services.discharge.rules.stop_first import has_died, left_on_own_decision
from services.discharge.rules.task_templates import PATHWAY_TASKS
from services.discharge.rules.whereabouts import (
    THE_TIME_WAS_CORRECTED,
    on_ward,
    put_right,
    telling_move,
    telling_place,
    telling_times,
    told,
)
from shared.contracts.cases import CaseStatus, HandOver, Pathway
from shared.contracts.encounters import EncounterState, EncounterStatus
from shared.london import london_date
from shared.words import named_moment

UNDER_ANOTHER_RECORD: Final = (
    "Now under another person’s record: a visit was moved, or records were joined or split. "
    "Check whom it is about, and who was told what."
)


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
    file = _of_whom(held, stay, at) if held is not None else _opened(stay, hospital.policy, at, case_id)
    placed = _placed(file, stay, hospital, at, is_new=held is None)
    if held is not None and not isinstance(stands, NotHeld) and held.status is not CaseStatus.WITHDRAWN:
        placed = _told_of_place(held, placed, hospital, at)
    return _as_it_stands(placed, stands, held.encounter if held else None, at)


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


def _of_whom(file: CaseFile, stay: EncounterState, at: datetime) -> CaseFile:
    """The case, saying so where the stay is under another person's record than when it was last heard of."""
    if file.encounter.person.person_id == stay.person.person_id:
        return file
    note = Note("hospital", at, at, UNDER_ANOTHER_RECORD)
    return replace(file, person_changed_at=at, notes=(*file.notes, note))


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
    cluster = hospital.clusters.get(cluster_of(ward, stay) or "")
    why = covers(ward, stay, cluster.name) if cluster else None
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
        if why and not is_new and cluster_of(ward, file.encounter) != placed.cluster_id:
            placed = replace(placed, notes=(*placed.notes, Note("hospital", at, at, why)))
        return _handed_over(placed, hospital.policy, at, why)
    return _handed_over(placed, hospital.policy, at, why)


def _told_of_place(held: CaseFile, file: CaseFile, hospital: Hospital, at: datetime) -> CaseFile:
    """The case, its timeline saying to which ward the person came since, and how."""
    was, now = base_ward(held.encounter, hospital), base_ward(file.encounter, hospital)
    if held.ward_id == file.ward_id:
        return telling_times(held, file, now, hospital, at)
    if was == now:
        text = f"Now counted to {on_ward(file)}: the hospital's wards were set up anew"
        return telling_place(file, put_right(file, text, at, "homeward"))
    return telling_move(held, file, (was, now), hospital, at)


def _handed_over(file: CaseFile, policy: TrustPolicy, at: datetime, why: str | None) -> CaseFile:
    """A move to another cluster keeps the person and raises a hand-over; a move back takes it back, and so does one to
    where who is named keeps them. `why`: why it is another cluster's, where the ward alone does not tell.
    """
    holder, waiting = file.holding, file.hand_over
    to, named_by = file.cluster_id, holder.cluster_id if holder else None
    if holder is None or file.status is not CaseStatus.OPEN or to is None or named_by is None:
        return file if waiting is None else replace(file, hand_over=None)
    if to in (named_by, holder.kept_in):
        return file if waiting is None else replace(file, hand_over=None, notes=_no_longer_joint(file, waiting, at))
    reason = why or f"Moved to {file.ward_name}, which {file.cluster_name} covers."
    if waiting is not None and waiting.to_cluster == file.cluster_id:
        return replace(file, hand_over=waiting.model_copy(update={"reason": reason}))
    raised = HandOver(
        to_cluster=to,
        to_cluster_name=file.cluster_name or to,
        raised_at=at,
        reason=reason,
        accept_by=at + policy.accept_handover_within,
    )
    notes = file.notes if waiting is None else _no_longer_joint(file, waiting, at)
    return replace(file, hand_over=raised, notes=notes)


def _no_longer_joint(file: CaseFile, ended: HandOver, at: datetime) -> tuple[Note, ...]:
    """The notes, with one more where somebody stood on the case beside who is named."""
    if ended.waits:
        return file.notes
    words = f"{ended.taker_name} stands on the case no longer: moved to {file.ward_name}"
    return (*file.notes, Note("homeward", at, at, words))


def _as_it_stands(file: CaseFile, stands: Standing, before: EncounterState | None, at: datetime) -> CaseFile:
    match stands:
        case Here():
            return _here(file, at)
        case Gone():
            return _gone(file, before, at)
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
    match file.closed_because:
        case ClosedBecause.NOT_COORDINATED:
            text = f"Case opened again, on {on_ward(file)}: the stay is one that is co-ordinated"
            note = put_right(file, text, at, "homeward")
        case ClosedBecause.DIED:
            note = put_right(file, f"In hospital, on {on_ward(file)}: that this person died was taken back", at)
        case _:
            text = f"In hospital again, on {on_ward(file)}: the discharge or the cancellation was taken back"
            note = put_right(file, text, at)
    return telling_place(_reopened(file, CaseStatus.OPEN, at), note)


def _gone(file: CaseFile, before: EncounterState | None, at: datetime) -> CaseFile:
    """The person left hospital; where the case says so already, it says when it was, if that was corrected."""
    finished = (ClosedBecause.FOLLOWED_UP, ClosedBecause.LAPSED)
    left = file.encounter.discharged_at
    text = "Left hospital" + (" on their own decision" if left_on_own_decision(file.encounter) else "")
    again = f"{text} on {named_moment(left)}" if left else text
    if file.status is CaseStatus.FOLLOWING or file.closed_because in finished:
        was = before.discharged_at if before else None
        if was is None or left is None or was == left:
            return file
        return _noted(file, put_right(file, f"{again}: {THE_TIME_WAS_CORRECTED}", at))
    if file.closed_because is ClosedBecause.DIED:
        note = put_right(file, f"{again}: that this person died was taken back", at)
    elif file.status is CaseStatus.WITHDRAWN:
        note = put_right(file, f"{again}: the case was opened again", at)
    else:
        note = told(file, text, left or at, at)
    gone = _noted(_reopened(file, CaseStatus.FOLLOWING, at), note)
    tasks = checklist.cancelled(gone.tasks, CancelledBy.DISCHARGE, at)
    return replace(gone, tasks=tasks, hand_over=None)


def _reopened(file: CaseFile, status: CaseStatus, at: datetime) -> CaseFile:
    tasks = checklist.resumed(file.tasks, at)
    return replace(file, status=status, tasks=tasks, closed_because=None, closed_at=None)


def _noted(file: CaseFile, note: Note) -> CaseFile:
    return replace(file, notes=(*file.notes, note))


def _ended(file: CaseFile, cancelled_by: CancelledBy, why: ClosedBecause, status: CaseStatus, at: datetime) -> CaseFile:
    if file.status is status and file.closed_because is why:
        return file
    tasks = checklist.cancelled(checklist.resumed(file.tasks, at), cancelled_by, at)
    notes = (*file.notes, _death(file, at)) if why is ClosedBecause.DIED else file.notes
    return closed(replace(file, tasks=tasks, notes=notes), why, at, status)


def _death(file: CaseFile, at: datetime) -> Note:
    stay = file.encounter
    return told(file, "Died", stay.person.deceased_at or stay.discharged_at or at, at)
