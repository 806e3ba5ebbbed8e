"""The event log: announcing is an insert, order is a number, and every reader takes a version only if it is newer.

`outbox.append` announces; `carriers` brings announcements to readers, in place or through Kafka; `consumer` is the one
loop all readers share; `parked` keeps the subjects a reader could not take.
"""

from shared.eventlog import outbox, parked, tables
from shared.eventlog.carriers import Carrier, Embedded, Kafka, reader_lag, reader_task, relay_lag, relay_task
from shared.eventlog.events import Event, ParkedSubject, Subscription
from shared.eventlog.tables import EventLogTables

__all__ = [
    "Carrier",
    "Embedded",
    "Event",
    "EventLogTables",
    "Kafka",
    "ParkedSubject",
    "Subscription",
    "outbox",
    "parked",
    "reader_lag",
    "reader_task",
    "relay_lag",
    "relay_task",
    "tables",
]
