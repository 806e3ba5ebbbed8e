"""What the bed manager's board counts: the people in hospital now, and as they stood at the last midnight."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, select

from services.discharge.model.cases import Stood, Task
from services.discharge.store.case_rows import stood
from services.discharge.store.task_lists import read
from services.discharge.tables import cases as t
from shared.contracts.cases import CaseState
from shared.contracts.encounters import PersonDisplay
from shared.database import Reading, among


async def open_cases(reading: Reading, trust: str) -> list[CaseState]:
    """The cases of people in hospital."""
    table = t.cases
    rows = await reading.rows(select(table.c.published).where(table.c.trust == trust, table.c.status == "open"))
    return [CaseState.model_validate(row.published) for row in rows]


async def changed_since(reading: Reading, trust: str, midnight: datetime) -> dict[str, Stood | None]:
    """How the cases that changed since `midnight`, the last (UTC), stood at it; None for who was not in hospital."""
    table = t.cases
    changed = select(table.c.case_id, table.c.stood).where(table.c.trust == trust, table.c.stood_at >= midnight)
    return {row.case_id: stood(row.stood) for row in await reading.rows(changed)}


async def persons_and_tasks(
    reading: Reading, trust: str, case_ids: Collection[str]
) -> dict[str, tuple[PersonDisplay, tuple[Task, ...]]]:
    """Whom each of these cases is about, and its tasks."""
    table = t.cases
    rows = await reading.rows(
        select(table.c.case_id, table.c.encounter["person"].label("person"), table.c.tasks).where(
            table.c.trust == trust, among(table.c.case_id, sorted(case_ids))
        )
    )
    return {row.case_id: (PersonDisplay.model_validate(row.person), read(row.tasks)) for row in rows}


async def unmapped_codes(reading: Reading, trust: str) -> list[Row[Any]]:
    """The ward codes of co-ordinated stays that are counted to no ward, with their `stays`, `people` and `since`.

    `people` are those in hospital now.
    """
    table = t.cases
    code = table.c.encounter["location"]["ward_code"].as_string()
    told = (
        select(code.label("code"), table.c.status, table.c.opened_at)
        .where(table.c.trust == trust, table.c.ward_id.is_(None))
        .subquery()
    )
    here = func.sum(case((told.c.status == "open", 1), else_=0))
    return await reading.rows(
        select(
            told.c.code, func.count().label("stays"), here.label("people"), func.min(told.c.opened_at).label("since")
        )
        .where(told.c.code.is_not(None), told.c.code != "")
        .group_by(told.c.code)
        .order_by(here.desc(), told.c.code)
    )


async def reviewed_since(reading: Reading, trust: str, since: datetime) -> set[str]:
    """The cases reviewed at or after `since`."""
    table = t.reviews
    rows = await reading.rows(
        select(table.c.case_id).distinct().where(table.c.trust == trust, table.c.recorded_at >= since)
    )
    return {row.case_id for row in rows}
