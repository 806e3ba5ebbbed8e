"""How many messages of each feed ended how, and how many came in each hour. Written with the trust's turn alone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Table,
    and_,
    bindparam,
    delete,
    false,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
    update,
)

from services.admissions.model import Sender
from services.admissions.model.messages import KeptMessage
from services.admissions.store.messages import Between, received
from services.admissions.tables import feed_hours, feeds, messages
from shared.contracts.api.admissions import Outcome
from shared.database import Prepared, Reading, Transaction, among_given, by_column

CONCLUDED: Final = (Outcome.APPLIED, Outcome.NO_EFFECT, Outcome.QUARANTINED)
HOURS_KEPT: Final = timedelta(weeks=5)
_SENDER: Final = (messages.c.feed, messages.c.sending_application, messages.c.sending_facility)


class Change(NamedTuple):
    """A message of `sender`, received at `at`, stood at `was` and stands at `now`."""

    sender: Sender
    at: datetime
    was: Outcome
    now: Outcome


def sender_of(one: KeptMessage | Row[Any]) -> Sender:
    """Whose a message or a row is."""
    return (one.feed, one.sending_application, one.sending_facility)


async def count(tx: Transaction, trust: str, changes: Iterable[Change]) -> None:
    """Count what became of messages of feeds that are known (`feeds.hear`)."""
    moved: dict[Sender, Counter[Outcome]] = {}
    hours: Counter[tuple[Sender, datetime]] = Counter()
    for sender, at, was, now in changes:
        by_outcome = moved.setdefault(sender, Counter())
        by_outcome[was] -= 1
        by_outcome[now] += 1
        hours[sender, hour_of(at)] += (was is Outcome.WAITING) - (now is Outcome.WAITING)
    for sender in sorted(moved):
        await _move(tx, trust, sender, moved[sender])
    for (sender, hour), number in sorted(hours.items()):
        if number:
            await _add(tx, trust, sender, hour, number)


def hour_of(at: datetime) -> datetime:
    """The beginning of the hour `at` is in."""
    return at.replace(minute=0, second=0, microsecond=0)


async def _move(tx: Transaction, trust: str, sender: Sender, moved: Counter[Outcome]) -> None:
    changed = {f"more_{one.value}": moved[one] for one in CONCLUDED}
    if any(changed.values()):
        await tx.execute(_MOVED, {**_key(trust, sender), **changed})


async def _add(tx: Transaction, trust: str, sender: Sender, hour: datetime, number: int) -> None:
    key = _key(trust, sender)
    if await tx.execute(_ADDED, {**key, "of_hour": hour, "more": number}) or number < 0:
        return
    feed, application, facility = sender
    row = {
        "trust": trust,
        "feed": feed,
        "sending_application": application,
        "sending_facility": facility,
        "hour": hour,
        "messages": number,
    }
    await tx.insert_many(feed_hours, [row])
    # An hour that begins is when one is old enough to go: a feed that fell silent keeps what was usual for it.
    await tx.execute(_FORGOTTEN, {**key, "before": hour - HOURS_KEPT})


async def totals(reading: Reading, trust: str) -> list[Row[Any]]:
    """By sender, how many messages ended how and how many wait, all as at one instant; some senders in two rows.

    Reads one row a sender, and those messages that wait.
    """
    none = literal(0)
    # Left open to the planner, SQLite would rather go through all messages in the order they are grouped by; what is
    # asked for from an offset on is found by itself.
    waits = (
        select(*_SENDER)
        .where(messages.c.trust == trust, messages.c.interpreted.is_(False))
        .order_by(messages.c.id)
        .offset(0)
        .subquery()
    )
    waiting = select(
        *waits.c,
        false().label("known"),
        type_coerce(null(), feeds.c.last_heard_at.type).label("last_heard_at"),
        none.label("applied"),
        none.label("no_effect"),
        none.label("quarantined"),
        func.count().label("waiting"),
    ).group_by(*waits.c)
    concluded = select(
        feeds.c.feed,
        feeds.c.sending_application,
        feeds.c.sending_facility,
        feeds.c.known,
        feeds.c.last_heard_at,
        feeds.c.applied,
        feeds.c.no_effect,
        feeds.c.quarantined,
        none.label("waiting"),
    ).where(feeds.c.trust == trust)
    return await reading.rows(union_all(concluded, waiting))


async def of_time(reading: Reading, trust: str, came: Between) -> list[Row[Any]]:
    """By sender and outcome as it stands now, how many messages came then, and how often they were repeated.

    Reads the messages that came then, and no others.
    """
    return await reading.rows(
        select(
            *_SENDER,
            messages.c.outcome,
            func.count().label("number"),
            func.sum(messages.c.repeats).label("repeats"),
        )
        .where(messages.c.trust == trust, *received(came))
        .group_by(*_SENDER, messages.c.outcome)
    )


async def hours_of(reading: Reading, trust: str, senders: Sequence[Sender]) -> dict[Sender, dict[datetime, int]]:
    """How many messages of each of `senders` came in each hour (its beginning) that is kept: five weeks of them."""
    found: dict[Sender, dict[datetime, int]] = {}
    if not senders:
        return found
    for row in await reading.rows(_HOURS, {"of_trust": trust, **by_column(senders)}):
        found.setdefault(sender_of(row), {})[row.hour] = row.messages
    return found


def _key(trust: str, sender: Sender) -> dict[str, object]:
    feed, application, facility = sender
    return {"of_trust": trust, "of_feed": feed, "of_application": application, "of_facility": facility}


def _of(table: Table) -> ColumnElement[bool]:
    return and_(
        table.c.trust == bindparam("of_trust"),
        table.c.feed == bindparam("of_feed"),
        table.c.sending_application == bindparam("of_application"),
        table.c.sending_facility == bindparam("of_facility"),
    )


_HOURS = Prepared(
    select(feed_hours).where(
        feed_hours.c.trust == bindparam("of_trust"),
        among_given((feed_hours.c.feed, feed_hours.c.sending_application, feed_hours.c.sending_facility)),
    )
)
_MOVED = Prepared(
    update(feeds)
    .where(_of(feeds))
    .values({one.value: feeds.c[one.value] + bindparam(f"more_{one.value}") for one in CONCLUDED})
)
_ADDED = Prepared(
    update(feed_hours)
    .where(_of(feed_hours), feed_hours.c.hour == bindparam("of_hour"))
    .values(messages=feed_hours.c.messages + bindparam("more"))
)
_FORGOTTEN = Prepared(delete(feed_hours).where(_of(feed_hours), feed_hours.c.hour < bindparam("before")))
