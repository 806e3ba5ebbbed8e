"""Kept messages: those that wait to be interpreted, what became of each, and what people may see of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Integer, Row, and_, bindparam, func, or_, select, update

from services.admissions.model.messages import KeptMessage
from services.admissions.store.facts import parts
from services.admissions.tables import REASON_TEXT, facts, messages
from shared.contracts.api.admissions import Outcome
from shared.database import Prepared, Reading, Transaction, among, among_given, among_rows, by_column, many

_SENDER = (messages.c.feed, messages.c.sending_application, messages.c.sending_facility)
IDENTITY = (*_SENDER, messages.c.control_id)
WAITING = (
    *IDENTITY,
    messages.c.id,
    messages.c.content_type,
    messages.c.raw,
    messages.c.received_at,
    messages.c.sha256,
    messages.c.outcome,
)
_SHOWN = (
    *IDENTITY,
    messages.c.id,
    messages.c.trigger,
    messages.c.content_type,
    messages.c.received_at,
    messages.c.answer,
    messages.c.repeats,
    messages.c.outcome,
    messages.c.reason,
    messages.c.flags,
)
_WAITING_FIRST = Prepared(
    select(*WAITING)
    .where(messages.c.trust == bindparam("trust"), messages.c.interpreted.is_(False))
    .order_by(messages.c.id)
    .limit(bindparam("most", type_=Integer()))
)
_CONCLUDING = Prepared(
    update(messages)
    .where(among(messages.c.id, many("ids")))
    .values(
        interpreted=True, outcome=bindparam("to_outcome"), reason=bindparam("to_reason"), flags=bindparam("to_flags")
    )
)
_BORNE_FIRST = Prepared(
    select(*IDENTITY, func.min(messages.c.id).label("first"))
    .where(messages.c.trust == bindparam("trust"), among_given(IDENTITY))
    .group_by(*IDENTITY)
)


class Between(NamedTuple):
    """When messages came: `since`, and before `until`; None: from the first, to the last."""

    since: datetime | None = None
    until: datetime | None = None


EVER: Final = Between()


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a message: its outcome, why (words without anything of the patient), and what was odd about it."""

    outcome: Outcome
    reason: str | None = None
    flags: tuple[str, ...] = ()


async def waiting(reading: Reading, trust: str, limit: int) -> list[KeptMessage]:
    """Messages not interpreted yet, oldest first."""
    return [kept_of(row) for row in await reading.rows(_WAITING_FIRST, {"trust": trust, "most": limit})]


async def after(reading: Reading, trust: str, last: str, limit: int) -> list[KeptMessage]:
    """Messages that were interpreted and not discarded, oldest first, those after the message `last`."""
    rows = await reading.rows(
        select(*WAITING)
        .where(
            messages.c.trust == trust,
            messages.c.id > last,
            messages.c.interpreted.is_(True),
            messages.c.discarded_because.is_(None),
        )
        .order_by(messages.c.id)
        .limit(limit)
    )
    return [kept_of(row) for row in rows]


async def count(reading: Reading, trust: str) -> int:
    """How many messages are kept."""
    return int(await reading.value(select(func.count()).select_from(messages).where(messages.c.trust == trust)) or 0)


async def conclude(tx: Transaction, became: Mapping[str, Became]) -> None:
    """Write what became of messages, those of one fate in one statement."""
    alike: dict[Became, list[str]] = {}
    for message_id, one in became.items():
        alike.setdefault(one, []).append(message_id)
    for one, ids in alike.items():
        values = {
            "to_outcome": one.outcome.value,
            "to_reason": one.reason[:REASON_TEXT] if one.reason else None,
            "to_flags": ",".join(one.flags),
        }
        for part in parts(sorted(ids)):
            await tx.execute(_CONCLUDING, {"ids": part, **values})


async def re_conclude(
    tx: Transaction, trust: str, ids: Iterable[str], outcome: Outcome, reason: str | None
) -> list[Row[Any]]:
    """Write what became of messages that were used, or were not because of a person; those, as they stood before.

    What was odd about them stays.
    """
    concerned = (
        messages.c.trust == trust,
        among(messages.c.id, ids),
        messages.c.interpreted.is_(True),
        messages.c.outcome.in_((Outcome.APPLIED.value, Outcome.NO_EFFECT.value)),
        messages.c.discarded_because.is_(None),
    )
    before = await tx.rows(select(*_SENDER, messages.c.received_at, messages.c.outcome).where(*concerned))
    await tx.execute(update(messages).where(*concerned).values(outcome=outcome.value, reason=reason))
    return before


async def reused(reading: Reading, trust: str, batch: Sequence[KeptMessage]) -> set[str]:
    """Those of `batch` whose control id another, earlier message of their sender already bore. One statement."""
    borne = {
        one.id: (one.feed, one.sending_application, one.sending_facility, one.control_id)
        for one in batch
        if one.control_id
    }
    if not borne:
        return set()
    rows = await reading.rows(_BORNE_FIRST, {"trust": trust, **by_column(borne.values())})
    firsts = {tuple(row[: len(IDENTITY)]): row.first for row in rows}
    return {message for message, identity in borne.items() if firsts[identity] != message}


