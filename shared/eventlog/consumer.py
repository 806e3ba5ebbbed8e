"""The one consumer loop's step, shared by both carriers: claim, hand over, park, keep the position; in one transaction.

A batch that fails is tried subject by subject, so that one bad subject never holds up the others.
"""

from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache

import structlog
from sqlalchemy import Table, and_, bindparam, select

from shared import crashpoints
from shared.database import DatabaseUnavailable, Prepared, Transaction, among, many
from shared.eventlog import parked
from shared.eventlog.events import Delivered, Malformed, Reader, Taken

Keep = Callable[[Transaction], Awaitable[None]]
_log = structlog.get_logger()


class Overtaken(Exception):
    """Another process has done this meanwhile: look again."""


async def keep_nothing(_tx: Transaction) -> None:
    """Keep no position: the carrier keeps its own."""


async def take(
    reader: Reader, batch: Sequence[Delivered], keep: Keep = keep_nothing, malformed: Sequence[Malformed] = ()
) -> Taken:
    """Take `batch`: each event that is newer than what the reader has is handled once, in the order of its subject.

    `keep` writes the position, in the transaction that makes it true. Nothing is lost or half done whenever this is
    cancelled. Raises DatabaseUnavailable (nothing is parked for that), Overtaken, TooManyParked.
    """
    try:
        taken = await _together(reader, batch, keep, malformed)
    except (Overtaken, parked.TooManyParked):
        raise
    except DatabaseUnavailable:
        taken = await _again(reader, batch, keep, malformed)
    except Exception as error:  # noqa: BLE001  # a handler may raise anything: the next lines find for whom
        _log.warning("batch_failed", consumer=reader.subscription.consumer, why=parked.why(error))
        taken = await _one_by_one(reader, batch, keep, malformed)
    reader.observe(reader.subscription.consumer, taken)
    if taken.parked:
        async with reader.database.reading() as reading:
            await parked.refuse_if_too_many(reading, reader, reader.clock.now())
    return taken


async def _again(reader: Reader, batch: Sequence[Delivered], keep: Keep, malformed: Sequence[Malformed]) -> Taken:
    try:
        return await _together(reader, batch, keep, malformed)
    except (Overtaken, parked.TooManyParked):
        raise
    except Exception as error:  # noqa: BLE001  # as above
        _log.warning("batch_failed_twice", consumer=reader.subscription.consumer, why=parked.why(error))
        return await _one_by_one(reader, batch, keep, malformed)


async def _together(
    reader: Reader, batch: Sequence[Delivered], keep: Keep, malformed: Sequence[Malformed] = ()
) -> Taken:
    at = reader.clock.now()
    async with reader.database.transaction() as tx:
        await keep(tx)
        claimed = await _claim(tx, reader, batch)
        refused = (
            list(await reader.subscription.handle(tx, [one.event for one in claimed.fresh], at))
            if claimed.fresh
            else []
        )
        if refused:
            await parked.park(tx, reader, refused, {one.event.subject: one for one in claimed.fresh}, at)
        if malformed:
            await parked.park_malformed(tx, reader, malformed, at)
        crashpoints.reached("handled")
    crashpoints.reached("recorded")
    return replace(claimed.taken, parked=len(refused) + len(malformed))


async def _one_by_one(reader: Reader, batch: Sequence[Delivered], keep: Keep, malformed: Sequence[Malformed]) -> Taken:
    subjects: dict[str, list[Delivered]] = {}
    for one in batch:
        subjects.setdefault(one.event.subject, []).append(one)
    total = Taken()
    for subject, events in subjects.items():
        try:
            total = _sum(total, await _together(reader, events, keep_nothing))
        except (Overtaken, DatabaseUnavailable):
            raise
        except Exception as error:  # noqa: BLE001  # this is the subject to park
            _log.error("subject_parked", consumer=reader.subscription.consumer, subject=subject, why=parked.why(error))
            total = _sum(total, await _set_aside(reader, events, parked.why(error)))
    return _sum(total, await _together(reader, (), keep, malformed))


