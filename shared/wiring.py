"""What a service is given, and what it gives back: the seam between the composition root and the services."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.types import ASGIApp

from shared.clock import Clock
from shared.database import Database
from shared.eventlog import EventLogTables, Subscription
from shared.metrics import Metrics
from shared.settings import Settings

Task = Callable[[asyncio.Event], Awaitable[None]]
"""Something a service does until the event is set. It returns soon after; if it raises, the process stops loudly."""


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What a service may use. `database` is its own; the settings are read only by those who assemble."""

    settings: Settings
    clock: Clock
    database: Database


@dataclass(frozen=True, slots=True)
class Service:
    """An assembled service: its HTTP app and port, what it does by itself, what it listens to, what it announces,
    what it counts.

    Who carries `log` to the readers, and who carries other logs to `subscriptions`, is the composition root's choice.
    """

    name: str
    app: ASGIApp
    port: int
    tasks: Mapping[str, Task] = field(default_factory=dict[str, Task])
    subscriptions: tuple[Subscription, ...] = ()
    log: EventLogTables | None = None
    metrics: Metrics | None = None
