"""What admissions announces is carried to discharge, and what discharge announces to notifications, in one database."""

from dataclasses import dataclass, field

from sqlalchemy import select

from services.admissions import tables as admissions
from services.discharge.handlers.clock import decide
from services.discharge.subscriptions import ENCOUNTERS
from services.discharge.tables import metadata as discharge_metadata
from services.discharge.tables.cases import cases
from services.discharge.tables.cases import log as discharge_log
from services.notifications import tables as notifications
from services.notifications.subscriptions import CASES
from shared.clock import SettableClock
from shared.database import Database
from shared.eventlog import consumer, positions
from shared.eventlog.events import Reader
from shared.eventlog.positions import Followed, Position
from shared.eventlog.tables import EventLogTables
from shared.timers import Timer

AT_ONCE = 200
TABLES = (admissions.metadata, discharge_metadata, notifications.metadata)


async def prepare(database: Database) -> None:
    """Make the tables of the three."""
    for metadata in TABLES:
        await database.create_all(metadata)


@dataclass(slots=True)
class Carrying:
    """The readers of discharge and notifications on one trust, moved on by hand, with a clock of their own."""

    database: Database
    trust: str
    clock: SettableClock
    _reached: dict[str, Position] = field(default_factory=dict[str, Position])

    def _readers(self) -> list[tuple[Reader, EventLogTables]]:
        return [
            (Reader(self.database, discharge_log, ENCOUNTERS, self.clock), admissions.log),
            (Reader(self.database, notifications.log, CASES, self.clock), discharge_log),
        ]

    async def on(self, most: int = AT_ONCE) -> int:
        """Hand on, in batches of `most` at most, what was announced since the last time; how many were new."""
        fresh = 0
        for reader, source in self._readers():
            followed = Followed(reader.subscription.consumer, reader.log, source)
            while True:
                held = self._reached.get(followed.consumer, positions.START)
                async with self.database.reading() as reading:
                    batch = await positions.after(reading, followed, self.trust, held, most)
                if not batch:
                    break
                taken = await consumer.take(reader, batch)
                assert taken.parked == taken.behind == 0
                fresh += taken.fresh
                self._reached[followed.consumer] = (batch[-1].epoch, batch[-1].no)
        return fresh

    async def again(self) -> int:
        """Hand everything on a second time, from the beginning; how many were taken for new."""
        self._reached.clear()
        return await self.on()

    async def look(self) -> None:
        """Let the clock look at every case, and hand on what came of it."""
        now = self.clock.now()
        async with self.database.reading() as reading:
            found = await reading.rows(select(cases.c.case_id).where(cases.c.trust == self.trust))
        await decide(self.database, [Timer("case", row.case_id, now) for row in found], now)
        await self.on()
