"""Announcing: an insert in the transaction of the change, numbered in commit order.

A number is minted from the lane's row as the transaction's last act, so the row's lock is held for the commit only, and
whoever commits later has the higher number. Lanes are taken sorted: two transactions never wait for each other.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Table, bindparam, delete, func, select, tuple_, update

from shared import crashpoints
from shared.database import Prepared, Transaction
from shared.eventlog.events import Event
from shared.eventlog.tables import EventLogTables

# Kafka refuses a record of more than 1 MiB, and everything behind it in the lane would wait.
LARGEST = 512 * 1024
PRUNED_AT_ONCE = 2000  # so that whoever announces meanwhile does not wait long
_OF_THE_LOG = ""  # the lane that carries no events, only the epoch new lanes start with


def append(tx: Transaction, log: EventLogTables, event: Event) -> None:
    """Announce `event` on `log` when `tx` commits. Raises ValueError for an event no reader could take.

    The commit raises Conflict if the subject's version has been announced before.
    """
    if event.version < 1 or not event.subject or not event.trust or event.at.tzinfo is None:
        raise ValueError("an event needs a subject, a trust, a version of at least 1 and an aware time")
    if len(event.data) > LARGEST:
        raise ValueError(f"an event has at most {LARGEST} bytes")
    collected: list[Event] | None = tx.notes.get(log)
    if collected is None:
        collected = tx.notes[log] = []

        async def mint(tx: Transaction) -> None:
            await _insert(tx, log, tx.notes.pop(log))

        tx.at_end(mint)
    collected.append(event)


async def restored(tx: Transaction, log: EventLogTables, at: datetime) -> int:
    """Say that the database came back from a backup made before `at`; the new epoch.

    Numbers and versions given out after the backup are lost here but known to readers. In the new epoch every version
    counts as newer than those. The epoch comes from the time, so that two restores of one backup differ.
    """
    highest = int(await tx.value(select(func.coalesce(func.max(log.lanes.c.epoch), 0))) or 0)
    epoch = max(highest + 1, int(at.timestamp()))
    await tx.execute(update(log.lanes).values(epoch=epoch, no=0))
    await tx.upsert_many(log.lanes, [{"trust": _OF_THE_LOG, "epoch": epoch, "no": 0}], key=["trust"])
    tx.wake(log.topic)
    return epoch


async def prune(tx: Transaction, log: EventLogTables, before: datetime) -> int:
    """Delete some announcements that a later version of their subject had replaced before `before`; how many.

    What was told of each subject as at `before` and at any time since stays, so figures can look back that far, and a
    reader that starts anew still learns the present state. Fewer than `PRUNED_AT_ONCE`: nothing is left to delete.
    """
    table, newer = log.outbox, log.outbox.alias("newer")
    later = select(1).where(newer.c.subject == table.c.subject, newer.c.version > table.c.version, newer.c.at < before)
    place = select(table.c.trust, table.c.epoch, table.c.no).where(table.c.at < before, later.exists())
    some = tuple_(table.c.trust, table.c.epoch, table.c.no).in_(place.limit(PRUNED_AT_ONCE))
    return await tx.execute(delete(table).where(some))


async def _insert(tx: Transaction, log: EventLogTables, events: Sequence[Event]) -> None:
    lanes: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        lanes[event.trust].append(event)
    rows: list[dict[str, object]] = []
    for trust in sorted(lanes):
        epoch, last = await _mint(tx, log, trust, len(lanes[trust]))
        first = last - len(lanes[trust]) + 1
        rows += [_row(event, epoch, no) for no, event in enumerate(lanes[trust], first)]
    await tx.insert_many(log.outbox, rows)
    tx.wake(log.topic)
    tx.after_commit(_announced)


async def _mint(tx: Transaction, log: EventLogTables, trust: str, count: int) -> tuple[int, int]:
    lanes = log.lanes
    advance, params = _advance(lanes), {"of_trust": trust, "more": count}
    minted = await tx.row(advance, params)
    if minted is None:
        epoch = await tx.value(select(func.coalesce(func.max(lanes.c.epoch), 1)))
        await tx.insert_many(lanes, [{"trust": trust, "epoch": epoch, "no": 0}], on_conflict="ignore")
        minted = await tx.row(advance, params)
    if minted is None:
        raise LookupError("the lane's row is gone")
    return int(minted.epoch), int(minted.no)


@cache
def _advance(lanes: Table) -> Prepared:
    return Prepared(
        update(lanes)
        .where(lanes.c.trust == bindparam("of_trust"))
        .values(no=lanes.c.no + bindparam("more"))
        .returning(lanes.c.epoch, lanes.c.no)
    )


def _row(event: Event, epoch: int, no: int) -> dict[str, object]:
    return {
        "trust": event.trust,
        "epoch": epoch,
        "no": no,
        "id": event.id,
        "subject": event.subject,
        "version": event.version,
        "type": event.type,
        "at": event.at,
        "data": event.data,
    }


def _announced() -> None:
    crashpoints.reached("announced")
