"""What naming reads beside the setup: it locks clusters, and counts who carries what and who held whom before."""

from collections.abc import Iterable

from sqlalchemy import BindParameter, bindparam, func, select

from services.discharge.model.cover import Caseload
from services.discharge.tables import hospital as setup
from services.discharge.tables.cases import cases, holdings
from shared.database import Prepared, Reading, Transaction, among, many, unindexed

_TRUST: BindParameter[str] = bindparam("trust")
_IDS = many("ids")
_SAME_CASE = (cases.c.trust == holdings.c.trust) & (cases.c.case_id == holdings.c.case_id)
_LOCKING = Prepared(
    select(setup.clusters.c.cluster)
    .where(setup.clusters.c.trust == _TRUST, among(setup.clusters.c.cluster, _IDS))
    .order_by(setup.clusters.c.cluster)
    .with_for_update()
)
_THEIRS = (holdings.c.trust == _TRUST) & (holdings.c.coordinator_id == setup.staff.c.staff)
_CASELOAD = Prepared(
    select(
        setup.staff.c.staff,
        setup.staff.c.capacity,
        select(func.sum(holdings.c.weight)).where(_THEIRS, holdings.c.is_current).scalar_subquery().label("carried"),
        select(func.max(holdings.c.since, type_=holdings.c.since.type)).where(_THEIRS).scalar_subquery().label("last"),
    ).where(setup.staff.c.trust == _TRUST, among(setup.staff.c.staff, _IDS))
)
_HELD_BEFORE = Prepared(
    select(cases.c.person_id, holdings.c.coordinator_id)
    .join_from(cases, holdings, _SAME_CASE)
    # By the person: by the trust, or by who co-ordinates, it would read all that the trust ever held.
    .where(
        unindexed(cases.c.trust) == _TRUST,
        among(cases.c.person_id, _IDS),
        unindexed(holdings.c.coordinator_id).is_not(None),
    )
    .order_by(holdings.c.since.desc(), holdings.c.number.desc())
)


_OF_LEAVERS = Prepared(
    select(holdings.c.case_id)
    .join_from(
        setup.staff,
        holdings,
        (holdings.c.trust == setup.staff.c.trust) & (holdings.c.coordinator_id == setup.staff.c.staff),
    )
    .where(setup.staff.c.trust == _TRUST, ~setup.staff.c.active, holdings.c.is_current)
    .order_by(holdings.c.case_id)
)


async def of_leavers(reading: Reading, trust: str) -> list[str]:
    """The cases that somebody is named for who works here no more."""
    return [row.case_id for row in await reading.rows(_OF_LEAVERS, {"trust": trust})]


async def lock_clusters(tx: Transaction, trust: str, clusters: Iterable[str]) -> None:
    """Lock these clusters of the trust, by id, until the end: whoever names or un-names in them waits."""
    wanted = sorted({*clusters})
    if wanted:
        await tx.rows(_LOCKING, {"trust": trust, "ids": wanted})


async def caseload(reading: Reading, trust: str, staff: Iterable[str]) -> Caseload:
    """What each of `staff` carries, weighted by pathways and by the person's capacity, and when last given."""
    wanted = sorted({*staff})
    if not wanted:
        return Caseload()
    rows = await reading.rows(_CASELOAD, {"trust": trust, "ids": wanted})
    return Caseload(
        {row.staff: row.carried / row.capacity for row in rows if row.carried is not None},
        {row.staff: row.last for row in rows if row.last is not None},
        {row.staff: row.capacity for row in rows},
    )


async def held_before(reading: Reading, trust: str, people: Iterable[str]) -> dict[str, list[str]]:
    """Who has co-ordinated each person before, newest first."""
    wanted = sorted({*people})
    if not wanted:
        return {}
    rows = await reading.rows(_HELD_BEFORE, {"trust": trust, "ids": wanted})
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row.coordinator_id)
    return found
