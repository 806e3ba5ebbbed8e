"""How far a reader has followed each lane of an outbox, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Integer, Row, Table, bindparam, select, tuple_

from shared.database import Prepared, Reading, Transaction
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
    params = {"reader": followed.consumer, "of_source": followed.source.topic}
    rows = await reading.rows(_of(followed.log.positions), params)
    return {row.trust: (row.epoch, row.no) for row in rows}


async def ahead(reading: Reading, followed: Followed, known: dict[str, Position]) -> list[str]:
    """The lanes that have gone on from where they are `known`, sorted. `reading` is of the source's database."""
    rows = await reading.rows(_begun(followed.source.lanes))
    return [row.trust for row in rows if known.get(row.trust, START) < (row.epoch, row.no)]


async def after(reading: Reading, followed: Followed, trust: str, position: Position, most: int) -> Sequence[Delivered]:
    """The next events of a lane after `position`, at most `most`."""
    params = {"trust": trust, "epoch": position[0], "no": position[1], "most": most}
    return [_delivered(row) for row in await reading.rows(_following(followed.source.outbox), params)]


async def move(tx: Transaction, followed: Followed, trust: str, held: Position, to: Position) -> None:
    """Move from `held` to `to`. Raises Overtaken if the position is not, or no longer, `held`."""
    table = followed.log.positions
    lane = {"consumer": followed.consumer, "source": followed.source.topic, "trust": trust}
    if held == START:
        moved = await tx.insert_many(table, [{**lane, "epoch": to[0], "no": to[1]}], on_conflict="ignore")
    else:
        places = {"held_epoch": held[0], "held_no": held[1], "to_epoch": to[0], "to_no": to[1]}
        params = {"reader": followed.consumer, "of_source": followed.source.topic, "in_trust": trust, **places}
        moved = await tx.execute(_moving(table), params)
    if not moved:
        raise Overtaken(f"{followed.consumer}: another process follows this lane")


@cache
def _of(table: Table) -> Prepared:
    return Prepared(
        select(table.c.trust, table.c.epoch, table.c.no).where(
            table.c.consumer == bindparam("reader"), table.c.source == bindparam("of_source")
        )
    )


@cache
def _begun(lanes: Table) -> Prepared:
    return Prepared(select(lanes.c.trust, lanes.c.epoch, lanes.c.no).where(lanes.c.no > 0).order_by(lanes.c.trust))


@cache
def _following(outbox: Table) -> Prepared:
    position = tuple_(bindparam("epoch", type_=outbox.c.epoch.type), bindparam("no", type_=outbox.c.no.type))
    return Prepared(
        select(outbox)
        .where(outbox.c.trust == bindparam("trust"), tuple_(outbox.c.epoch, outbox.c.no) > position)
        .order_by(outbox.c.epoch, outbox.c.no)
        .limit(bindparam("most", type_=Integer()))
    )


@cache
def _moving(table: Table) -> Prepared:
    return Prepared(
        table.update()
        .where(
            table.c.consumer == bindparam("reader"),
            table.c.source == bindparam("of_source"),
            table.c.trust == bindparam("in_trust"),
            table.c.epoch == bindparam("held_epoch"),
            table.c.no == bindparam("held_no"),
        )
        .values(epoch=bindparam("to_epoch"), no=bindparam("to_no"))
    )


def _delivered(row: Row[Any]) -> Delivered:
    event = Event(row.id, row.type, row.subject, row.trust, row.version, row.at, row.data)
    return Delivered(event, row.epoch, row.no)
