"""What the bed manager's board counts: open cases now, and as they were told of at an earlier instant."""

from datetime import datetime

from sqlalchemy import func, select

from services.discharge.tables import cases as t
from shared.contracts.cases import CaseState
from shared.contracts.envelope import Announcement
from shared.database import Reading


async def open_cases(reading: Reading, trust: str) -> list[CaseState]:
    """The cases of people in hospital."""
    table = t.cases
    rows = await reading.rows(select(table.c.published).where(table.c.trust == trust, table.c.status == "open"))
    return [CaseState.model_validate(row.published) for row in rows]


async def reviewed_since(reading: Reading, trust: str, since: datetime) -> set[str]:
    """The cases reviewed at or after `since`."""
    table = t.reviews
    rows = await reading.rows(
        select(table.c.case_id).distinct().where(table.c.trust == trust, table.c.recorded_at >= since)
    )
    return {row.case_id for row in rows}


async def before_today(reading: Reading, trust: str, midnight: datetime) -> tuple[set[str], list[CaseState]]:
    """The cases announced anew since `midnight`, and what was last told of them before it."""
    outbox = t.log.outbox
    changed = select(outbox.c.subject).where(outbox.c.trust == trust, outbox.c.at >= midnight)
    latest = (
        select(outbox.c.subject, func.max(outbox.c.version).label("version"))
        .where(outbox.c.trust == trust, outbox.c.at < midnight, outbox.c.subject.in_(changed))
        .group_by(outbox.c.subject)
        .subquery()
    )
    same = (outbox.c.subject == latest.c.subject) & (outbox.c.version == latest.c.version)
    ids = {row.subject for row in await reading.rows(changed.distinct())}
    rows = await reading.rows(select(outbox.c.data).join(latest, same))
    return ids, [Announcement[CaseState].model_validate_json(row.data).data for row in rows]
