"""Whether a database keeps what it is given: a full disk, or a server that only reads, still answers every question."""

from sqlalchemy import text

from shared.database.opened import Database

_KEPT = {"sqlite": text("PRAGMA user_version = 1"), "postgresql": text("SELECT pg_current_xact_id()")}
"""Statements that change nothing anybody reads and still have to be written down before their commit."""


async def probe(database: Database) -> None:
    """Commit something. Raises DatabaseUnavailable where nothing can be kept now."""
    async with database.transaction() as tx:
        await tx.execute(_KEPT[database.dialect])
