"""Between the rows of a case and the case: one function each way for each table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from services.discharge.model.cases import (
    CancelledBy,
    CaseFile,
    ClosedBecause,
    Cover,
    ExpectedDate,
    HeldBy,
    PathwaySet,
    Review,
    Stood,
    Task,
    TaskClock,
    in_fields,
)
from services.discharge.model.offers import Decline, Offer
from services.discharge.model.records import PlanStanding
from services.discharge.store.task_lists import read, written
from shared.contracts.api.discharge import Profession, TaskStatus
from shared.contracts.api.discharge.offers import NeedKind
from shared.contracts.cases import CaseState, CaseStatus, HandOver, Pathway
from shared.contracts.encounters import EncounterState
from shared.database.types import JsonText


@dataclass(frozen=True, slots=True)
class Asked:
    """What was answered by those who were asked to take a case."""

    declines: tuple[Decline, ...] = ()
    offers: tuple[Offer, ...] = ()


def case_row(file: CaseFile, published: str, at: datetime) -> dict[str, object]:
    """The row of `discharge_cases`; `published` is the JSON of what is announced of it."""
    return {
        "trust": file.trust,
        "case_id": file.case_id,
        "encounter_id": file.encounter_id,
        "person_id": file.encounter.person.person_id,
        "version": file.version,
        "status": file.status.value,
        "opened_at": file.opened_at,
        "encounter": JsonText(file.encounter.model_dump_json()),
        "published": JsonText(published),
        "tasks": written(file.tasks),
        "ward_id": file.ward_id,
        "ward_name": file.ward_name,
        "nhs_number": file.encounter.person.nhs_number,
        "mrn": file.encounter.person.mrn,
        "plan": {person: _plan_row(one) for person, one in file.plan.items()},
        "counts_in_delays": file.counts_in_delays,
        "cluster_id": file.cluster_id,
        "cluster_name": file.cluster_name,
        "holding": file.holding.number if file.holding else None,
        "holding_is_current": True,
        "last_holding": file.last_holding,
        "ready_since": file.ready_since,
        "discharge_ready_date": file.discharge_ready_date,
        "delay_level": file.delay.level if file.delay else None,
        "closed_because": file.closed_because.value if file.closed_because else None,
        "closed_at": file.closed_at,
        "look_again_at": file.look_again_at,
        "learned_at": file.encounter.learned_at,
        "changed_at": at,
        "merged_into": file.encounter.merged_into,
        "stood_at": file.stood_at,
        "stood": file.stood.model_dump(mode="json") if file.stood else None,
        "declines": len(file.declines),
        "offers": len(file.offers),
        "declined_since": file.undecided.at if file.undecided else None,
        "place_told_at": file.place_told_at,
    }


def case_file(
    row: Row[Any],
    holding: HeldBy | None,
    reviews: tuple[Review, ...],
    expected: tuple[ExpectedDate, ...],
    pathways: tuple[PathwaySet, ...],
    asked: Asked,
) -> CaseFile:
    """The case of a row of `discharge_cases` and what belongs to it."""
    told = CaseState.model_validate(row.published)
    return CaseFile(
        trust=row.trust,
        case_id=row.case_id,
        encounter=EncounterState.model_validate(row.encounter),
        version=row.version,
        status=CaseStatus(row.status),
        opened_at=row.opened_at,
        ward_id=row.ward_id,
        ward_name=row.ward_name,
        counts_in_delays=row.counts_in_delays,
        cluster_id=row.cluster_id,
        cluster_name=row.cluster_name,
        holding=holding,
        last_holding=row.last_holding,
        hand_over=told.hand_over,
        tasks=read(row.tasks),
        reviews=reviews,
        expected=expected,
        pathways=pathways,
        plan={person: _plan_standing(counted) for person, counted in row.plan.items()},
        moments=told.moments,
        delay=told.delay,
        delay_ended_by=told.delay_ended_by,
        delay_ended_because=told.delay_ended_because,
        ready_since=row.ready_since,
        discharge_ready_date=row.discharge_ready_date,
        overdue_tasks=told.overdue_tasks,
        person_changed_at=told.person_changed_at,
        place_told_at=row.place_told_at,
        closed_because=ClosedBecause(row.closed_because) if row.closed_because else None,
        closed_at=row.closed_at,
        look_again_at=row.look_again_at,
        stood_at=row.stood_at,
        stood=stood(row.stood),
        declines=asked.declines,
        offers=asked.offers,
    )


def _plan_row(plan: PlanStanding) -> list[object]:
    """The two counts, and the kinds of need where there are any."""
    return [plan.not_laid_out, plan.not_met, *([[need.value for need in plan.needs]] if plan.needs else [])]


def _plan_standing(kept: Sequence[Any]) -> PlanStanding:
    return PlanStanding(kept[0], kept[1], tuple(NeedKind(need) for need in (kept[2] if len(kept) > 2 else ())))


def stood(kept: Mapping[str, object] | None) -> Stood | None:
    """How a case stood, of what is kept of it."""
    return None if kept is None else Stood.model_validate(kept)


def holding_row(file: CaseFile, held: HeldBy, weight: float, ended_at: datetime | None) -> dict[str, object]:
    """The row of `discharge_holdings`; `weight` is what the case is in a caseload, `ended_at` for one that is over."""
    return {
        "trust": file.trust,
        "case_id": file.case_id,
        "number": held.number,
        "is_current": ended_at is None,
        "since": held.since,
        "ended_at": ended_at,
        "coordinator_id": held.coordinator_id,
        "coordinator_name": held.coordinator_name,
        "coordinator_phone": held.coordinator_phone,
        "uncovered_since": held.uncovered_since,
        "reason": held.reason,
        "explanation": list(held.explanation),
        "cluster_id": held.cluster_id,
        "kept_in": held.kept_in,
        **in_fields(held.cover),
        "weight": weight,
        "uncovered_in": held.uncovered_in,
    }


def held_by(row: Row[Any]) -> HeldBy:
    """The holding of a row of `discharge_holdings`."""
    return HeldBy(
        row.number,
        row.since,
        row.reason,
        tuple(row.explanation),
        row.coordinator_id,
        row.coordinator_name,
        row.coordinator_phone,
        row.uncovered_since,
        row.cluster_id,
        Cover(row.covered_by, row.covered_by_phone, row.cover_until, row.covered_by_id) if row.cover_until else None,
        row.kept_in,
        row.uncovered_in,
    )


def hand_over_row(file: CaseFile, raised: HandOver) -> dict[str, object]:
    """The row of `discharge_hand_overs` of one that waits."""
    return {
        "trust": file.trust,
        "case_id": file.case_id,
        "encounter_id": file.encounter_id,
        "ended_at": None,
        **{name: getattr(raised, name) for name in HandOver.model_fields},
    }


def past_task_row(file: CaseFile, task: Task) -> dict[str, object]:
    """The row of `discharge_past_tasks`."""
    return {
        "trust": file.trust,
        "task_id": task.task_id,
        "case_id": file.case_id,
        "encounter_id": file.encounter_id,
        "number": task.number,
        "code": task.code,
        "title": task.title,
        "owner_profession": task.owner_profession.value,
        "owner_id": task.owner_id,
        "owner_name": task.owner_name,
        "status": task.status.value,
        "clock": task.clock.value,
        "needs": list(task.needs),
        "due_at": task.due_at,
        "due_by_person": task.due_by_person,
        "added_at": task.added_at,
        "started_at": task.started_at,
        "waiting_on": task.waiting_on,
        "waiting_since": task.waiting_since,
        "note": task.note,
        "delay_reason": task.delay_reason,
        "changed_at": task.changed_at,
        "changed_by": task.changed_by,
        "cancelled_by": task.cancelled_by.value if task.cancelled_by else None,
        "resumes_as": task.resumes_as.value if task.resumes_as else None,
    }


def past_task(row: Row[Any]) -> Task:
    """The task of a row of `discharge_past_tasks`."""
    return Task(
        task_id=row.task_id,
        code=row.code,
        title=row.title,
        owner_profession=Profession(row.owner_profession),
        status=TaskStatus(row.status),
        number=row.number,
        clock=TaskClock(row.clock),
        added_at=row.added_at,
        changed_at=row.changed_at,
        needs=tuple(row.needs),
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        due_at=row.due_at,
        due_by_person=row.due_by_person,
        started_at=row.started_at,
        waiting_on=row.waiting_on,
        waiting_since=row.waiting_since,
        note=row.note,
        delay_reason=row.delay_reason,
        changed_by=row.changed_by,
        cancelled_by=CancelledBy(row.cancelled_by) if row.cancelled_by else None,
        resumes_as=TaskStatus(row.resumes_as) if row.resumes_as else None,
    )


def review(row: Row[Any]) -> Review:
    """The review of a row of `discharge_reviews`."""
    return Review(
        row.number,
        row.meets_criteria,
        row.true_from,
        row.recorded_at,
        row.recorded_by,
        row.encounter_id,
        tuple(row.criteria),
        row.note,
    )


def expected_date(row: Row[Any]) -> ExpectedDate:
    """The date of a row of `discharge_expected_dates`."""
    return ExpectedDate(row.number, row.expected_on, row.recorded_at, row.recorded_by, row.encounter_id, row.reason)


def pathway_set(row: Row[Any]) -> PathwaySet:
    """The pathway of a row of `discharge_pathways`."""
    pathway = Pathway(row.pathway)
    return PathwaySet(row.number, pathway, row.recorded_at, row.recorded_by, row.encounter_id, row.reason)
