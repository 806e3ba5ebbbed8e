"""What the timeline says of where somebody is: that they moved on, or that a move it told of did not happen.

What happened is told at the time when it happened. What puts right what was told before is told when it was learned;
so is, with its time in words, what is learned after that of a time before it. So the newest place told is where the
person is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from services.discharge.model.cases import CaseFile, Note
from services.discharge.model.cover import CoveredWard, Hospital
from shared.contracts.encounters import EncounterState, EncounterStatus, Movement
from shared.words import named_moment

UNKNOWN_WARD: Final = "a ward that is not known to Homeward"
THE_TIME_WAS_CORRECTED: Final = "the time was corrected"


@dataclass(frozen=True, slots=True)
class _Visit:
    """A time on one ward, in whatever beds: `since` when (UTC), and whether the stay began there."""

    ward_id: str | None
    since: datetime
    is_first: bool


def on_ward(file: CaseFile) -> str:
    """The ward that the case is counted to, in words."""
    return file.ward_name or UNKNOWN_WARD


def told(file: CaseFile, text: str, happened: datetime, at: datetime) -> Note:
    """What happened at `happened` and was learned at `at` (UTC), where it does not hide what was put right since."""
    if file.place_told_at is None or happened >= file.place_told_at:
        return Note("hospital", happened, at, text)
    return put_right(file, f"{text} on {named_moment(happened)}", at)


def put_right(file: CaseFile, text: str, at: datetime, kind: str = "hospital") -> Note:
    """What puts right what was told: newer than that, also where a clock of the hospital's is ahead."""
    return Note(kind, max(at, file.place_told_at or at), at, text)


def telling_place(file: CaseFile, note: Note) -> CaseFile:
    """`file` with a note that says where the person is, which `told` or `put_right` made."""
    return replace(file, notes=(*file.notes, note), place_told_at=note.at)


def telling_move(
    held: CaseFile,
    file: CaseFile,
    wards: tuple[CoveredWard | None, CoveredWard | None],
    hospital: Hospital,
    at: datetime,
) -> CaseFile:
    """`file`, its timeline saying how the person came from the ward `held` is counted to to the one it is counted to.

    `wards` are those two, as the hospital is set up now.
    """
    before, after = _visits(held.encounter, wards[0], hospital), _visits(file.encounter, wards[1], hospital)
    was, now = _last(before, wards[0]), _last(after, wards[1])
    if was is None or now is None or _count(after, was.ward_id) >= _count(before, was.ward_id):
        note = told(file, f"Moved to {on_ward(file)}", now.since if now else at, at)
        return telling_place(file, note)
    what = f"That they were on {on_ward(held)}" if was.is_first else f"The move to {on_ward(held)}"
    is_here = file.encounter.status in (EncounterStatus.ADMITTED, EncounterStatus.ON_LEAVE)
    where = f"{'on' if is_here else 'was on'} {on_ward(file)}"
    known = any((one.ward_id, one.since) == (now.ward_id, now.since) for one in before)
    since = "again" if known and is_here else f"since {named_moment(now.since)}"
    note = put_right(file, f"{what} was taken back; {where} {since}", at)
    return telling_place(file, note)


def telling_times(
    held: CaseFile, file: CaseFile, ward: CoveredWard | None, hospital: Hospital, at: datetime
) -> CaseFile:
    """`file`, its timeline saying so where a time that it told of the same ward, or of the admission, was corrected."""
    was, now = held.encounter.admitted_at, file.encounter.admitted_at
    if was is not None and now is not None and was != now:
        text = f"Admitted to hospital on {named_moment(now)}: {THE_TIME_WAS_CORRECTED}"
        file = replace(file, notes=(*file.notes, Note("hospital", at, at, text)))
    before, after = _visits(held.encounter, ward, hospital), _visits(file.encounter, ward, hospital)
    came, comes = _last(before, ward), _last(after, ward)
    if came is None or comes is None or came.is_first or comes.is_first or _is_known(came, file.encounter):
        return file
    text = f"Moved to {on_ward(file)} on {named_moment(comes.since)}: {THE_TIME_WAS_CORRECTED}"
    return telling_place(file, put_right(file, text, at))


def _is_known(visit: _Visit, stay: EncounterState) -> bool:
    """Whether somebody still was moved then: to another bed of the ward, if not to the ward."""
    return any(movement.since == visit.since for movement in stay.movements)


def _visits(stay: EncounterState, ward: CoveredWard | None, hospital: Hospital) -> Sequence[_Visit]:
    """The wards of a stay, one after the other. A temporary place is none, unless the person is counted to it."""
    visits: list[_Visit] = []
    for number, movement in enumerate(stay.movements):
        place = _ward_of(movement, hospital)
        if place is not None and place.keeps_base and place != ward:
            continue
        ward_id = place.ward_id if place else None
        if not visits or visits[-1].ward_id != ward_id:
            visits.append(_Visit(ward_id, movement.since, number == 0))
    return visits


def _ward_of(movement: Movement, hospital: Hospital) -> CoveredWard | None:
    return hospital.wards_by_code.get(movement.location.ward_code or "")


def _last(visits: Sequence[_Visit], ward: CoveredWard | None) -> _Visit | None:
    """How the person came to the ward they are counted to, where the movements say so."""
    last = visits[-1] if visits else None
    return last if last is not None and last.ward_id == (ward.ward_id if ward else None) else None


def _count(visits: Sequence[_Visit], ward_id: str | None) -> int:
    return sum(one.ward_id == ward_id for one in visits)
