"""Finds when people had no named co-ordinator, of the holdings that are kept."""

from datetime import datetime

from sqlalchemy import BindParameter, bindparam, select, union_all

from services.discharge.model.uncovered import Stretch
from services.discharge.tables.cases import cases, holdings
from shared.contracts.cases import CaseStatus
from shared.database import Prepared, Reading
from shared.database.types import Instant

_SINCE: BindParameter[datetime] = bindparam("since", type_=Instant())
_UNTIL: BindParameter[datetime] = bindparam("until", type_=Instant())
_STANDS = (
    select(holdings.c.uncovered_in, holdings.c.since.label("begins"), holdings.c.ended_at)
    .join(cases, (cases.c.trust == holdings.c.trust) & (cases.c.case_id == holdings.c.case_id))
    .where(
        holdings.c.trust == bindparam("trust"),
        holdings.c.uncovered_since.is_not(None),
        cases.c.status != CaseStatus.WITHDRAWN.value,
        holdings.c.since < _UNTIL,
    )
)
# Those that last and those that ended since, each by the index of who was uncovered: not all that ever were.
_FOUND = union_all(_STANDS.where(holdings.c.ended_at.is_(None)), _STANDS.where(holdings.c.ended_at > _SINCE)).subquery()
_BETWEEN = Prepared(select(_FOUND))


async def between(reading: Reading, trust: str, since: datetime, until: datetime) -> list[Stretch]:
    """The stretches that reach into the time from `since` until `until`; of stays taken back none."""
    rows = await reading.rows(_BETWEEN, {"trust": trust, "since": since, "until": until})
    return [Stretch(row.uncovered_in, row.begins, row.ended_at) for row in rows]
