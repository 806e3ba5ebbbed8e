"""What the database says: counted by plain SQL, so that no code of a service vouches for itself."""

from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from shared.database import Database
from tests.processes.programs import Hospital
from tests.processes.waiting import until

LOGS = ("admissions", "discharge", "notifications")
READERS = (("admissions", "discharge"), ("discharge", "notifications"))
SETTLE_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Books:
    """The database of a hospital."""

    database: Database

    async def rows(self, words: str) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        async with self.database.reading() as reading:
            return [tuple(row) for row in await reading.rows(text(words))]

    async def number(self, words: str) -> int:
        """The one number a statement asks for."""
        return int((await self.rows(words))[0][0])

    async def announced(self, owner: str) -> dict[str, list[int]]:
        """The versions of each subject that a topic of `owner` must hold, in order."""
        rows = await self.rows(f"SELECT subject, max(version) FROM {owner}_outbox GROUP BY subject")  # noqa: S608
        return {row[0]: list(range(1, row[1] + 1)) for row in rows}

    async def kept(self) -> dict[str, int]:
        """How often each message is kept, by control id."""
        rows = await self.rows("SELECT control_id, count(*) FROM admissions_messages GROUP BY control_id")
        return {row[0]: row[1] for row in rows}

    async def behind(self) -> str:
        """What is still under way, in words; empty when nothing is."""
        waiting = await self.number("SELECT count(*) FROM admissions_messages WHERE outcome = 'waiting'")
        if waiting:
            return f"{waiting} messages wait to be interpreted"
        for source, reader in READERS:
            newest = f"SELECT subject, max(version) AS newest FROM {source}_outbox GROUP BY subject"  # noqa: S608
            behind = await self.number(
                f"SELECT count(*) FROM ({newest}) o LEFT JOIN {reader}_inbox i ON i.subject = o.subject "  # noqa: S608
                "WHERE coalesce(i.version, 0) < o.newest"
            )
            if behind:
                return f"{reader} has not the newest of {behind} subjects of {source}"
        return ""

    async def settled(self, seconds: float = SETTLE_SECONDS) -> None:
        """Wait until nothing is under way."""
        last = ""

        async def quiet() -> bool:
            nonlocal last
            last = await self.behind()
            return not last

        await until(quiet, seconds, lambda: last)

    async def check(self, accepted: Collection[str]) -> None:
        """What must hold whenever nothing is under way, whatever happened before.

        Everything `accepted` is kept once and applied; an admission has one case, that one holding; versions have no
        gaps; no alert was raised twice.
        """
        kept = await self.kept()
        assert {control: kept.get(control, 0) for control in accepted} == dict.fromkeys(accepted, 1)
        assert await self.rows("SELECT control_id, outcome FROM admissions_messages WHERE outcome <> 'applied'") == []
        for owner in LOGS:
            gaps = (
                f"SELECT subject FROM {owner}_outbox GROUP BY subject "  # noqa: S608
                "HAVING min(version) <> 1 OR max(version) <> count(*) OR count(DISTINCT version) <> count(*)"
            )
            assert await self.rows(gaps) == [], f"versions of {owner} have gaps"
        await self._check_cases()

    async def _check_cases(self) -> None:
        stays = await self.number("SELECT count(DISTINCT subject) FROM admissions_outbox")
        cases = await self.rows(
            "SELECT c.case_id, c.encounter_id, count(h.number) FROM discharge_cases c LEFT JOIN discharge_holdings h "
            "ON h.case_id = c.case_id AND h.is_current GROUP BY c.case_id, c.encounter_id"
        )
        assert len(cases) == stays == len({row[1] for row in cases})
        assert {row[2] for row in cases} <= {1}
        uncovered = await self.number(
            "SELECT count(*) FROM discharge_holdings WHERE is_current AND uncovered_since IS NOT NULL"
        )
        alerts = await self.rows("SELECT case_id, kind, count(*) FROM notifications_alerts GROUP BY case_id, kind")
        assert [row for row in alerts if row[2] != 1] == []
        active = "SELECT count(*) FROM notifications_alerts WHERE status IN ('raised', 'acknowledged')"
        assert await self.number(active) == uncovered


@asynccontextmanager
async def books_of(hospital: Hospital) -> AsyncGenerator[Books]:
    """The books of a hospital, open."""
    url = hospital.settings.get("database_url", f"sqlite:///{hospital.folder / 'data' / 'homeward.db'}")
    database = await Database.open(url)
    try:
        yield Books(database)
    finally:
        await database.close()
