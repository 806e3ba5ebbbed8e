"""What follows from the facts of a case at an instant: due times, readiness, delay, moments, closing, the next look.

Every change of a case ends here, whoever caused it: a request, an event, or the clock.
"""

from datetime import date, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from services.discharge.model.cases import CancelledBy, CaseFile, ClosedBecause, Note, TaskClock
from services.discharge.model.hospital import TrustPolicy
from services.discharge.rules import checklist, delay, offering
from services.discharge.rules.due import Anchors
from services.discharge.rules.late_hand_overs import next_change, risen
from services.discharge.rules.leaving import has_left, left_by
from services.discharge.rules.moments import moments
from services.discharge.rules.readiness import Stay, readiness
from shared.contracts.cases import CaseStatus, DelayCondition

UNCOVERED_RETRY: Final = timedelta(minutes=15)
"""How often somebody is looked for anew for a person nobody is named for, or whose co-ordinator declined."""

_ENDING = {
    ClosedBecause.FOLLOWED_UP: ("homeward", "Case closed: everything due after leaving is done"),
    ClosedBecause.LAPSED: ("clock", "Case closed: the time for follow-up has run out"),
    ClosedBecause.DIED: ("hospital", "Case closed: the person died"),
    ClosedBecause.ADMISSION_UNDONE: ("hospital", "Case withdrawn: the admission was taken back"),
    ClosedBecause.MERGED_AWAY: ("hospital", "Case withdrawn: the stay is part of another"),
    ClosedBecause.NOT_COORDINATED: ("hospital", "Case withdrawn: the stay is not one that is co-ordinated"),
}


def settle(file: CaseFile, policy: TrustPolicy, at: datetime) -> CaseFile:
    """`file` with everything that is derived brought up to `at` (UTC). Settling twice changes nothing."""
    return held(brought_up(file, policy, at), policy, at)


def brought_up(file: CaseFile, policy: TrustPolicy, at: datetime) -> CaseFile:
    """The part of settling that does not ask who holds `file`: readiness, the tasks' times, the end of follow-up."""
    since, ready_date = _ready(file)
    stay = file.encounter
    anchors = Anchors(stay.admitted_at, file.expected_on, since, stay.discharged_at, policy.follow_up_within)
    tasks = checklist.timed(file.tasks, anchors, at)
    if (file.ready_since, file.discharge_ready_date, file.tasks) != (since, ready_date, tasks):
        file = replace(file, ready_since=since, discharge_ready_date=ready_date, tasks=tasks)
    return _followed(file, policy, at)


def held(file: CaseFile, policy: TrustPolicy, at: datetime) -> CaseFile:
    """`file`, brought up, with what follows from that: the delay, cover, moments, the next look."""
    covered = _cover(risen(_delay(file, policy, at), policy, at), at)
    told, late = moments(covered, at), len(checklist.overdue(covered.tasks, at))
    again = _look_again(covered, policy, at)
    if (covered.moments, covered.overdue_tasks, covered.look_again_at) == (told, late, again):
        return covered
    return replace(covered, moments=told, overdue_tasks=late, look_again_at=again)


def _ready(file: CaseFile) -> tuple[datetime | None, date | None]:
    """Since when the person is ready and here, and the discharge ready date."""
    stay = file.encounter
    here = file.status is CaseStatus.OPEN
    found = readiness(
        file.reviews,
        Stay(
            stay.admitted_at,
            left_by(file),
            file.closed_because is ClosedBecause.DIED,
            stay.patient_class,
        ),
    )
    undone = file.status is CaseStatus.WITHDRAWN
    return found.ready_since if here else None, None if undone else found.discharge_ready_date


def _followed(file: CaseFile, policy: TrustPolicy, at: datetime) -> CaseFile:
    """Close a case whose follow-up is done, or has lapsed."""
    if file.status is not CaseStatus.FOLLOWING:
        return file
    after = [task for task in file.tasks if task.clock is TaskClock.AFTER_LEAVING]
    left = file.encounter.discharged_at
    if all(task.status in checklist.SETTLED for task in after):
        return closed(file, ClosedBecause.FOLLOWED_UP, at)
    if left is not None and left + policy.follow_up_lapses_after <= at:
        lapsed = replace(file, tasks=checklist.cancelled(file.tasks, CancelledBy.LAPSE, at))
        return closed(lapsed, ClosedBecause.LAPSED, at)
    return file


