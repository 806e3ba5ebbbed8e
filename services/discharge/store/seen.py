"""What each caller has looked at: the case as it was then."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from services.discharge.tables import cases as t
from services.discharge.tables.seen import seen_marks
from shared.database import Transaction


async def mark(
    tx: Transaction, trust: str, reader: str, versions: Mapping[str, int | None], at: datetime
) -> dict[str, int]:
    """Remember that `reader` has seen these cases, each at the version given (None: as it now is).

    A case that has another version by now is not marked. Returns the versions that the cases of the trust now have.
    """
    table = t.cases
    rows = await tx.rows(
        select(table.c.case_id, table.c.version, table.c.published).where(
            table.c.trust == trust, table.c.case_id.in_(sorted(versions))
        )
    )
    marks = [
        {"trust": trust, "caller": reader, "case_id": row.case_id, "seen_at": at, "published": row.published}
        for row in rows
        if versions[row.case_id] in (None, row.version)
    ]
    await tx.upsert_many(seen_marks, marks, key=["trust", "caller", "case_id"])
    return {row.case_id: row.version for row in rows}
