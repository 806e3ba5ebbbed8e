"""The tables of one owner's event log: what it announces, and what it has taken of what others announce."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint

from shared.contracts.envelope import TOPIC_ALERTS, TOPIC_CASES, TOPIC_ENCOUNTERS
from shared.database.types import Instant

TOPICS = {"admissions": TOPIC_ENCOUNTERS, "discharge": TOPIC_CASES, "notifications": TOPIC_ALERTS}


@dataclass(frozen=True, slots=True, eq=False)
class EventLogTables:
    """`outbox` holds what `owner` announced on `topic`, numbered by the rows of `lanes`, one a trust.

    `inbox` holds the version of each subject a consumer has, `positions` how far it has followed a lane, `parked` the
    newest version of each subject it could not take.
    """

    owner: str
    topic: str
    outbox: Table
    lanes: Table
    inbox: Table
    positions: Table
    parked: Table


def make(owner: str, metadata: MetaData, topic: str | None = None) -> EventLogTables:
    """Make the tables of `owner` in `metadata`. `topic` is needed only for an owner that is not one of the services."""
    return EventLogTables(
        owner=owner,
        topic=topic or TOPICS[owner],
        outbox=_outbox(owner, metadata),
        lanes=_lanes(owner, metadata),
        inbox=_inbox(owner, metadata),
        positions=_positions(owner, metadata),
        parked=_parked(owner, metadata),
    )


def source(topic: str) -> EventLogTables:
    """The tables a reader of `topic` follows in place: of the service that owns it. Raises KeyError if none does."""
    owner = {topic: owner for owner, topic in TOPICS.items()}[topic]
    return make(owner, MetaData())


def _outbox(owner: str, metadata: MetaData) -> Table:
    return Table(
        f"{owner}_outbox",
        metadata,
        Column("trust", String(16), primary_key=True),
        Column("epoch", BigInteger, primary_key=True, autoincrement=False),
        Column("no", BigInteger, primary_key=True, autoincrement=False),
        Column("id", String(64), nullable=False),
        Column("subject", String(64), nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("type", String(100), nullable=False),
        Column("at", Instant, nullable=False),
        Column("data", LargeBinary, nullable=False),
        UniqueConstraint("subject", "version", name=f"{owner}_outbox_version"),
    )


def _lanes(owner: str, metadata: MetaData) -> Table:
    return Table(
        f"{owner}_lanes",
        metadata,
        Column("trust", String(16), primary_key=True),
        Column("epoch", BigInteger, nullable=False),
        Column("no", BigInteger, nullable=False),
    )


def _inbox(owner: str, metadata: MetaData) -> Table:
    return Table(
        f"{owner}_inbox",
        metadata,
        Column("consumer", String(40), primary_key=True),
        Column("subject", String(64), primary_key=True),
        Column("epoch", BigInteger, nullable=False),
        Column("version", BigInteger, nullable=False),
    )


def _positions(owner: str, metadata: MetaData) -> Table:
    return Table(
        f"{owner}_positions",
        metadata,
        Column("consumer", String(40), primary_key=True),
        Column("source", String(100), primary_key=True),
        Column("trust", String(16), primary_key=True),
        Column("epoch", BigInteger, nullable=False),
        Column("no", BigInteger, nullable=False),
    )


def _parked(owner: str, metadata: MetaData) -> Table:
    return Table(
        f"{owner}_parked",
        metadata,
        Column("consumer", String(40), primary_key=True),
        Column("subject", String(200), primary_key=True),
        Column("event_id", String(64)),
        Column("type", String(100)),
        Column("trust", String(16)),
        Column("epoch", BigInteger),
        Column("version", BigInteger),
        Column("at", Instant),
        Column("data", LargeBinary, nullable=False),
        Column("reason", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("first_at", Instant, nullable=False),
        Column("last_at", Instant, nullable=False),
        Index(f"{owner}_parked_lately", "consumer", "first_at"),
    )