def closed(file: CaseFile, why: ClosedBecause, at: datetime, status: CaseStatus = CaseStatus.CLOSED) -> CaseFile:
    """`file` closed or withdrawn: nobody holds it any more."""
    kind, words = _ENDING[why]
    return replace(
        file,
        status=status,
        closed_because=why,
        closed_at=at,
        holding=None,
        hand_over=None,
        offers=offering.ended(file.offers, at),
        notes=(*file.notes, Note(kind, at, at, words)),
    )


def _delay(file: CaseFile, policy: TrustPolicy, at: datetime) -> CaseFile:
    since = file.ready_since if file.status is CaseStatus.OPEN and file.counts_in_delays else None
    found = delay.assess(since, policy.delay_after, policy.escalate_after, at)
    if found is not None:
        return _delayed(file, found, at)
    if file.delay is None:
        taken_back = file.delay_ended_by == "left" and not has_left(file)
        return replace(file, delay_ended_by="undone", delay_ended_because=_not_left(file)) if taken_back else file
    if has_left(file):
        ended = Note("hospital", file.encounter.discharged_at or at, at, "Delay ended")
        return replace(file, delay=None, delay_ended_by="left", delay_ended_because=None, notes=(*file.notes, ended))
    because = _no_longer(file)
    note = Note("homeward" if file.is_held else "hospital", at, at, f"Delay taken back: {because}")
    return replace(file, delay=None, delay_ended_by="undone", delay_ended_because=because, notes=(*file.notes, note))


def _no_longer(file: CaseFile) -> str:
    """Why somebody who did not leave is not delayed, in words."""
    if not file.is_held:
        return "the case was withdrawn"
    if file.ready_since is None:
        return "no longer ready to leave"
    if not file.counts_in_delays:
        return f"delays are not counted {f'on {file.ward_name}' if file.ward_name else 'here'}"
    if file.delay is None:
        return "within the limit"
    if file.ready_since > file.delay.since:
        return "ready since later than was known: within the limit"
    return "the time that the trust allows is longer now"


def _not_left(file: CaseFile) -> str:
    why = _no_longer(file)
    return f"in hospital again, and {why}" if file.is_held else why


def _delayed(file: CaseFile, found: delay.Delayed, at: datetime) -> CaseFile:
    holder = file.holding.coordinator_name if file.holding else None
    waiting = delay.told_of_waiting(file.tasks, holder, at)
    condition = DelayCondition(
        since=found.since,
        over_since=found.over_since,
        level=found.level,
        next_at=found.next_at,
        waiting_for=waiting.waiting_for,
        held_by=waiting.held_by,
        reason_code=waiting.reason_code,
    )
    notes = file.notes
    if file.delay is None:
        notes = (*notes, Note("clock", found.over_since, at, "Delayed: ready and still here past the limit"))
    elif file.delay.level < found.level:
        notes = (*notes, Note("clock", at, at, f"Delay rose to level {found.level}"))
    return replace(file, delay=condition, delay_ended_by=None, delay_ended_because=None, notes=notes)


def _cover(file: CaseFile, at: datetime) -> CaseFile:
    """A cover is over at its end: the named person is at work, or the shift of the colleague who answered has ended."""
    holding = file.holding
    if holding is None or holding.cover is None or holding.cover.until > at:
        return file
    return replace(file, holding=replace(holding, cover=None))


def _look_again(file: CaseFile, policy: TrustPolicy, at: datetime) -> datetime | None:
    """The next instant at which time alone changes something; `at` where a joint hand-over has come due and is left to
    the clock, which locks the clusters before it names anybody.
    """
    if not file.is_held:
        return None
    of_hand_over = next_change(file.hand_over, policy, at)
    if of_hand_over == at:
        return at
    instants = [of_hand_over, *(task.due_at for task in file.tasks if task.status not in checklist.SETTLED)]
    instants += offering.next_looks(file, at)
    if file.delay is not None:
        instants.append(file.delay.next_at)
    elif file.ready_since is not None and file.counts_in_delays:
        instants.append(file.ready_since + policy.delay_after)
    left = file.encounter.discharged_at
    if file.status is CaseStatus.FOLLOWING and left is not None:
        instants.append(left + policy.follow_up_lapses_after)
    if file.holding is not None:
        instants.append(file.holding.cover.until if file.holding.cover else None)
        if file.holding.coordinator_id is None or file.undecided:
            # What people do to the case meanwhile does not put the next look off.
            instants += [at + UNCOVERED_RETRY, file.look_again_at]
    return min((one for one in instants if one is not None and one > at), default=None)
