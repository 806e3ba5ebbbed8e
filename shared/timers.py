"""Timers: that a rule must look at a subject again at some time.

A timer is rewritten with the facts it comes from, in their transaction. When it is due its subject is decided anew, and
that decision writes or removes the timer; so a timer that fires twice, late, or for nothing changes nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import structlog
from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)

from shared.clock import Clock
from shared.database import (
    Database,
    DatabaseUnavailable,
    Prepared,
    Reading,
    Transaction,
    among_given,
    by_column,
    unindexed,
)
from shared.database.types import Instant
from shared.faults import why
from shared.metrics import Metric, Source, gauge
from shared.pauses import Pauses, woken_by

POLL_SECONDS = 1.0
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=1)
COUNTED_AT_MOST = 10_000
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Timer:
    """`rule` must look at `subject` again at `due_at`. `failures` counts the looks that failed since."""

    rule: str
    subject: str
    due_at: datetime
    failures: int = 0


Decide = Callable[[Database, Sequence[Timer], datetime], Awaitable[None]]
PutRight = Callable[[Database, datetime], Awaitable[int]]


def make(owner: str, metadata: MetaData) -> Table:
    """Make the timers' table of `owner` in `metadata`."""
    return Table(
        f"{owner}_timers",
        metadata,
        Column("rule", String(64), primary_key=True),
        Column("subject", String(64), primary_key=True),
        Column("due_at", Instant, nullable=False),
        Column("failures", Integer, nullable=False, default=0),
        Column("parked_until", Instant),
        Column("reason", Text),
        Index(f"{owner}_timers_due", "due_at"),
    )


async def set_due(tx: Transaction, table: Table, timers: Sequence[tuple[str, str, datetime | None]]) -> None:
    """Set the timers (rule, subject, due at); None removes. Setting one again replaces it, a parked one included."""
    last = {(rule, subject): due_at for rule, subject, due_at in timers}
    removed = sorted(key for key, due_at in last.items() if due_at is None)
    if removed:
        await tx.execute(_removing(table), by_column(removed))
    rows = [
        {"rule": rule, "subject": subject, "due_at": due_at, "failures": 0, "parked_until": None, "reason": None}
        for (rule, subject), due_at in sorted(last.items())
        if due_at is not None
    ]
    await tx.upsert_many(table, rows, key=["rule", "subject"])
    if rows:
        tx.wake(table.name)


@cache
def _removing(table: Table) -> Prepared:
    return Prepared(delete(table).where(among_given((table.c.rule, table.c.subject))))


async def due(reading: Reading, table: Table, at: datetime, limit: int) -> list[Timer]:
    """The timers due at `at`, the longest due first, those parked after a failure left out. Locks nothing."""
    rows = await reading.rows(_due(table), {"at": at, "most": limit})
    return [Timer(row.rule, row.subject, row.due_at, row.failures) for row in rows]


@cache
def _due(table: Table) -> Prepared:
    at = bindparam("at", type_=Instant())
    return Prepared(
        select(table.c.rule, table.c.subject, table.c.due_at, table.c.failures)
        .where(table.c.due_at <= at, or_(table.c.parked_until.is_(None), table.c.parked_until <= at))
        .order_by(table.c.due_at, table.c.rule, table.c.subject)
        .limit(bindparam("most", type_=Integer()))
    )


async def of_subjects(
    reading: Reading, table: Table, rules: Sequence[str], subjects: Sequence[str], at: datetime
) -> list[Timer]:
    """The timers of `rules` and `subjects` that are due at `at`: read again once the subjects are locked."""
    wanted = [(rule, subject) for rule in rules for subject in subjects]
    if not wanted:
        return []
    rows = await reading.rows(_these_due(table), {**by_column(wanted), "at": at})
    return [Timer(row.rule, row.subject, row.due_at, row.failures) for row in rows]


@cache
def _these_due(table: Table) -> Prepared:
    return Prepared(
        select(table.c.rule, table.c.subject, table.c.due_at, table.c.failures)
        # By their keys: by when they are due, it would read all that are.
        .where(
            among_given((table.c.rule, table.c.subject)), unindexed(table.c.due_at) <= bindparam("at", type_=Instant())
        )
        .order_by(table.c.subject, table.c.rule)
    )


