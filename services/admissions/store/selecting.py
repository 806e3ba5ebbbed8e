"""Kept messages by what people choose them by. Every query begins at an index of what was given."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from services.admissions.model.messages import KeptMessage
from services.admissions.model.selections import Selection
from services.admissions.store import feeds as feed_store
from services.admissions.store import finding
from services.admissions.store.facts import parts
from services.admissions.store.messages import IDENTITY, WAITING, Between, kept_of, received
from services.admissions.tables import messages
from shared.database import Reading, among, among_rows


async def chosen(
    reading: Reading, trust: str, wanted: Selection, limit: int, after: KeptMessage | None = None
) -> list[KeptMessage]:
    """The first `limit` messages of a selection in the order they came, those after the message `after`."""
    query = _query(trust, wanted, after)
    found_by = await _found_by(reading, trust, wanted)
    several = [query] if found_by is None else [query.where(one) for one in found_by]
    found: list[KeptMessage] = []
    for one in several:
        rows = await reading.rows(one.order_by(messages.c.received_at, messages.c.id).limit(limit))
        found += [kept_of(row) for row in rows]
    return sorted(found, key=lambda kept: (kept.received_at, kept.id))[:limit]


def _query(trust: str, wanted: Selection, after: KeptMessage | None) -> Select[*tuple[Any, ...]]:
    equal = {
        messages.c.feed: wanted.feed,
        messages.c.sending_application: wanted.sending_application,
        messages.c.sending_facility: wanted.sending_facility,
        messages.c.outcome: wanted.outcome.value if wanted.outcome else None,
        messages.c.trigger: wanted.trigger,
        messages.c.control_id: wanted.control_id,
    }
    where: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    where += received(Between(wanted.since, wanted.until))
    if after is not None:
        same_time = and_(messages.c.received_at == after.received_at, messages.c.id > after.id)
        where.append(or_(messages.c.received_at > after.received_at, same_time))
    return select(*WAITING).where(
        messages.c.trust == trust,
        messages.c.interpreted.is_(True),
        messages.c.discarded_because.is_(None),
        *where,
    )


async def _found_by(reading: Reading, trust: str, wanted: Selection) -> list[ColumnElement[bool]] | None:
    """What a patient or a control id is looked up by, in parts that one statement can name; None: neither is given."""
    if wanted.patient is not None:
        files = await finding.files_of_patient(reading, trust, *wanted.patient)
        ids = sorted(await finding.messages_of_files(reading, files))
        return [among(messages.c.id, part) for part in parts(ids)]
    if wanted.control_id is not None:
        senders = [
            (one.feed, one.sending_application, one.sending_facility) for one in await feed_store.every(reading, trust)
        ]
        return _borne_by(senders, wanted.control_id)
    return None


def _borne_by(senders: Iterable[tuple[str, str, str]], control_id: str) -> list[ColumnElement[bool]]:
    borne: Sequence[tuple[str, ...]] = [(*sender, control_id) for sender in senders]
    return [among_rows(IDENTITY, part) for part in parts(borne)]