async def listed(
    reading: Reading,
    trust: str,
    *,
    outcome: Outcome | None,
    feed: str | None,
    control_id: str | None,
    before: tuple[datetime, str] | None,
    limit: int,
    came: Between = EVER,
) -> list[Row[Any]]:
    """Messages, newest first, those before a cursor."""
    wanted = select(*_SHOWN).where(messages.c.trust == trust, *received(came))
    if outcome is not None:
        wanted = wanted.where(messages.c.outcome == outcome.value)
    if feed is not None:
        wanted = wanted.where(messages.c.feed == feed)
    if control_id is not None:
        wanted = wanted.where(messages.c.control_id == control_id)
    if before is not None:
        at, last = before
        same_time = and_(messages.c.received_at == at, messages.c.id < last)
        wanted = wanted.where(or_(messages.c.received_at < at, same_time))
    return await reading.rows(wanted.order_by(messages.c.received_at.desc(), messages.c.id.desc()).limit(limit))


def received(came: Between) -> list[ColumnElement[bool]]:
    """Whether a message was received then."""
    since = [messages.c.received_at >= came.since] if came.since is not None else []
    return since + ([messages.c.received_at < came.until] if came.until is not None else [])


async def one(reading: Reading, trust: str, message_id: str) -> Row[Any] | None:
    """One message with its bytes."""
    return await reading.row(
        select(*_SHOWN, messages.c.raw, messages.c.discarded_because).where(
            messages.c.trust == trust, messages.c.id == message_id
        )
    )


async def some(reading: Reading, trust: str, ids: Iterable[str], limit: int, came: Between = EVER) -> list[Row[Any]]:
    """Those of the messages `ids` that came last, newest first."""
    found: list[Row[Any]] = []
    for part in parts(sorted(ids, reverse=True)):
        found += await reading.rows(
            select(*_SHOWN)
            .where(messages.c.trust == trust, among(messages.c.id, part), *received(came))
            .order_by(messages.c.received_at.desc(), messages.c.id.desc())
            .limit(limit)
        )
    return sorted(found, key=lambda row: (row.received_at, row.id), reverse=True)[:limit]


async def with_control_id(
    reading: Reading, trust: str, senders: Iterable[tuple[str, str, str]], control_id: str, came: Between, limit: int
) -> list[Row[Any]]:
    """The messages with a control id (MSH-10) of any of `senders` (feed, MSH-3, MSH-4), newest first."""
    found: list[Row[Any]] = []
    for part in parts([(*sender, control_id) for sender in sorted(senders)]):
        found += await reading.rows(
            select(*_SHOWN)
            .where(messages.c.trust == trust, among_rows(IDENTITY, part), *received(came))
            .order_by(messages.c.received_at.desc(), messages.c.id.desc())
            .limit(limit)
        )
    return sorted(found, key=lambda row: (row.received_at, row.id), reverse=True)[:limit]


async def flags_of(reading: Reading, ids: Sequence[str]) -> dict[str, set[str]]:
    """What folding found odd about each of the messages `ids`."""
    found: dict[str, set[str]] = {}
    rows = await reading.rows(
        select(facts.c.message, facts.c.flags).where(among(facts.c.message, ids), facts.c.flags != "")
    )
    for row in rows:
        found.setdefault(row.message, set()).update(row.flags.split(","))
    return found


async def release(tx: Transaction, trust: str, message_id: str) -> int:
    """Have a message interpreted again; how many that were."""
    return await tx.execute(
        update(messages)
        .where(messages.c.trust == trust, messages.c.id == message_id)
        .values(interpreted=False, outcome=Outcome.WAITING.value, reason=None)
    )


async def discard(tx: Transaction, trust: str, message_id: str, because: str) -> int:
    """Put a quarantined message aside for good, saying why; how many that were."""
    return await tx.execute(
        update(messages)
        .where(messages.c.trust == trust, messages.c.id == message_id, messages.c.outcome == Outcome.QUARANTINED.value)
        .values(outcome=Outcome.NO_EFFECT.value, reason="discarded by a person", discarded_because=because)
    )


async def newest_at(reading: Reading, trust: str) -> datetime | None:
    """When the newest interpreted message came."""
    found = await reading.row(
        select(messages.c.received_at)
        .where(messages.c.trust == trust, messages.c.interpreted.is_(True))
        .order_by(messages.c.received_at.desc())
        .limit(1)
    )
    return None if found is None else found.received_at


def kept_of(row: Row[Any]) -> KeptMessage:
    """The message of a row of `WAITING`."""
    return KeptMessage(
        id=row.id,
        feed=row.feed,
        sending_application=row.sending_application,
        sending_facility=row.sending_facility,
        control_id=row.control_id,
        sha256=bytes(row.sha256).hex(),
        content_type=row.content_type,
        raw=bytes(row.raw),
        received_at=row.received_at,
        outcome=Outcome(row.outcome),
    )
