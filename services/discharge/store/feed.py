"""Reads the live feed out of what was announced, in the order it was announced."""

from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from services.discharge.tables.cases import log
from shared.contracts.api.notifications import LiveEntry
from shared.database import Reading

AT_ONCE = 500


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """The entry `no` of `epoch`; 0 stands before the first."""

    epoch: int
    no: int


async def start(reading: Reading, trust: str, after: Position | None) -> Position:
    """Where to begin: after the entry a reader had last, or now. One from the future is now."""
    row = await reading.row(select(log.lanes.c.epoch, log.lanes.c.no).where(log.lanes.c.trust == trust))
    now = Position(row.epoch, row.no) if row is not None else Position(0, 0)
    return now if after is None or after > now else after


async def news(reading: Reading, trust: str, position: Position) -> list[tuple[Position, LiveEntry]]:
    """The entries after `position`, oldest first, only the newest of each case; some hundreds at once at most."""
    outbox = log.outbox
    later = or_(outbox.c.epoch > position.epoch, and_(outbox.c.epoch == position.epoch, outbox.c.no > position.no))
    rows = await reading.rows(
        select(outbox.c.epoch, outbox.c.no, outbox.c.subject, outbox.c.version)
        .where(outbox.c.trust == trust, later)
        .order_by(outbox.c.epoch, outbox.c.no)
        .limit(AT_ONCE)
    )
    newest: dict[str, tuple[Position, LiveEntry]] = {}
    for row in rows:
        newest.pop(row.subject, None)
        newest[row.subject] = (Position(row.epoch, row.no), LiveEntry(subject=row.subject, version=row.version))
    return list(newest.values())
