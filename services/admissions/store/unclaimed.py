"""What came from senders that no trust's set-up names: it is no trust's, and seen by nobody, until one names them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, delete, func, select, update

from services.admissions.arrivals import NOBODY
from services.admissions.model import Sender
from services.admissions.tables import messages, rejects
from shared.database import Reading, Transaction, among

AT_ONCE = 50
"""Rows in one transaction: each may be of the largest size a message may have."""
_COLUMNS = ("feed", "sending_application", "sending_facility")
_SAME: Mapping[Table, tuple[str, ...]] = {
    messages: (*_COLUMNS, "control_id", "sha256"),
    rejects: ("feed", "sha256"),
}
"""What makes a row of a table the same as another within a trust."""


async def senders(reading: Reading) -> set[Sender]:
    """Whose messages, kept or refused, are nobody's."""
    found: set[Sender] = set()
    for table in (messages, rejects):
        columns = [table.c[name] for name in _COLUMNS]
        for row in await reading.rows(select(*columns).where(table.c.trust == NOBODY).distinct()):
            found.add((row.feed, row.sending_application, row.sending_facility))
    return found


async def counts(reading: Reading) -> list[Row[Any]]:
    """By sender, how many kept messages are nobody's (`number`), most first."""
    columns = [messages.c[name] for name in _COLUMNS]
    number = func.count().label("number")
    return await reading.rows(
        select(*columns, number).where(messages.c.trust == NOBODY).group_by(*columns).order_by(number.desc(), *columns)
    )


async def give(tx: Transaction, sender: Sender, trust: str) -> int:
    """Give some of what is nobody's and of `sender` to `trust`; how many. None is left when it gives 0.

    What the trust has already, which came again before its set-up was noticed, is counted there as a repeat.
    """
    kept = await _give(tx, messages, sender, trust)
    return kept + await _give(tx, rejects, sender, trust)


async def _give(tx: Transaction, table: Table, sender: Sender, trust: str) -> int:
    theirs = and_(table.c.trust == NOBODY, *_equal(table, _COLUMNS, dict(zip(_COLUMNS, sender, strict=True))))
    rows = await tx.lock_free_rows(select(table).where(theirs).order_by(table.c.id).limit(AT_ONCE))
    moved = [dict(zip(table.c.keys(), row, strict=True)) | {"trust": trust} for row in rows]
    if moved:
        await tx.execute(delete(table).where(among(table.c.id, [row["id"] for row in moved])))
        if await tx.insert_many(table, moved, on_conflict="ignore") < len(moved):
            for row in moved:
                await _count_with_the_first(tx, table, row)
    return len(moved)


async def _count_with_the_first(tx: Transaction, table: Table, row: Mapping[str, Any]) -> None:
    """Count `row` with the one that is the same and was there before it, if it is another."""
    came, more = ("repeats", row["repeats"] + 1) if table is messages else ("times", row["times"])
    same = and_(table.c.trust == row["trust"], table.c.id != row["id"], *_equal(table, _SAME[table], row))
    await tx.execute(update(table).where(same).values({came: table.c[came] + more}))


def _equal(table: Table, names: tuple[str, ...], values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return [table.c[name] == values[name] for name in names]
