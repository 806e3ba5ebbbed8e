"""Audit rows: a write's with the write, a read's before it is shown, and a changed one shows."""

import pytest
from sqlalchemy import update

from shared import audit
from shared.database import Database
from tests.services.audit.conftest import ANN, AT


async def test_an_audit_row_that_was_changed_shows(trail: audit.Trail, any_database: Database) -> None:
    act = audit.Act("case-read", ["c2", "c1"], AT, request_id="r1")
    async with any_database.transaction() as tx:
        await audit.record_write(tx, trail, ANN, act)
    await audit.record_read(any_database, trail, ANN, act)
    await audit.record_read(any_database, trail, ANN, audit.Act("case-list", [], AT))
    async with any_database.transaction() as tx:
        rows = await tx.rows(trail.table.select().order_by(trail.table.c.id))
        assert [(row.kind, row.subjects, row.caller) for row in rows] == [
            ("write", ["c1", "c2"], "ann"),
            ("read", ["c1", "c2"], "ann"),
        ]
        assert all(audit.is_genuine(row, trail.key) for row in rows)
        await tx.execute(update(trail.table).where(trail.table.c.id == rows[0].id).values(subjects=["c1"]))
        changed = await tx.rows(trail.table.select().order_by(trail.table.c.id))
    assert [audit.is_genuine(row, trail.key) for row in changed] == [False, True]


async def test_a_write_that_fails_leaves_no_audit_row(trail: audit.Trail, any_database: Database) -> None:
    async def fail() -> None:
        async with any_database.transaction() as tx:
            await audit.record_write(tx, trail, ANN, audit.Act("task-done", ["c1"], AT))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with any_database.reading() as reading:
        assert await reading.rows(trail.table.select()) == []
