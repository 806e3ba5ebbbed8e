"""Lists of cases for people: a handful of statements whatever their length."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    FromClause,
    Row,
    Select,
    String,
    Table,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from services.discharge.model.cases import ClosedBecause, Note, Task
from services.discharge.model.offers import Offer
from services.discharge.model.seen import Seen
from services.discharge.store import offers
from services.discharge.store.case_rows import past_task
from services.discharge.store.task_lists import read
from services.discharge.tables import cases as t
from services.discharge.tables.seen import seen_marks
from shared.contracts.cases import CaseState
from shared.contracts.encounters import EncounterState
from shared.database import Prepared, Reading, among, many

HELD = ("open", "following")
_TRUST: BindParameter[str] = bindparam("trust")
_CASE: BindParameter[str] = bindparam("case", type_=String())
_IDS = many("ids")


@dataclass(frozen=True, slots=True)
class Listed:
    """A case as a list needs it. `seen` is what this reader saw when they last looked.

    `declines` and `offers` are how many it ever had; `offer` is the one that waits for this reader.
    """

    case: CaseState
    stay: EncounterState
    tasks: tuple[Task, ...]
    reviewed: tuple[bool, datetime] | None
    seen: Seen | None
    declines: int = 0
    offers: int = 0
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases: everything given must hold. `mine` is a staff id with `clusters`: hand-overs to those count too, and
    any that have risen to `late_level`; so do offers to them, and what was declined in the clusters they lead
    (`leads`).
    """

    trust: str
    reader: str
    mine: str | None = None
    clusters: tuple[str, ...] = ()
    cluster_id: str | None = None
    ward_id: str | None = None
    statuses: tuple[str, ...] = HELD
    case_ids: tuple[str, ...] | None = None
    late_level: int | None = None
    leads: tuple[str, ...] = ()


async def listed(reading: Reading, wanted: Wanted) -> list[Listed]:
    """The cases wanted, in no order."""
    table = t.cases
    columns = (table.c.case_id, table.c.published, table.c.encounter, table.c.tasks, table.c.declines, table.c.offers)
    statement = select(*columns).where(*_conditions(wanted))
    rows = await reading.rows(statement)
    ids = [row.case_id for row in rows]
    if not ids:
        return []
    reviewed, seen = await _reviewed(reading, wanted.trust, ids), await _seen(reading, wanted, ids)
    states = [CaseState.model_validate(row.published) for row in rows]
    asked = await offers.waiting_for(
        reading, wanted.trust, wanted.reader, [one.case_id for one in states if one.offers_waiting]
    )
    return [
        Listed(
            state,
            EncounterState.model_validate(row.encounter),
            read(row.tasks),
            reviewed.get(row.case_id),
            seen.get(row.case_id),
            row.declines,
            row.offers,
            asked.get(row.case_id),
        )
        for row, state in zip(rows, states, strict=True)
    ]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    table = t.cases
    found: list[ColumnElement[bool]] = [table.c.trust == wanted.trust]
    if wanted.case_ids is not None:
        found.append(among(table.c.case_id, wanted.case_ids))
    elif wanted.mine is not None:
        found.append(_mine(wanted, wanted.mine))
    else:
        found.append(table.c.status.in_(wanted.statuses))
    if wanted.cluster_id is not None:
        found.append(table.c.cluster_id == wanted.cluster_id)
    if wanted.ward_id is not None:
        found.append(table.c.ward_id == wanted.ward_id)
    return found


def _mine(wanted: Wanted, mine: str) -> ColumnElement[bool]:
    """Those `mine` holds, may accept or has accepted jointly, decides about or is asked to join; and, until they have
    looked, those who died while `mine` held them.
    """
    table, held, marks, dead = t.cases, t.holdings, seen_marks, t.cases.alias("dead")
    holds = select(held.c.case_id).where(held.c.trust == wanted.trust, held.c.coordinator_id == mine, held.c.is_current)
    to_them = t.hand_overs.c.to_cluster.in_(wanted.clusters)
    if wanted.late_level is not None:
        to_them |= t.hand_overs.c.level >= wanted.late_level
    waits = select(t.hand_overs.c.case_id).where(
        t.hand_overs.c.trust == wanted.trust,
        t.hand_overs.c.ended_at.is_(None),
        (t.hand_overs.c.taker_id.is_(None) & to_them) | (t.hand_overs.c.taker_id == mine),
    )
    theirs = (holds, waits, _declined(wanted), offers.offered_to(wanted.trust, mine))
    if wanted.statuses != HELD:
        return table.c.status.in_(wanted.statuses) & table.c.case_id.in_(union_all(*theirs))
    held_last = select(held.c.case_id).where(
        held.c.trust == wanted.trust,
        held.c.coordinator_id == mine,
        held.c.case_id == dead.c.case_id,
        held.c.number == dead.c.last_holding,
    )
    looked = select(marks.c.case_id).where(
        marks.c.trust == wanted.trust,
        marks.c.caller == wanted.reader,
        marks.c.case_id == dead.c.case_id,
        marks.c.seen_at >= dead.c.closed_at,
    )
    died = select(dead.c.case_id).where(dead.c.trust == wanted.trust, _died(dead), exists(held_last), ~exists(looked))
    shown = table.c.status.in_(wanted.statuses) | _died(table)
    return shown & table.c.case_id.in_(union_all(*theirs, died))


def _declined(wanted: Wanted) -> Select[Any]:
    """The cases that a lead of these clusters decides about."""
    table = t.cases.alias("declined")
    return select(table.c.case_id).where(
        table.c.trust == wanted.trust, table.c.cluster_id.in_(wanted.leads), table.c.declined_since.is_not(None)
    )


