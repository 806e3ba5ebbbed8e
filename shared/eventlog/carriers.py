"""Which way announcements reach their readers: in place, or through Kafka. The settings decide; nothing else knows."""

from dataclasses import dataclass
from typing import assert_never

from shared.database import Database
from shared.eventlog import embedded, kafka, lag, relay
from shared.eventlog.events import Reader, Task
from shared.eventlog.positions import Followed
from shared.eventlog.tables import EventLogTables, source
from shared.metrics import Source


@dataclass(frozen=True, slots=True)
class Embedded:
    """Readers follow the outbox in their own database."""


@dataclass(frozen=True, slots=True)
class Kafka:
    """A relay ships each outbox to its topic; readers are groups of consumers.

    `instance` names this process among its equals and stays the same over a restart (static membership); None gives a
    dynamic member.
    """

    bootstrap: str
    instance: str | None = None


Carrier = Embedded | Kafka


def reader_task(carrier: Carrier, reader: Reader) -> Task:
    """The task that brings `reader` the events of its topic."""
    topic = reader.subscription.topic
    match carrier:
        case Embedded():
            return embedded.follow(reader, source(topic))
        case Kafka(bootstrap, instance):
            return kafka.consume(reader, bootstrap, instance)
    assert_never(carrier)


def relay_task(carrier: Carrier, database: Database, log: EventLogTables) -> Task | None:
    """The task that ships what `log`'s owner announces, if the carrier needs one."""
    match carrier:
        case Embedded():
            return None
        case Kafka(bootstrap):
            return relay.ship(database, log, bootstrap)
    assert_never(carrier)


def reader_lag(carrier: Carrier, reader: Reader) -> Source:
    """How far `reader` is behind what is announced on its topic."""
    name, topic = reader.subscription.consumer, reader.subscription.topic
    match carrier:
        case Embedded():
            followed = Followed(name, reader.log, source(topic))
            return lag.told(name, topic, lag.in_place(reader.database, followed))
        case Kafka():
            return lag.fetched(name, topic, reader.fetched)
    assert_never(carrier)


def relay_lag(carrier: Carrier, database: Database, log: EventLogTables) -> Source | None:
    """How far the relay of `log`'s owner is behind, if the carrier needs one."""
    match carrier:
        case Embedded():
            return None
        case Kafka():
            return lag.told(relay.CONSUMER, log.topic, lag.in_place(database, Followed(relay.CONSUMER, log, log)))
    assert_never(carrier)
