"""How far readers are behind, and what they have set aside."""

from collections.abc import Awaitable, Callable

from sqlalchemy import func, select

from shared.database import Database
from shared.eventlog import positions
from shared.eventlog.events import Fetched
from shared.eventlog.positions import START, Followed
from shared.eventlog.tables import EventLogTables
from shared.metrics import Metric, Source, Values, gauge

LAG = "homeward_eventlog_lag"
_SAYS = "Announcements that a reader has not taken yet, by reader and topic"
_LABELS = ("reader", "topic")
HowFar = Callable[[str], Awaitable[int]]


def told(reader: str, topic: str, how_far: HowFar) -> Source:
    """What `how_far` says, by trust, as a measure of `reader`."""

    async def asked(trust: str) -> list[Metric]:
        return [gauge(LAG, _SAYS, _LABELS, {(reader, topic): await how_far(trust)})]

    return asked


def fetched(reader: str, topic: str, known: Fetched) -> Source:
    """What the consumer of this process knows to be ahead of it; nothing before it has looked."""

    async def asked(_trust: str) -> list[Metric]:
        ahead = known.lag
        return [gauge(LAG, _SAYS, _LABELS, {} if ahead is None else {(reader, topic): ahead})]

    return asked


def in_place(database: Database, followed: Followed) -> HowFar:
    """How far a reader is behind the outbox it follows: both lie in `database`."""

    async def how_far(trust: str) -> int:
        async with database.reading() as reading:
            held = (await positions.load(reading, followed)).get(trust, START)
            lanes = followed.source.lanes
            lane = await reading.row(select(lanes.c.epoch, lanes.c.no).where(lanes.c.trust == trust))
        if lane is None:
            return 0
        # Numbers begin again with an epoch: of one the reader has not begun, it has taken nothing.
        return max(0, int(lane.no) - (held[1] if held[0] == lane.epoch else 0))

    return how_far


def parked(database: Database, log: EventLogTables) -> Source:
    """How many subjects the readers of `log`'s owner have parked."""

    async def asked(_trust: str) -> list[Metric]:
        table = log.parked
        async with database.reading() as reading:
            rows = await reading.rows(select(table.c.consumer, func.count().label("n")).group_by(table.c.consumer))
        values: Values = {(row.consumer,): row.n for row in rows}
        return [gauge("homeward_parked_subjects", "Subjects a reader could not take, by reader", ("reader",), values)]

    return asked
