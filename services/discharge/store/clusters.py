"""Queries about a ward cluster at work, and about who answers for whom: ids and counts, read in few statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, true

from services.discharge.model.shifts import Answering
from services.discharge.tables.cases import cases, hand_overs, holdings
from shared.database import Reading, among

_OF_CASE = (cases.c.trust == holdings.c.trust) & (cases.c.case_id == holdings.c.case_id)


@dataclass(frozen=True, slots=True)
class Carried:
    """How many people somebody is named for, and how many of them can go."""

    people: int
    can_go: int


async def uncovered(reading: Reading, trust: str, cluster_id: str, *, nowhere: bool) -> list[str]:
    """The cases of a cluster that nobody is named for, and, with `nowhere`, those of no cluster."""
    here: ColumnElement[bool] = cases.c.cluster_id == cluster_id
    rows = await reading.rows(
        select(cases.c.case_id)
        .join_from(cases, holdings, _OF_CASE)
        .where(
            cases.c.trust == trust,
            holdings.c.is_current,
            holdings.c.coordinator_id.is_(None),
            or_(here, cases.c.cluster_id.is_(None)) if nowhere else here,
        )
    )
    return [row.case_id for row in rows]


async def waiting(reading: Reading, trust: str, cluster_id: str) -> tuple[list[str], list[str]]:
    """The cases whose hand-over a cluster has to accept, and those it gave that wait for another."""
    rows = await reading.rows(
        select(hand_overs.c.case_id, hand_overs.c.to_cluster)
        .join_from(
            hand_overs,
            holdings,
            (hand_overs.c.trust == holdings.c.trust) & (hand_overs.c.case_id == holdings.c.case_id),
        )
        .where(
            hand_overs.c.trust == trust,
            hand_overs.c.ended_at.is_(None),
            hand_overs.c.taker_id.is_(None),
            holdings.c.is_current,
            or_(hand_overs.c.to_cluster == cluster_id, holdings.c.cluster_id == cluster_id),
        )
    )
    to = [row.case_id for row in rows if row.to_cluster == cluster_id]
    return to, [row.case_id for row in rows if row.to_cluster != cluster_id]


async def named_in(reading: Reading, trust: str, cluster_id: str) -> set[str]:
    """Who is named for somebody on a ward of the cluster."""
    rows = await reading.rows(
        select(holdings.c.coordinator_id)
        .join_from(cases, holdings, _OF_CASE)
        .where(
            cases.c.trust == trust,
            cases.c.cluster_id == cluster_id,
            holdings.c.is_current,
            holdings.c.coordinator_id.is_not(None),
        )
        .distinct()
    )
    return {row.coordinator_id for row in rows}


async def carried(reading: Reading, trust: str, staff: Collection[str]) -> Mapping[str, Carried]:
    """What each of `staff` carries now; who carries nobody is not there."""
    rows = await reading.rows(
        select(
            holdings.c.coordinator_id,
            func.count().label("people"),
            func.count(cases.c.ready_since).label("can_go"),
        )
        .join_from(holdings, cases, _OF_CASE)
        .where(holdings.c.trust == trust, holdings.c.is_current, among(holdings.c.coordinator_id, sorted(staff)))
        .group_by(holdings.c.coordinator_id)
    )
    return {row.coordinator_id: Carried(row.people, row.can_go) for row in rows}


async def answering(
    reading: Reading, trust: str, staff_id: str, clusters: Sequence[str], *, everywhere: bool
) -> list[Answering]:
    """Who answers for the people in hospital that `staff_id` answers for, and for those of `clusters`, or of all."""
    theirs = or_(
        holdings.c.coordinator_id == staff_id,
        holdings.c.covered_by_id == staff_id,
        among(cases.c.cluster_id, clusters),
    )
    rows = await reading.rows(
        select(
            cases.c.case_id,
            cases.c.cluster_id,
            holdings.c.coordinator_id,
            holdings.c.covered_by_id,
            holdings.c.cover_until,
        )
        .join_from(cases, holdings, _OF_CASE)
        .where(
            cases.c.trust == trust, cases.c.status == "open", holdings.c.is_current, true() if everywhere else theirs
        )
        .order_by(cases.c.case_id)
    )
    return [Answering(*row) for row in rows]