def work(
    database: Database,
    table: Table,
    clock: Clock,
    decide: Decide,
    *,
    most: int = 100,
    put_right: PutRight | None = None,
) -> Callable[[asyncio.Event], Awaitable[None]]:
    """The task that gives `decide(database, timers, at)` what is due, in batches, until told to stop.

    `decide` locks the timers' subjects (skipping those locked), reads their timers again (`of_subjects`), decides, and
    writes the timers anew, in transactions of its own. If it raises for a batch, it is given each timer alone; the one
    that fails is parked: half a minute at first, twice as long each time, an hour at most. A timer that is still due
    though `decide` returned (its subject was locked) comes again with the next look.

    A clock that was ahead has had things decided at a time that is still to come. `put_right(database, at)` is awaited
    at the start and whenever the clock has gone back: it sets those due, and says how many there are.
    """

    async def task(stop: asyncio.Event) -> None:
        waker, pauses = database.waker(table.name), Pauses()
        looked_at: datetime | None = None
        try:
            async with woken_by(stop, waker):
                while not stop.is_set():
                    try:
                        at = clock.now()
                        if put_right is not None and (looked_at is None or at < looked_at):
                            await _put_right(database, table, put_right, at)
                        looked_at = at
                        rest = await _look(database, table, clock, decide, most)
                        pauses.over()
                        if not rest:
                            await waker.wait(POLL_SECONDS)
                    except DatabaseUnavailable as error:
                        _log.warning("timers_wait", table=table.name, why=str(error))
                        await pauses.pause(stop)
        finally:
            database.forget(table.name, waker)

    return task


async def _put_right(database: Database, table: Table, put_right: PutRight, at: datetime) -> None:
    count = await put_right(database, at)
    if count:
        _log.warning("clock_was_ahead", table=table.name, count=count)


async def _look(database: Database, table: Table, clock: Clock, decide: Decide, most: int) -> bool:
    """Decide one batch of what is due; whether it is worth looking again at once."""
    at = clock.now()
    async with database.reading() as reading:
        timers = await due(reading, table, at, most)
    if not timers:
        return False
    try:
        await decide(database, timers, at)
    except DatabaseUnavailable:
        raise
    except Exception as error:  # noqa: BLE001  # a rule may raise anything: the next lines find for which subject
        _log.warning("timers_failed", table=table.name, why=why(error))
        await _one_by_one(database, table, decide, timers, at)
    async with database.reading() as reading:
        left = await due(reading, table, at, most)
    # What is still due was locked by somebody else: looking again at once would spin.
    return bool({(one.rule, one.subject) for one in left} - {(one.rule, one.subject) for one in timers})


async def _one_by_one(database: Database, table: Table, decide: Decide, timers: Sequence[Timer], at: datetime) -> None:
    for timer in timers:
        try:
            await decide(database, [timer], at)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  # this is the timer to park
            _log.error("timer_parked", rule=timer.rule, subject=timer.subject, why=why(error))
            await _park(database, table, timer, why(error), at)


async def _park(database: Database, table: Table, timer: Timer, reason: str, at: datetime) -> None:
    delay = min(FIRST_DELAY * 2 ** min(timer.failures, 10), LONGEST_DELAY)
    this = and_(table.c.rule == timer.rule, table.c.subject == timer.subject, table.c.due_at == timer.due_at)
    values = {"failures": timer.failures + 1, "parked_until": at + delay, "reason": reason}
    async with database.transaction() as tx:
        await tx.execute(update(table).where(this).values(**values))


def overdue(database: Database, table: Table, clock: Clock) -> Source:
    """How many timers are due and not looked at yet, those set aside after a failure apart; each counted to 10,000."""

    async def asked(_trust: str) -> list[Metric]:
        late = table.c.due_at <= clock.now()
        aside = table.c.parked_until.is_not(None)
        kinds = {"waiting": ~aside, "set_aside": aside}
        async with database.reading() as reading:
            found = {(kind,): float(await _count(reading, table, and_(late, which))) for kind, which in kinds.items()}
        return [
            gauge("homeward_timers_overdue", "Timers that are due, by why they were not looked at", ("why",), found)
        ]

    return asked


async def _count(reading: Reading, table: Table, which: ColumnElement[bool]) -> int:
    some = select(table.c.rule).where(which).limit(COUNTED_AT_MOST).subquery()
    return int(await reading.value(select(func.count()).select_from(some)) or 0)