async def _set_aside(reader: Reader, events: Sequence[Delivered], reason: str) -> Taken:
    async with reader.database.transaction() as tx:
        claimed = await _claim(tx, reader, events)
        newest = {one.event.subject: one for one in claimed.fresh}
        refused = [parked.ParkedSubject(subject, reason) for subject in newest]
        if refused:
            await parked.park(tx, reader, refused, newest, reader.clock.now())
    return replace(claimed.taken, fresh=0, parked=len(refused))


@dataclass(frozen=True, slots=True)
class _Claimed:
    fresh: list[Delivered]
    taken: Taken


async def _claim(tx: Transaction, reader: Reader, batch: Sequence[Delivered]) -> _Claimed:
    """Lock and advance the inbox's rows of the batch's subjects; what is newer than they were."""
    if not batch:
        return _Claimed([], Taken())
    consumer = reader.subscription.consumer
    held = await _held(tx, reader, sorted({one.event.subject for one in batch}))
    reached = {subject: (epoch, version) for subject, (epoch, version, _parked) in held.items()}
    newer: list[Delivered] = []
    gaps = 0
    for one in batch:
        epoch, version = reached.get(one.event.subject, (one.epoch, 0))
        if (one.epoch, one.event.version) <= (epoch, version):
            continue
        gaps += max(0, one.event.version - version - 1) if one.epoch == epoch else 0
        reached[one.event.subject] = (one.epoch, one.event.version)
        newer.append(one)
    await _advance(tx, reader, {one.event.subject: reached[one.event.subject] for one in newer}, held.keys())
    behind = {one.event.subject: one for one in newer if one.event.subject in held and held[one.event.subject][2]}
    if behind and await parked.keep_behind(tx, reader, list(behind.values())) < len(behind):
        raise Overtaken(f"{consumer}: a parked subject was released meanwhile")
    fresh = [one for one in newer if one.event.subject not in behind]
    return _Claimed(fresh, Taken(len(fresh), len(batch) - len(newer), gaps, len(newer) - len(fresh)))


async def _held(tx: Transaction, reader: Reader, subjects: Sequence[str]) -> dict[str, tuple[int, int, bool]]:
    params = {"reader": reader.subscription.consumer, "subjects": subjects}
    rows = await tx.rows(_holding(reader.log.inbox, reader.log.parked), params)
    return {row.subject: (row.epoch, row.version, bool(row.is_parked)) for row in rows}


@cache
def _holding(inbox: Table, waiting: Table) -> Prepared:
    same = and_(waiting.c.consumer == inbox.c.consumer, waiting.c.subject == inbox.c.subject)
    return Prepared(
        select(inbox.c.subject, inbox.c.epoch, inbox.c.version, waiting.c.subject.is_not(None).label("is_parked"))
        .select_from(inbox.outerjoin(waiting, same))
        .where(inbox.c.consumer == bindparam("reader"), among(inbox.c.subject, many("subjects")))
        .order_by(inbox.c.subject)
        .with_for_update(of=inbox)
    )


async def _advance(
    tx: Transaction, reader: Reader, reached: dict[str, tuple[int, int]], known: AbstractSet[str]
) -> None:
    consumer = reader.subscription.consumer
    rows = [
        {"consumer": consumer, "subject": subject, "epoch": epoch, "version": version}
        for subject, (epoch, version) in sorted(reached.items())
    ]
    first = [row for row in rows if row["subject"] not in known]
    # There is no row to lock for a subject never seen: whoever inserts it first has it.
    if await tx.insert_many(reader.log.inbox, first, on_conflict="ignore") < len(first):
        raise Overtaken(f"{consumer}: another process took a subject meanwhile")
    later = [row for row in rows if row["subject"] in known]
    await tx.upsert_many(reader.log.inbox, later, key=["consumer", "subject"])


def _sum(one: Taken, other: Taken) -> Taken:
    return Taken(
        one.fresh + other.fresh,
        one.repeats + other.repeats,
        one.gaps + other.gaps,
        one.behind + other.behind,
        one.parked + other.parked,
    )
