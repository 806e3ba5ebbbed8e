"""Reads the live feed out of what was announced, in the order it was announced."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, or_, select

from services.notifications.model import Position
from services.notifications.tables import log
from shared.contracts.alerts import AlertState
from shared.contracts.api.notifications import LiveEntry
from shared.contracts.envelope import Announcement
from shared.database import Reading

AT_ONCE = 500
AlertAnnounced = Announcement[AlertState]


@dataclass(frozen=True, slots=True)
class News:
    """An entry of the feed and where it stands."""

    position: Position
    entry: LiveEntry


async def start(reading: Reading, trust: str, after: Position | None) -> Position:
    """Where to begin: after the entry a reader had last, or now. One from the future, or of no known log, is now."""
    row = await reading.row(select(log.lanes.c.epoch, log.lanes.c.no).where(log.lanes.c.trust == trust))
    now = Position(row.epoch, row.no) if row is not None else Position(0, 0)
    return now if after is None or after > now else after


async def after(reading: Reading, trust: str, position: Position) -> Sequence[News]:
    """The entries after `position`, oldest first, only the newest of each alert; at most some hundreds at once."""
    outbox = log.outbox
    later = or_(
        outbox.c.epoch > position.epoch,
        and_(outbox.c.epoch == position.epoch, outbox.c.no > position.no),
    )
    statement = (
        select(outbox.c.epoch, outbox.c.no, outbox.c.subject, outbox.c.version, outbox.c.data)
        .where(outbox.c.trust == trust, later)
        .order_by(outbox.c.epoch, outbox.c.no)
        .limit(AT_ONCE)
    )
    newest: dict[str, News] = {}
    for row in await reading.rows(statement):
        newest.pop(row.subject, None)
        newest[row.subject] = _news(row)
    return list(newest.values())


def _news(row: Row[Any]) -> News:
    kind = AlertAnnounced.model_validate_json(row.data).data.kind
    return News(Position(row.epoch, row.no), LiveEntry(subject=row.subject, version=row.version, kind=kind))
