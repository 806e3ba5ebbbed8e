"""What monitoring is told of admissions: messages by feed and what became of them, links, acknowledgements."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from services.admissions.handlers.answer import Door
from services.admissions.handlers.staleness import stale
from services.admissions.incoming import FAULTS, Snapshot
from services.admissions.model import Sender
from services.admissions.store import feed_counts, unclaimed
from services.admissions.store.feed_counts import sender_of
from shared.contracts.api.admissions import Outcome
from shared.database import Database
from shared.metrics import Metric, Source, counter, gauge

_SENDER = ("feed", "application", "facility")
_OUTCOMES = tuple(Outcome)
NO_CODE = "none"


def of_feeds(database: Database, door: Door) -> Source:
    """Messages by feed and outcome, and how long each feed has been silent, of the trust of whoever looks.

    And how many messages are no trust's, which anybody may know: nothing is told of who sent them.
    """

    async def asked(trust: str) -> list[Metric]:
        async with database.reading() as reading:
            rows = await feed_counts.totals(reading, trust)
            at = door.clock.now()
            waiting = {sender_of(row) for row in rows if row.waiting}
            heard = {sender_of(row): row.last_heard_at for row in rows if row.last_heard_at}
            silent = await stale(reading, trust, {one: heard[one] for one in heard.keys() - waiting}, at)
            nobodys = await unclaimed.counts(reading)
        return [*_of_feeds(rows, at), _of_stale(rows, silent), _of_unclaimed(nobodys)]

    return asked


def of_doors(door: Door, doors: Callable[[], Mapping[str, Snapshot]]) -> Source:
    """What the doors of this process have counted, whoever sent."""

    async def asked(_trust: str) -> list[Metric]:
        said: Counter[tuple[str, ...]] = Counter()
        for (feed, code), number in door.acknowledged.items():
            said[feed, code or NO_CODE] += number
        refused = {(feed, why): float(number) for (feed, why), number in door.intake.refused.items()}
        return [
            counter("homeward_acknowledgements", "Acknowledgements, by feed and code (MSA-1)", ("feed", "code"), said),
            counter("homeward_messages_refused", "Messages that were not for us", ("feed", "why"), refused),
            *_of_links(doors()),
        ]

    return asked


def labels_of(rows: Sequence[Row[Any]]) -> dict[Sender, Sender]:
    """How each sender is labelled: by its own names if the setup file names it, else by its door alone.

    What a message calls itself is no label: it may be anything, and of any number.
    """
    named = {sender_of(row) for row in rows if row.known}
    everywhere = {(application, facility) for feed, application, facility in named if not feed}
    found = {sender_of(row) for row in rows}
    return {one: one if one in named or one[1:] in everywhere else (one[0], "", "") for one in found if one[0]}


def _of_feeds(rows: Sequence[Row[Any]], at: datetime) -> list[Metric]:
    labels = labels_of(rows)
    by_outcome: Counter[tuple[str, ...]] = Counter()
    received: Counter[tuple[str, ...]] = Counter()
    heard: dict[tuple[str, ...], datetime] = {}
    for row in rows:
        label = labels.get(sender_of(row))
        if label is None:
            continue  # named for any door, and counted at the door where it is heard
        for outcome in _OUTCOMES:
            by_outcome[*label, outcome.value] += getattr(row, outcome.value)
            received[label] += getattr(row, outcome.value)
        if row.last_heard_at is not None:
            heard[label] = max(row.last_heard_at, heard.get(label, row.last_heard_at))
    silent = {label: max(0.0, (at - last).total_seconds()) for label, last in heard.items()}
    return [
        gauge("homeward_messages", "Messages kept, by how they stand now", (*_SENDER, "outcome"), by_outcome),
        counter("homeward_messages_received", "Messages kept: the sum of those above", _SENDER, received),
        gauge("homeward_feed_silent_seconds", "Seconds since a feed was last heard", _SENDER, silent),
    ]


def _of_stale(rows: Sequence[Row[Any]], silent: Collection[Sender]) -> Metric:
    values = dict.fromkeys(labels_of(rows).values(), 0.0)
    values |= {label: 1.0 for sender, label in labels_of(rows).items() if sender in silent}
    return gauge("homeward_feed_stale", "1: silent for longer than is usual for the feed at this hour", _SENDER, values)


def _of_unclaimed(rows: Sequence[Row[Any]]) -> Metric:
    numbers: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        feed, application, facility = sender_of(row)
        numbers[feed, "not-named" if application or facility else "none"] += row.number
    return gauge("homeward_messages_unclaimed", "Messages kept that are no trust's", ("feed", "sender"), numbers)


def _of_links(doors: Mapping[str, Snapshot]) -> list[Metric]:
    is_open = {(feed,): float(one.links_open) for feed, one in doors.items()}
    opened = {(feed,): float(one.links_opened) for feed, one in doors.items()}
    faults = {(feed, kind): float(getattr(one, kind)) for feed, one in doors.items() for kind in FAULTS}
    return [
        gauge("homeward_links_open", "MLLP links open", ("feed",), is_open),
        counter("homeward_links_opened", "MLLP links opened", ("feed",), opened),
        counter("homeward_link_faults", "What senders or the network did wrong", ("feed", "kind"), faults),
    ]
