"""An event, how it is delivered, and what a reader says back."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.clock import Clock
from shared.database import Database, Transaction
from shared.eventlog.tables import EventLogTables

Task = Callable[[asyncio.Event], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Event:
    """The whole state of `subject` after its `version`-th change, as published JSON.

    `id` is unique, `subject` opaque, `trust` an ODS code, `version` 1 or more, `at` aware.
    """

    id: str
    type: str
    subject: str
    trust: str
    version: int
    at: datetime
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivered:
    """An event and where it stands in its lane: number `no` since the log was last restored (`epoch`)."""

    event: Event
    epoch: int
    no: int


@dataclass(frozen=True, slots=True)
class Malformed:
    """A record that is no event. `subject` names it; its bytes are kept for people to look at."""

    subject: str
    reason: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ParkedSubject:
    """A subject a handler could not take, and why: a word for people, without anything about a patient."""

    subject: str
    reason: str


Handler = Callable[[Transaction, Sequence[Event], datetime], Awaitable[Sequence[ParkedSubject]]]


@dataclass(frozen=True, slots=True)
class Subscription:
    """What `consumer` does with the events of `topic`.

    `handle(tx, batch, at)` is given newer versions only, those of a subject in order, at most `most` at a time. It
    writes through `tx` alone and returns the subjects it could not take, whose changes it has not written.
    """

    consumer: str
    topic: str
    handle: Handler
    most: int = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: events new, repeated, missed, kept behind a parked subject, parked."""

    fresh: int = 0
    repeats: int = 0
    gaps: int = 0
    behind: int = 0
    parked: int = 0


class Fetched:
    """How many records of a topic a consumer knew of and had not taken, as of its last fetch. None before the first."""

    def __init__(self) -> None:
        self._ahead: dict[int, int] = {}
        self._known = False

    def tell(self, ahead: Mapping[int, int], held: Collection[int]) -> None:
        """Say what is `ahead` by partition; those no longer `held` are another process's to tell."""
        self._known = True
        self._ahead = {one: n for one, n in {**self._ahead, **ahead}.items() if one in held}

    @property
    def lag(self) -> int | None:
        """The records ahead, of all partitions held."""
        return sum(self._ahead.values()) if self._known else None


def unobserved(_consumer: str, _taken: Taken) -> None:
    """Count nothing."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A subscription with all it needs to run. `log` are the tables of the reader's own service.

    `fetched` is told what Kafka still holds for it. It stops loudly when more than `parking_limit` subjects were parked
    within an hour.
    """

    database: Database
    log: EventLogTables
    subscription: Subscription
    clock: Clock
    parking_limit: int = 100
    observe: Callable[[str, Taken], None] = unobserved
    fetched: Fetched = field(default_factory=Fetched)
