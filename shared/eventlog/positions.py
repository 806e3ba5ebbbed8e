"""How far a reader has followed each lane of an outbox, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select, tuple_

from shared.database import Reading, Transaction
from shared.eventlog.consumer import Overtaken
from shared.eventlog.events import Delivered, Event
from shared.eventlog.tables import EventLogTables

Position = tuple[int, int]
START: Position = (0, 0)


@dataclass(frozen=True, slots=True)
class Followed:
    """`consumer`, with positions in the tables of `log`, follows the outbox of `source`."""

    consumer: str
    log: EventLogTables
    source: EventLogTables


async def load(reading: Reading, followed: Followed) -> dict[str, Position]:
    """The position in each lane, as (epoch, no). `reading` is of the reader's own database."""
    rows = await reading.rows(_of(followed))
    return {row.trust: (row.epoch, row.no) for row in rows}


async def ahead(reading: Reading, followed: Followed, known: dict[str, Position]) -> list[str]:
    """The lanes that have gone on from where they are `known`, sorted. `reading` is of the source's database."""
    lanes = followed.source.lanes
    rows = await reading.rows(
        select(lanes.c.trust, lanes.c.epoch, lanes.c.no).where(lanes.c.no > 0).order_by(lanes.c.trust)
    )
    return [row.trust for row in rows if known.get(row.trust, START) < (row.epoch, row.no)]


async def after(reading: Reading, followed: Followed, trust: str, position: Position, most: int) -> Sequence[Delivered]:
    """The next events of a lane after `position`, at most `most`."""
    outbox = followed.source.outbox
    place = tuple_(outbox.c.epoch, outbox.c.no)
    statement: Select[Any] = (
        select(outbox)
        .where(outbox.c.trust == trust, place > tuple_(*position))
        .order_by(outbox.c.epoch, outbox.c.no)
        .limit(most)
    )
    return [_delivered(row) for row in await reading.rows(statement)]


async def move(tx: Transaction, followed: Followed, trust: str, held: Position, to: Position) -> None:
    """Move from `held` to `to`. Raises Overtaken if the position is not, or no longer, `held`."""
    row = {
        "consumer": followed.consumer,
        "source": followed.source.topic,
        "trust": trust,
        "epoch": to[0],
        "no": to[1],
    }
    table = followed.log.positions
    if held == START:
        moved = await tx.insert_many(table, [row], on_conflict="ignore")
    else:
        moved = await tx.execute(
            table.update()
            .where(
                table.c.consumer == followed.consumer,
                table.c.source == followed.source.topic,
                table.c.trust == trust,
                table.c.epoch == held[0],
                table.c.no == held[1],
            )
            .values(epoch=to[0], no=to[1])
        )
    if not moved:
        raise Overtaken(f"{followed.consumer}: another process follows this lane")


def _of(followed: Followed) -> Select[Any, Any, Any]:
    table = followed.log.positions
    return select(table.c.trust, table.c.epoch, table.c.no).where(
        table.c.consumer == followed.consumer, table.c.source == followed.source.topic
    )


def _delivered(row: Row[Any]) -> Delivered:
    event = Event(row.id, row.type, row.subject, row.trust, row.version, row.at, row.data)
    return Delivered(event, row.epoch, row.no)
