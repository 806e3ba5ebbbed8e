"""Messages that were not for us: what was noted of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from services.admissions.store.messages import EVER, Between
from services.admissions.tables import rejects
from shared.database import Reading

_SHOWN = (
    rejects.c.id,
    rejects.c.feed,
    rejects.c.received_at,
    rejects.c.reason,
    rejects.c.sending_application,
    rejects.c.sending_facility,
    rejects.c.control_id,
    rejects.c.trigger,
    rejects.c.answer,
    rejects.c.peer,
    rejects.c.times,
    func.coalesce(rejects.c.last_at, rejects.c.received_at).label("last_at"),
    func.length(rejects.c.raw).label("bytes"),
)


async def listed(
    reading: Reading,
    trust: str,
    *,
    feed: str | None = None,
    control_id: str | None = None,
    before: tuple[datetime, str] | None = None,
    limit: int,
    came: Between = EVER,
) -> list[Row[Any]]:
    """Refused messages without their bytes, newest first, those before a cursor.

    `came`: those that were coming then, from the first time each came to the last.
    """
    wanted = select(*_SHOWN).where(rejects.c.trust == trust, *_coming(came))
    if feed is not None:
        wanted = wanted.where(rejects.c.feed == feed)
    if control_id is not None:
        wanted = wanted.where(rejects.c.control_id == control_id)
    if before is not None:
        at, last = before
        same_time = and_(rejects.c.received_at == at, rejects.c.id < last)
        wanted = wanted.where(or_(rejects.c.received_at < at, same_time))
    return await reading.rows(wanted.order_by(rejects.c.received_at.desc(), rejects.c.id.desc()).limit(limit))


def _coming(came: Between) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if came.since is not None:
        once = and_(rejects.c.last_at.is_(None), rejects.c.received_at >= came.since)
        found.append(or_(rejects.c.last_at >= came.since, once))
    if came.until is not None:
        found.append(rejects.c.received_at < came.until)
    return found


async def one(reading: Reading, trust: str, refused_id: str) -> Row[Any] | None:
    """One refused message with its bytes."""
    return await reading.row(select(*_SHOWN, rejects.c.raw).where(rejects.c.trust == trust, rejects.c.id == refused_id))


async def last_came(reading: Reading, trust: str, since: datetime, until: datetime) -> list[Row[Any]]:
    """By sender, how many refused messages came last at `since` or later, before `until`; and when the last did."""
    sender = (rejects.c.feed, rejects.c.sending_application, rejects.c.sending_facility)
    return await reading.rows(
        select(*sender, func.count().label("number"), func.max(rejects.c.last_at).label("last_at"))
        .where(rejects.c.trust == trust, rejects.c.last_at >= since, rejects.c.last_at < until)
        .group_by(*sender)
    )
