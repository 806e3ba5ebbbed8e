"""A case as the world is told of it. Nothing about the person, and nothing that a person typed."""

from datetime import datetime
from typing import Final

from services.discharge.model.cases import CaseFile, ClosedBecause, HeldBy, in_fields
from services.discharge.rules.checklist import SETTLED
from services.discharge.rules.stop_first import left_on_own_decision
from shared.contracts.api.discharge.offers import OfferStatus
from shared.contracts.cases import CaseState, CaseStatus, Holding

GIVEN: Final = "Given by a person."


def published(file: CaseFile, at: datetime) -> CaseState:
    """The state of `file` that is announced, at its version."""
    return CaseState(
        case_id=file.case_id,
        encounter_id=file.encounter_id,
        trust=file.trust,
        version=file.version,
        status=file.status,
        ward_id=file.ward_id,
        ward_name=file.ward_name,
        bed=file.encounter.location.bed if file.encounter.location else None,
        cluster_id=file.cluster_id,
        cluster_name=file.cluster_name,
        pathway=file.pathway,
        expected_discharge_on=file.expected_on,
        ready_since=file.ready_since,
        discharge_ready_date=file.discharge_ready_date,
        holding=_told(file.holding) if file.holding else None,
        hand_over=file.hand_over,
        moments=file.moments,
        delay=file.delay,
        delay_ended_by=file.delay_ended_by,
        delay_ended_because=file.delay_ended_because,
        withdrawn_because=_withdrawn(file),
        open_tasks=sum(task.status not in SETTLED for task in file.tasks),
        overdue_tasks=file.overdue_tasks,
        deceased=file.encounter.person.deceased or file.closed_because is ClosedBecause.DIED,
        own_discharge=left_on_own_decision(file.encounter),
        person_changed_at=file.person_changed_at,
        declined_since=file.undecided.at if file.undecided else None,
        offers_waiting=sum(one.status is OfferStatus.OFFERED for one in file.offers),
        learned_at=file.encounter.learned_at,
        at=at,
    )


def _withdrawn(file: CaseFile) -> str | None:
    why = file.closed_because if file.status is CaseStatus.WITHDRAWN else None
    return why.value if why else None


def _told(held: HeldBy) -> Holding:
    """A holding as everybody may read it.

    A reason that a person typed is none of the steps of its explanation; instead of it is told who gave the case.
    """
    told = holding(held)
    chosen = held.coordinator_id is None or held.reason in held.explanation
    return told if chosen else told.model_copy(update={"reason": next(iter(held.explanation), GIVEN)})


def holding(held: HeldBy) -> Holding:
    """A holding as it is shown to who may see the case."""
    told = Holding(
        coordinator_id=held.coordinator_id,
        coordinator_name=held.coordinator_name,
        coordinator_phone=held.coordinator_phone,
        since=held.since,
        uncovered_since=held.uncovered_since,
        reason=held.reason,
        explanation=held.explanation,
    )
    return told if held.cover is None else told.model_copy(update=in_fields(held.cover))


def differences(before: CaseState | None, after: CaseState) -> tuple[str, ...]:
    """The names of what differs, its version and times apart; `opened` for a new case. Empty when nothing does."""
    if before is None:
        return ("opened",)
    fields = [name for name in CaseState.model_fields if name not in ("version", "learned_at", "at")]
    return tuple(name for name in fields if getattr(before, name) != getattr(after, name))
