"""Loads cases whole and keeps what changed in them, many cases in each statement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Row, Table, bindparam, literal, select, update

from services.discharge.model.cases import CaseFile, ClosedBecause, ExpectedDate, PathwaySet, Review
from services.discharge.store import offers
from services.discharge.store.case_rows import (
    Asked,
    case_file,
    case_row,
    expected_date,
    hand_over_row,
    held_by,
    holding_row,
    past_task_row,
    pathway_set,
    review,
)
from services.discharge.tables import cases as t
from shared import timers
from shared.contracts.cases import CaseStatus
from shared.database import Prepared, Reading, Transaction, among, many
from shared.ids import new_id

LOOK = "case"
"""The rule of a case's own timer: time alone changes it then."""
ANEW = "setup"
"""The rule of a timer set because the hospital was set up anew. It is a row of its own, so that a change of the case
that was decided by the old setup, and commits after the new one, cannot put it off.
"""
OF_CASES = (LOOK, ANEW)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands, read unlocked: enough to know what to lock."""

    case_id: str
    encounter_id: str
    cluster_id: str | None
    named_from: str | None
    coordinator_id: str | None = None


_TRUST: BindParameter[str] = bindparam("trust")
_IDS = many("ids")
_OF_CASE = (t.holdings.c.trust == t.cases.c.trust) & (t.holdings.c.case_id == t.cases.c.case_id)
_PLACE = (
    select(
        t.cases.c.case_id,
        t.cases.c.encounter_id,
        t.cases.c.cluster_id,
        t.holdings.c.cluster_id.label("by"),
        t.holdings.c.coordinator_id,
    )
    .select_from(t.cases.outerjoin(t.holdings, _OF_CASE & t.holdings.c.is_current))
    .where(t.cases.c.trust == _TRUST)
)
_PLACES_OF_STAYS = Prepared(_PLACE.where(among(t.cases.c.encounter_id, _IDS)))
_PLACES = Prepared(_PLACE.where(among(t.cases.c.case_id, _IDS)))
_TRUSTS = Prepared(select(t.cases.c.case_id, t.cases.c.trust).where(among(t.cases.c.case_id, _IDS)))
_HELD = t.cases.c.status.in_([literal(one.value) for one in (CaseStatus.OPEN, CaseStatus.FOLLOWING)])
_PUT_AWAY = (t.cases.c.closed_because == ClosedBecause.NOT_COORDINATED.value) & (
    t.cases.c.closed_at > bindparam("since")
)
_OF_THE_OLD_SETUP = Prepared(select(t.cases.c.case_id).where(t.cases.c.trust == _TRUST, _HELD | _PUT_AWAY))
_WHOLE = select(t.cases).where(t.cases.c.trust == _TRUST, among(t.cases.c.case_id, _IDS))
_CASES = Prepared(_WHOLE)
_CASES_LOCKED = Prepared(_WHOLE.order_by(t.cases.c.case_id).with_for_update())
_LOCKING = (
    select(t.cases.c.case_id)
    .where(t.cases.c.trust == _TRUST, among(t.cases.c.case_id, _IDS))
    .order_by(t.cases.c.case_id)
)
_LOCKED = Prepared(_LOCKING.with_for_update())
_LOCKED_IF_FREE = Prepared(_LOCKING.with_for_update(skip_locked=True))
_ENDING_HAND_OVERS = Prepared(
    update(t.hand_overs)
    .where(
        t.hand_overs.c.trust == bindparam("of_trust"),
        among(t.hand_overs.c.case_id, many("of_cases")),
        t.hand_overs.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("now"))
)


@cache
def _parts(table: Table) -> Prepared:
    """The rows of cases in one of their tables; of the holdings the current ones."""
    chosen = select(table).where(table.c.trust == _TRUST, among(table.c.case_id, _IDS)).order_by(table.c.number)
    return Prepared(chosen.where(table.c.is_current) if table is t.holdings else chosen)


async def places_of_encounters(reading: Reading, trust: str, encounters: Iterable[str]) -> dict[str, Place]:
    """The cases of these encounters, by encounter id."""
    return {one.encounter_id: one for one in await _places(reading, _PLACES_OF_STAYS, trust, encounters)}


async def places(reading: Reading, trust: str, case_ids: Iterable[str]) -> dict[str, Place]:
    """These cases, by case id; those of another trust are not there."""
    return {one.case_id: one for one in await _places(reading, _PLACES, trust, case_ids)}


async def _places(reading: Reading, statement: Prepared, trust: str, ids: Iterable[str]) -> list[Place]:
    rows = await reading.rows(statement, {"trust": trust, "ids": sorted({*ids})})
    return [Place(row.case_id, row.encounter_id, row.cluster_id, row.by, row.coordinator_id) for row in rows]


async def trusts_of(reading: Reading, case_ids: Iterable[str]) -> dict[str, str]:
    """The trust of each case."""
    return {row.case_id: row.trust for row in await reading.rows(_TRUSTS, {"ids": sorted({*case_ids})})}


async def lock(tx: Transaction, trust: str, case_ids: Iterable[str]) -> list[str]:
    """Lock these cases, by id, until the end; which of them there are."""
    wanted = sorted({*case_ids})
    return [row.case_id for row in await tx.rows(_LOCKED, {"trust": trust, "ids": wanted})] if wanted else []


async def lock_free(tx: Transaction, trust: str, case_ids: Iterable[str]) -> list[str]:
    """Lock those of these cases that nobody else has locked, until the end; which."""
    rows = await tx.rows(_LOCKED_IF_FREE, {"trust": trust, "ids": sorted({*case_ids})})
    return [row.case_id for row in rows]


async def load(reading: Reading, trust: str, case_ids: Iterable[str]) -> dict[str, CaseFile]:
    """These cases whole, by case id."""
    return await _loaded(reading, trust, case_ids, _CASES)


async def load_locked(tx: Transaction, trust: str, case_ids: Iterable[str]) -> dict[str, CaseFile]:
    """These cases whole, by case id, each locked until the end before anything of it is read."""
    return await _loaded(tx, trust, case_ids, _CASES_LOCKED)


async def _loaded(reading: Reading, trust: str, case_ids: Iterable[str], cases: Prepared) -> dict[str, CaseFile]:
    wanted = sorted({*case_ids})
    if not wanted:
        return {}

    params = {"trust": trust, "ids": wanted}
    kept = await reading.rows(cases, params)

    async def rows(table: Table) -> dict[str, list[Row[Any]]]:
        found: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in await reading.rows(_parts(table), params):
            found[row.case_id].append(row)
        return found

    held = await rows(t.holdings)
    reviews, expected, pathways = await rows(t.reviews), await rows(t.expected_dates), await rows(t.pathways)
    declined = await offers.declines(reading, trust, [row.case_id for row in kept if row.declines])
    offered = await offers.offers(reading, trust, [row.case_id for row in kept if row.offers])
    return {
        row.case_id: case_file(
            row,
            next((held_by(one) for one in held[row.case_id]), None),
            tuple(review(one) for one in reviews[row.case_id]),
            tuple(expected_date(one) for one in expected[row.case_id]),
            tuple(pathway_set(one) for one in pathways[row.case_id]),
            Asked(declined.get(row.case_id, ()), offered.get(row.case_id, ())),
        )
        for row in kept
    }


@dataclass(frozen=True, slots=True)
class Change:
    """A case before and after a decision, the JSON of what is announced of it, what it weighed and weighs."""

    before: CaseFile | None
    after: CaseFile
    published: str
    weighed: float
    weight: float


async def keep(tx: Transaction, changes: Sequence[Change], at: datetime) -> None:
    """Keep `changes`, made at `at`: new entries are added, nothing recorded is overwritten."""
    await _keep_holdings(tx, changes, at)
    rows = [(one.before is None, case_row(one.after, one.published, at)) for one in changes]
    await tx.insert_many(t.cases, [row for is_new, row in rows if is_new])
    await tx.upsert_many(t.cases, [row for is_new, row in rows if not is_new], key=["trust", "case_id"])
    await tx.insert_many(t.past_tasks, [row for one in changes for row in _replaced(one)])
    await tx.insert_many(t.reviews, _new_entries(changes, "reviews"))
    await tx.insert_many(t.expected_dates, _new_entries(changes, "expected"))
    await tx.insert_many(t.pathways, _new_entries(changes, "pathways"))
    await _keep_hand_overs(tx, changes, at)
    await offers.keep(tx, [(one.before, one.after) for one in changes])
    await tx.insert_many(t.timeline, [row for one in changes for row in _timeline(one.after)])
    looks = [
        (LOOK, one.after.case_id, one.after.look_again_at)
        for one in changes
        if one.before is None or one.before.look_again_at != one.after.look_again_at
    ]
    if looks:
        await timers.set_due(tx, t.timers, looks)


async def look_anew(tx: Transaction, trust: str, since: datetime, at: datetime) -> list[str]:
    """Have every case of the trust that is held looked at again, from `at` on; which, in the order they will be.

    So are those that were found, after `since`, to be of no stay that is co-ordinated: the old setup may have said so.
    """
    rows = await tx.rows(_OF_THE_OLD_SETUP, {"trust": trust, "since": since})
    await timers.set_due(tx, t.timers, [(ANEW, row.case_id, at) for row in rows])
    return sorted(row.case_id for row in rows)


async def looked_at(tx: Transaction, case_ids: Iterable[str]) -> None:
    """These cases have been looked at since the hospital was set up."""
    await timers.set_due(tx, t.timers, [(ANEW, case_id, None) for case_id in case_ids])


async def _keep_holdings(tx: Transaction, changes: Sequence[Change], at: datetime) -> None:
    ended: list[dict[str, object]] = []
    begun: list[dict[str, object]] = []
    altered: list[dict[str, object]] = []
    for one in changes:
        old, new = one.before.holding if one.before else None, one.after.holding
        if old == new and one.weighed == one.weight:
            continue
        if old is not None and (new is None or new.number != old.number):
            ended.append(holding_row(one.after, old, one.weighed, at))
        if new is not None:
            same = old is not None and old.number == new.number
            (altered if same else begun).append(holding_row(one.after, new, one.weight, None))
    key = ["trust", "case_id", "number"]
    await tx.upsert_many(t.holdings, ended, key=key)
    await tx.upsert_many(t.holdings, altered, key=key)
    await tx.insert_many(t.holdings, begun)


def _replaced(change: Change) -> list[dict[str, object]]:
    """The states of tasks that a change puts new ones in place of."""
    if change.before is None or change.before.tasks == change.after.tasks:
        return []
    now = {task.task_id: task.number for task in change.after.tasks}
    return [past_task_row(change.after, old) for old in change.before.tasks if now.get(old.task_id) != old.number]


def _new_entries(changes: Sequence[Change], name: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for one in changes:
        known = len(getattr(one.before, name)) if one.before else 0
        entries: Sequence[Review | ExpectedDate | PathwaySet] = getattr(one.after, name)[known:]
        rows += [_entry(one.after, entry) for entry in entries]
    return rows


def _entry(file: CaseFile, entry: Review | ExpectedDate | PathwaySet) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(entry, name) for name in entry.__struct_fields__}
    if isinstance(entry, Review):
        values["criteria"] = list(entry.criteria)
    if isinstance(entry, PathwaySet):
        values["pathway"] = entry.pathway.value
    return {"trust": file.trust, "case_id": file.case_id, **values}


async def _keep_hand_overs(tx: Transaction, changes: Sequence[Change], at: datetime) -> None:
    ended: dict[str, list[str]] = defaultdict(list)
    waiting: list[Mapping[str, object]] = []
    for one in changes:
        old, new = one.before.hand_over if one.before else None, one.after.hand_over
        if old == new:
            continue
        if old is not None and (new is None or new.raised_at != old.raised_at):
            ended[one.after.trust].append(one.after.case_id)
        if new is not None:
            waiting.append(hand_over_row(one.after, new))
    for trust, case_ids in ended.items():
        await tx.execute(_ENDING_HAND_OVERS, {"of_trust": trust, "of_cases": case_ids, "now": at})
    await tx.upsert_many(t.hand_overs, waiting, key=("trust", "case_id", "raised_at"))


def _timeline(file: CaseFile) -> list[dict[str, object]]:
    return [
        {
            "trust": file.trust,
            "entry_id": new_id(),
            "case_id": file.case_id,
            "encounter_id": file.encounter_id,
            "kind": note.kind,
            "at": note.at,
            "learned_at": note.learned_at,
            "text": note.text,
            "by": note.by,
        }
        for note in file.notes
    ]