def _died(table: FromClause) -> ColumnElement[bool]:
    """In the words of the index `discharge_cases_died`: SQLite compares the words."""
    return table.c.closed_because == literal_column(f"'{ClosedBecause.DIED.value}'")


_REVIEWED = Prepared(
    select(t.reviews.c.case_id, t.reviews.c.meets_criteria, t.reviews.c.recorded_at)
    .where(t.reviews.c.trust == _TRUST, among(t.reviews.c.case_id, _IDS))
    .order_by(t.reviews.c.true_from, t.reviews.c.recorded_at, t.reviews.c.number)
)


async def _reviewed(reading: Reading, trust: str, ids: Sequence[str]) -> dict[str, tuple[bool, datetime]]:
    rows = await reading.rows(_REVIEWED, {"trust": trust, "ids": ids})
    return {row.case_id: (row.meets_criteria, row.recorded_at) for row in rows}


_SEEN = Prepared(
    select(seen_marks.c.case_id, seen_marks.c.published, seen_marks.c.seen_at).where(
        seen_marks.c.trust == _TRUST, seen_marks.c.caller == bindparam("reader"), among(seen_marks.c.case_id, _IDS)
    )
)


async def _seen(reading: Reading, wanted: Wanted, ids: Sequence[str]) -> dict[str, Seen]:
    rows = await reading.rows(_SEEN, {"trust": wanted.trust, "reader": wanted.reader, "ids": ids})
    return {row.case_id: Seen(CaseState.model_validate(row.published), row.seen_at) for row in rows}


_LEARNED_AT = Prepared(
    select(func.max(t.cases.c.learned_at, type_=t.cases.c.learned_at.type)).where(t.cases.c.trust == _TRUST)
)


async def learned_at(reading: Reading, trust: str) -> datetime | None:
    """When the newest hospital fact known here was learned (UTC)."""
    return await reading.value(_LEARNED_AT, {"trust": trust})


async def changed_after(reading: Reading, at: datetime) -> list[str]:
    """The cases of every trust that were last changed after `at`: none, unless a clock was ahead."""
    rows = await reading.rows(select(t.cases.c.case_id).where(t.cases.c.changed_at > at).order_by(t.cases.c.case_id))
    return [row.case_id for row in rows]


def _with_merged_away() -> CTE:
    """The case and those of stays that were merged into its own. A union, so that it ends even on a circle of them."""
    merged = t.cases
    itself = select(_CASE.label("case_id"), bindparam("encounter", type_=String()).label("encounter_id"))
    here = itself.cte("here", recursive=True)
    into = (merged.c.trust == _TRUST, merged.c.merged_into.is_not(None), merged.c.merged_into == here.c.encounter_id)
    return here.union(select(merged.c.case_id, merged.c.encounter_id).where(*into))


def _whole_timeline() -> Prepared:
    notes, here = t.timeline, _with_merged_away()
    own = notes.c.case_id == _CASE
    return Prepared(
        select(notes, own.label("own"))
        .join_from(here, notes, (notes.c.trust == _TRUST) & (notes.c.case_id == here.c.case_id))
        .where(or_(own, notes.c.kind == "person"))
        .order_by(notes.c.at.desc(), own.desc(), notes.c.entry_id.desc())
    )


_TIMELINE = _whole_timeline()


async def timeline(reading: Reading, trust: str, case_id: str, encounter_id: str) -> list[tuple[Note, bool]]:
    """What happened, newest first; each with whether it was recorded on a stay that was merged into this one.

    Of such stays, merged directly or through another, only what people recorded is there.
    """
    rows = await reading.rows(_TIMELINE, {"trust": trust, "case": case_id, "encounter": encounter_id})
    return [(Note(row.kind, row.at, row.learned_at, row.text, row.by), not row.own) for row in rows]


@cache
def _of_case(table: Table) -> Prepared:
    """What one of the tables has of a case, newest first."""
    wanted = select(table).where(table.c.trust == _TRUST, table.c.case_id == _CASE)
    return Prepared(wanted.order_by(table.c.number.desc()))


async def holdings(reading: Reading, trust: str, case_id: str) -> list[Row[Any]]:
    """Everybody who held the case, newest first."""
    return await reading.rows(_of_case(t.holdings), {"trust": trust, "case": case_id})


async def task_history(reading: Reading, trust: str, case_id: str, task_id: str) -> list[Task]:
    """Every state of a task, newest first."""
    present = await reading.value(select(t.cases.c.tasks).where(t.cases.c.trust == trust, t.cases.c.case_id == case_id))
    now = [task for task in (read(present) if present is not None else ()) if task.task_id == task_id]
    past = t.past_tasks
    own = (past.c.trust == trust, past.c.case_id == case_id, past.c.task_id == task_id)
    rows = await reading.rows(select(past).where(*own).order_by(past.c.number.desc()))
    return [*now, *(past_task(row) for row in rows)]


async def entries(reading: Reading, trust: str, case_id: str) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """The reviews and the expected dates of a case, newest first."""
    params = {"trust": trust, "case": case_id}
    return await reading.rows(_of_case(t.reviews), params), await reading.rows(_of_case(t.expected_dates), params)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people a ward has, and how many of them can go."""

    people: int
    can_go: int


_TALLIES = Prepared(
    select(t.cases.c.ward_id, func.count().label("people"), func.count(t.cases.c.ready_since).label("can_go"))
    .where(t.cases.c.trust == _TRUST, t.cases.c.status == "open", t.cases.c.ward_id.is_not(None))
    .group_by(t.cases.c.ward_id)
)


async def tallies(reading: Reading, trust: str) -> dict[str, Tally]:
    """The people in each ward, by ward id."""
    return {row.ward_id: Tally(row.people, row.can_go) for row in await reading.rows(_TALLIES, {"trust": trust})}
