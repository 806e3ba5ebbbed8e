"""Sign-in sessions. Only the SHA-256 of a session's token is kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from services.discharge.tables.hospital import sessions as t
from shared.database import Reading, Transaction


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session as it is kept. `ended_at` is when somebody signed out."""

    id: str
    hash: str
    trust: str
    staff: str
    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None


async def add(tx: Transaction, session: HeldSession) -> None:
    """Keep a new session."""
    row = {
        "id": session.id,
        "hash": session.hash,
        "trust": session.trust,
        "staff": session.staff,
        "began_at": session.began_at,
        "seen_at": session.seen_at,
        "ended_at": session.ended_at,
    }
    await tx.insert_many(t, [row])


async def find(reading: Reading, token_hash: str) -> HeldSession | None:
    """The session of a token, ended or not."""
    row = await reading.row(select(t).where(t.c.hash == token_hash))
    if row is None:
        return None
    return HeldSession(row.id, row.hash, row.trust, row.staff, row.began_at, row.seen_at, row.ended_at)


async def seen(tx: Transaction, session_id: str, at: datetime) -> None:
    """Note that a session is in use."""
    await tx.execute(update(t).where(t.c.id == session_id).values(seen_at=at))


async def end(tx: Transaction, token_hash: str, at: datetime) -> bool:
    """End a session; False if there was none to end."""
    return await tx.execute(update(t).where(t.c.hash == token_hash, t.c.ended_at.is_(None)).values(ended_at=at)) == 1
