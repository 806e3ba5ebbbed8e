"""What people see of cases: read together, audited before it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from services.discharge.handlers.hospital import hospital_now
from services.discharge.model.cases import Cover
from services.discharge.model.cover import Hospital
from services.discharge.model.readers import Reader
from services.discharge.rules.absence import answered, off_duty
from services.discharge.rules.handing_over import AT_DESK
from services.discharge.rules.offer_views import decline_views, offer_views
from services.discharge.rules.published import holding
from services.discharge.rules.readers import as_at_work
from services.discharge.rules.summaries import counts, in_order, named_for, passes, summary, task_view
from services.discharge.store import hospital as people
from services.discharge.store import lists, offers
from services.discharge.store.case_rows import held_by
from shared.contracts.api.discharge import (
    CaseDetail,
    CaseList,
    CaseSummary,
    ExpectedDateView,
    Movement,
    ReviewView,
    TimelineEntry,
)
from shared.contracts.api.discharge.offers import DeclineView, OfferView
from shared.contracts.encounters import EncounterState
from shared.database import Reading
from shared.refusals import not_found

MERGED_WORDS = "recorded on a stay that was merged into this one"


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: a filter, how many, from where."""

    only: str | None = None
    limit: int = 200
    start: int = 0


async def summaries(reading: Reading, wanted: lists.Wanted, reader: Reader, at: datetime) -> list[CaseSummary]:
    """The cases wanted as rows for `reader`, most urgent first."""
    return (await _read(reading, wanted, reader, at))[0]


async def _read(
    reading: Reading, wanted: lists.Wanted, reader: Reader, at: datetime
) -> tuple[list[CaseSummary], Reader]:
    """The cases wanted as rows, most urgent first, and who reads them as they are at work."""
    hospital = await hospital_now(reading, wanted.trust, at)
    reader = as_at_work(reader, hospital, at)
    late = AT_DESK if reader.at_the_desk else None
    leads = reader.clusters if reader.leads else ()
    found = await lists.listed(reading, replace(wanted, clusters=reader.clusters, late_level=late, leads=leads))
    absent = off_duty(hospital, at)
    return in_order([_row(one, reader, absent, at) for one in found]), reader


def _row(one: lists.Listed, reader: Reader, absent: Mapping[str, Cover], at: datetime) -> CaseSummary:
    """A case as a row that says who answers for it at `at`."""
    row = summary(one.case, one.stay, one.tasks, one.reviewed, one.seen, reader, at, one.offer)
    held = answered(row.holding, absent, at)
    return row if held is row.holding else row.model_copy(update={"holding": held})


async def case_list(reading: Reading, wanted: lists.Wanted, reader: Reader, page: Page, at: datetime) -> CaseList:
    """A page of the cases wanted, for `reader`. `counts` are of the whole list."""
    rows, reader = await _read(reading, wanted, reader, at)
    shown = [row for row in rows if page.only is None or passes(page.only, row, at)]
    end = page.start + page.limit
    return CaseList(
        items=tuple(shown[page.start : end]),
        total=len(shown),
        next=str(end) if end < len(shown) else None,
        counts=dict(counts(rows, reader, at)),
        data_as_of=await lists.learned_at(reading, wanted.trust),
        at=at,
    )


async def detail(reading: Reading, trust: str, reader: Reader, case_id: str, at: datetime) -> CaseDetail:
    """Everything a case page shows. Raises `Refused` (404) for no such case."""
    found = await lists.listed(reading, lists.Wanted(trust, reader.id, clusters=reader.clusters, case_ids=(case_id,)))
    if not found:
        raise not_found("case")
    one = found[0]
    reviews, expected = await lists.entries(reading, trust, case_id)
    hospital = await hospital_now(reading, trust, at)
    staff = await people.staff(reading, trust) if any(task.owner_id for task in one.tasks) else {}
    return CaseDetail(
        summary=_row(one, as_at_work(reader, hospital, at), off_duty(hospital, at), at),
        tasks=tuple(task_view(task, at, staff, coordinator=named_for(one.case)) for task in one.tasks),
        reviews=tuple(_review(row) for row in reviews),
        expected_dates=tuple(_expected(row) for row in expected),
        movements=_movements(one.stay, hospital),
        holdings=tuple(holding(held_by(row)) for row in await lists.holdings(reading, trust, case_id)),
        declines=await _declines(reading, one),
        offers=await _offers(reading, one),
        timeline=await _timeline(reading, one),
        data_as_of=await lists.learned_at(reading, trust),
        at=at,
    )


async def _declines(reading: Reading, one: lists.Listed) -> tuple[DeclineView, ...]:
    found = await offers.declines(reading, one.case.trust, [one.case.case_id] if one.declines else [])
    return decline_views(found.get(one.case.case_id, ()), one.case, one.stay.person.person_id)


async def _offers(reading: Reading, one: lists.Listed) -> tuple[OfferView, ...]:
    found = await offers.offers(reading, one.case.trust, [one.case.case_id] if one.offers else [])
    return offer_views(found.get(one.case.case_id, ()), one.stay.person.person_id)


async def _timeline(reading: Reading, one: lists.Listed) -> tuple[TimelineEntry, ...]:
    """What happened, newest first; and what people recorded on stays that turned out to be this one."""
    return tuple(
        TimelineEntry(
            kind=note.kind,
            at=note.at,
            learned_at=note.learned_at,
            text=f"{note.text} ({MERGED_WORDS})" if is_from_merged else note.text,
            by=note.by,
        )
        for note, is_from_merged in await lists.timeline(
            reading, one.case.trust, one.case.case_id, one.case.encounter_id
        )
    )


def _review(row: Row[Any]) -> ReviewView:
    return ReviewView(
        review_id=f"{row.case_id}.R{row.number}",
        meets_criteria=row.meets_criteria,
        criteria=tuple(row.criteria),
        true_from=row.true_from,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        note=row.note,
    )


def _expected(row: Row[Any]) -> ExpectedDateView:
    return ExpectedDateView(
        expected_on=row.expected_on, recorded_at=row.recorded_at, recorded_by=row.recorded_by, reason=row.reason
    )


def _movements(stay: EncounterState, hospital: Hospital) -> tuple[Movement, ...]:
    return tuple(_movement(one.location.ward_code, one.location.bed, one.since, hospital) for one in stay.movements)


def _movement(code: str | None, bed: str | None, since: datetime, hospital: Hospital) -> Movement:
    ward = hospital.wards_by_code.get(code or "")
    return Movement(ward_name=ward.name if ward else "A ward not known to Homeward", bed=bed, since=since)


def case_ids(rows: Sequence[CaseSummary]) -> list[str]:
    """Who is shown, for the audit."""
    return [row.case_id for row in rows]
