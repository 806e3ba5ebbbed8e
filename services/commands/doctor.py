"""`homeward doctor`: what is wrong here, and what to do about it."""

import socket
import sqlite3
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.markup import escape
from sqlalchemy import func, select

from migrations.upgrade import DatabaseIsNewer, pending
from services.admissions.store import unclaimed
from services.commands import saying
from services.discharge.store import lists
from shared.clock import SystemClock
from shared.database import Database, DatabaseDamaged, DatabaseUnavailable
from shared.database.tending import tend
from shared.settings import Settings

LARGEST_CLOCK_DIFFERENCE = 60.0
MOST_SENDERS = 10
FIXED_SQLITE = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `well`, or what to do. A warning does not make the doctor fail."""

    about: str
    well: bool
    words: str
    warning: bool = False


async def examined(settings: Settings) -> list[Finding]:
    """Look at the database, its tables, its clock, and Kafka."""
    found: list[Finding] = []
    try:
        database = await Database.open(settings.url())
    except (DatabaseUnavailable, ValueError) as fault:
        return [Finding("database", well=False, words=f"{fault}; is HOMEWARD_DATABASE_URL right, and does it run?")]
    except DatabaseDamaged as fault:
        return [Finding("database", well=False, words=str(fault))]
    try:
        found.append(Finding("database", well=True, words=f"{database.dialect} answers"))
        found.append(await _tables(settings))
        found.append(await _clock(database))
        if all(finding.well for finding in found):
            found += [await _decided(database), await _unclaimed(database)]
    except DatabaseDamaged as fault:
        # That it answered at first is no comfort.
        found = [Finding("database", well=False, words=str(fault))]
    finally:
        await database.close()
    if database.dialect == "sqlite":
        found.append(_sqlite())
    if settings.kafka:
        found.append(_kafka(settings.kafka))
    return found


async def _tables(settings: Settings) -> Finding:
    try:
        behind = await tend(settings.url(), pending)
    except DatabaseIsNewer as fault:
        return Finding("tables", well=False, words=str(fault))
    words = f"not at their newest: {', '.join(behind)}; run `homeward migrate`" if behind else "are the newest"
    return Finding("tables", well=not behind, words=words)


async def _clock(database: Database) -> Finding:
    if database.dialect == "sqlite":
        return Finding("clock", well=True, words="is the database's too")
    async with database.reading() as reading:
        theirs = await reading.value(select(func.extract("epoch", func.clock_timestamp())))
    apart = abs(float(str(theirs)) - SystemClock().now().timestamp())
    well = apart <= LARGEST_CLOCK_DIFFERENCE
    words = f"{apart:.1f} s apart from the database's" + ("" if well else "; set both by the same time server")
    return Finding("clock", well=well, words=words)


async def _decided(database: Database) -> Finding:
    async with database.reading() as reading:
        ahead = len(await lists.changed_after(reading, SystemClock().now()))
    words = f"{ahead} cases were decided by a clock that was ahead; discharge looks again when it starts"
    return Finding("cases", well=True, words=words if ahead else "none of a time still to come", warning=ahead > 0)


async def _unclaimed(database: Database) -> Finding:
    """What admissions keeps for no trust. Its senders are told as they call themselves, whatever that is."""
    async with database.reading() as reading:
        rows = await unclaimed.counts(reading)
    if not rows:
        return Finding("messages", well=True, words="each is a trust's")
    named = [row for row in rows if row.sending_application or row.sending_facility]
    told = [
        f"{r.number} by {r.feed} of {r.sending_application!r} at {r.sending_facility!r}" for r in named[:MOST_SENDERS]
    ]
    if len(named) > MOST_SENDERS:
        told.append(f"and those of {len(named) - MOST_SENDERS} more senders")
    if nameless := sum(row.number for row in rows if row not in named):
        told.append(f"{nameless} that name no sender")
    words = f"kept for no trust, seen by nobody: {'; '.join(told)}"
    return Finding(
        "messages", well=True, words=words + "; name the senders under `feeds` in a setup file", warning=True
    )


def _sqlite() -> Finding:
    old = sqlite3.sqlite_version_info < FIXED_SQLITE
    words = f"SQLite {sqlite3.sqlite_version}"
    if old:
        words += " is older than 3.51.3, which mends a rare fault of its log; prefer PostgreSQL for real work"
    return Finding("SQLite", well=True, words=words, warning=old)


def _kafka(bootstrap: str) -> Finding:
    for server in bootstrap.split(","):
        host, _, port = server.strip().rpartition(":")
        try:
            with socket.create_connection((host, int(port)), timeout=5):
                return Finding("Kafka", well=True, words=f"{server} answers")
        except (OSError, ValueError):
            continue
    return Finding("Kafka", well=False, words=f"nobody answers at {bootstrap}; is HOMEWARD_KAFKA right?")


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def doctor(
        brief: Annotated[bool, typer.Option("--brief", help="Say only what is wrong.")] = False,
    ) -> None:
        """Look for what is wrong here and say what to do. Exit code 1 if anything must be mended."""
        findings = saying.run(lambda: examined(saying.settings()))
        for finding in findings:
            mark = "[green]well[/]" if finding.well and not finding.warning else "[yellow]look[/]"
            mark = mark if finding.well else "[bold red]wrong[/]"
            if not brief or not finding.well:
                saying.out.print(f"{mark}\t{finding.about}: {escape(finding.words)}", soft_wrap=True, markup=True)
        if not all(finding.well for finding in findings):
            raise typer.Exit(saying.FAILED)

    _ = doctor
