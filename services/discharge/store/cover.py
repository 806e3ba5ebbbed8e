"""What naming reads beside the setup: it locks clusters, and counts who carries what and who held whom before."""

from collections.abc import Iterable

from sqlalchemy import func, select

from services.discharge.model.cover import Caseload
from services.discharge.store import hospital as store
from services.discharge.tables import hospital as setup
from services.discharge.tables.cases import cases, holdings
from shared.database import Reading, Transaction, among


async def lock_clusters(tx: Transaction, trust: str, clusters: Iterable[str]) -> None:
    """Lock these clusters of the trust, by id, until the end: whoever names or un-names in them waits."""
    wanted = sorted({*clusters})
    if wanted:
        table = setup.clusters
        await tx.rows(
            select(table.c.cluster)
            .where(table.c.trust == trust, among(table.c.cluster, wanted))
            .order_by(table.c.cluster)
            .with_for_update()
        )


async def caseload(reading: Reading, trust: str, staff: Iterable[str]) -> Caseload:
    """What each of `staff` carries, weighted by pathways and by the person's capacity, and when last given."""
    wanted = sorted({*staff})
    if not wanted:
        return Caseload()
    capacity: dict[str, float] = {
        one.id: one.capacity for one in (await store.staff(reading, trust, ids=wanted)).values()
    }
    held = (
        select(holdings.c.coordinator_id, func.sum(cases.c.weight).label("carried"))
        .join_from(cases, holdings, _current())
        .where(holdings.c.trust == trust, holdings.c.is_current, among(holdings.c.coordinator_id, wanted))
        .group_by(holdings.c.coordinator_id)
    )
    last = select(func.max(holdings.c.since, type_=holdings.c.since.type)).where(
        holdings.c.trust == trust, holdings.c.coordinator_id == setup.staff.c.staff
    )
    given = select(setup.staff.c.staff, last.scalar_subquery().label("last")).where(
        setup.staff.c.trust == trust, among(setup.staff.c.staff, wanted)
    )
    load = {
        row.coordinator_id: float(row.carried) / capacity.get(row.coordinator_id, 1.0)
        for row in await reading.rows(held)
    }
    last_given = {row.staff: row.last for row in await reading.rows(given) if row.last is not None}
    return Caseload(load, last_given, capacity)


def _current():  # noqa: ANN202  # SQLAlchemy's own expression type
    return (cases.c.trust == holdings.c.trust) & (cases.c.case_id == holdings.c.case_id)


async def held_before(reading: Reading, trust: str, people: Iterable[str]) -> dict[str, list[str]]:
    """Who has co-ordinated each person before, newest first."""
    wanted = sorted({*people})
    if not wanted:
        return {}
    rows = await reading.rows(
        select(cases.c.person_id, holdings.c.coordinator_id)
        .join_from(cases, holdings, _current())
        .where(cases.c.trust == trust, among(cases.c.person_id, wanted), holdings.c.coordinator_id.is_not(None))
        .order_by(holdings.c.since.desc(), holdings.c.number.desc())
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row.coordinator_id)
    return found
