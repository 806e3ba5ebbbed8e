"""Messages that say who is who, and messages in conflict about a number: found by an index of their own, newest first.

The ids of messages sort as they came.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, text

from services.admissions.model import Fact, from_json
from services.admissions.tables import IN_CONFLICT, OF_IDENTITY, facts, messages
from shared.database import Reading, among


async def messages_before(reading: Reading, trust: str, before: str | None, limit: int) -> list[str]:
    """Messages about identity, newest first, those before a message."""
    wanted = select(facts.c.message).where(facts.c.trust == trust, text(OF_IDENTITY))
    if before is not None:
        wanted = wanted.where(facts.c.message < before)
    rows = await reading.rows(wanted.distinct().order_by(facts.c.message.desc()).limit(limit))
    return [row.message for row in rows]


async def told_by(reading: Reading, trust: str, ids: Sequence[str]) -> dict[str, list[Fact]]:
    """What each of the messages `ids` says of identity."""
    rows = await reading.rows(
        select(facts.c.message, facts.c.fact)
        .where(facts.c.trust == trust, text(OF_IDENTITY), among(facts.c.message, ids))
        .order_by(facts.c.message, facts.c.id)
    )
    found: dict[str, list[Fact]] = {}
    for row in rows:
        found.setdefault(row.message, []).append(from_json(row.fact))
    return found


async def in_conflict(reading: Reading, trust: str, limit: int) -> list[Row[Any]]:
    """The newest facts that were flagged because several persons bear a number, with their messages."""
    return await reading.rows(
        select(
            facts.c.fact,
            facts.c.flags,
            messages.c.id,
            messages.c.trigger,
            messages.c.control_id,
            messages.c.received_at,
        )
        .join(messages, messages.c.id == facts.c.message)
        .where(facts.c.trust == trust, text(f"admissions_facts.{IN_CONFLICT}"))
        .order_by(facts.c.message.desc(), facts.c.id)
        .limit(limit)
    )
