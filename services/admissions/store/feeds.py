"""Trusts, whose turn it is, and the feeds that were heard."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, bindparam, select, update

from services.admissions.model import Feed, Sender, known_as
from services.admissions.model.messages import KeptMessage
from services.admissions.tables import feeds, turns
from shared.database import Prepared, Reading, Transaction
from shared.hl7.designators import name_in

_FEED: TypeAdapter[Feed] = TypeAdapter(Feed)
_KEY = ("trust", "feed", "sending_application", "sending_facility")
_TURN = select(turns.c.trust).where(turns.c.trust == bindparam("trust"))
_TURN_AWAITED = Prepared(_TURN.with_for_update())
_TURN_IF_FREE = Prepared(_TURN.with_for_update(skip_locked=True))
_UNNAMING = Prepared(update(feeds).where(feeds.c.trust == bindparam("of_trust")).values(known=False, profile=""))
_EVERY = Prepared(
    select(feeds)
    .where(feeds.c.trust == bindparam("trust"))
    .order_by(feeds.c.feed, feeds.c.sending_application, feeds.c.sending_facility)
)


async def take_turn(tx: Transaction, trust: str, *, wait: bool) -> bool:
    """Write alone for `trust` until the transaction ends. False if it is not set up or, unless `wait`, taken."""
    return bool(await tx.rows(_TURN_AWAITED if wait else _TURN_IF_FREE, {"trust": trust}))


async def set_up(tx: Transaction, trust: str, at: datetime) -> None:
    """Have `trust` (its ODS code). Doing so again changes nothing."""
    await tx.insert_many(turns, [{"trust": trust, "set_up_at": at}], on_conflict="ignore")


async def name_feeds(tx: Transaction, trust: str, named: Mapping[Sender, Feed]) -> None:
    """Say how the senders of a trust speak, in place of what was said before. Those not named speak the default."""
    await tx.execute(_UNNAMING, {"of_trust": trust})
    rows = [
        {
            "trust": trust,
            "feed": feed,
            "sending_application": application,
            "sending_facility": facility,
            "known": True,
            "profile": json.dumps(_FEED.dump_python(profile, mode="json")),
        }
        for (feed, application, facility), profile in named.items()
    ]
    await tx.upsert_many(feeds, rows, key=_KEY)


async def hear(tx: Transaction, trust: str, batch: Sequence[KeptMessage], before: Sequence[Row[Any]]) -> None:
    """Note that feeds were heard, unknown ones too; `before` is `every` as it was."""
    heard: dict[Sender, datetime] = {}
    for one in batch:
        sender = (one.feed, one.sending_application, one.sending_facility)
        heard[sender] = max(one.received_at, heard.get(sender, one.received_at))
    known = {(row.feed, row.sending_application, row.sending_facility): row.last_heard_at for row in before}
    rows = [
        {
            "trust": trust,
            "feed": feed,
            "sending_application": application,
            "sending_facility": facility,
            "last_heard_at": at,
        }
        for (feed, application, facility), at in heard.items()
        if (last := known.get((feed, application, facility))) is None or last < at
    ]
    await tx.upsert_many(feeds, rows, key=_KEY)


async def every(reading: Reading, trust: str) -> list[Row[Any]]:
    """All feeds of a trust."""
    return await reading.rows(_EVERY, {"trust": trust})


async def named(reading: Reading) -> dict[str, dict[Sender, Feed]]:
    """By trust, how each sender named at set-up speaks."""
    rows = await reading.rows(select(feeds).where(feeds.c.known).order_by(feeds.c.trust))
    return {trust: profiles(list(several)) for trust, several in groupby(rows, key=lambda row: str(row.trust))}


def profiles(feeds: Sequence[Row[Any]]) -> dict[Sender, Feed]:
    """How each sender named at set-up speaks."""
    return {
        known_as((row.feed, row.sending_application, row.sending_facility)): _FEED.validate_python(
            json.loads(row.profile)
        )
        for row in feeds
        if row.known
    }


def profile_of(known: Mapping[Sender, Feed], one: KeptMessage, trust: str) -> Feed:
    """How the sender of a message speaks: as set-up named it (also for any feed: ""), else the default."""
    sender = one.feed, one.sending_application, one.sending_facility
    return named_as(known, sender) or assumed_of(sender, trust)


def named_as(known: Mapping[Sender, Feed], sender: Sender) -> Feed | None:
    """How set-up says that a sender speaks at a door, or at any; None: it says nothing of it."""
    sender = known_as(sender)
    return known.get(sender) or known.get(("", *sender[1:]))


def assumed_of(sender: Sender, trust: str) -> Feed:
    """How a sender is taken to speak that nothing is said of."""
    feed, _, facility = sender
    return Feed(name=feed, default_issuer=name_in(facility) or trust)
