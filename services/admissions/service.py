"""Admissions, assembled."""

import asyncio
import ssl
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.admissions.handlers.answer import Door, acknowledged
from services.admissions.handlers.measuring import of_doors, of_feeds
from services.admissions.handlers.receive import Intake
from services.admissions.incoming import Incoming, Snapshot
from services.admissions.mllp import Listener, Policy, serve
from services.admissions.mllp.encryption import server_context
from services.admissions.routes import Room, routers
from services.admissions.schedules import Interpreter, close_intake, look_again
from services.admissions.subscriptions import kafka_intake
from services.admissions.tables import audit_seals, audited, log, machine_tokens, timers
from shared.audit import key_of, open_trail, sealing
from shared.contracts.envelope import TOPIC_ADT_INTAKE
from shared.eventlog import lag
from shared.eventlog.events import Fetched
from shared.housekeeping import housekeeping
from shared.metrics import Metrics
from shared.passes import load_reader
from shared.settings import Settings
from shared.timers import overdue
from shared.web import create_app
from shared.web.health import keeps, release
from shared.web.verifier import Verifier
from shared.wiring import Dependencies, Service, Task

MLLP_FEED = "mllp"
DRAIN_SECONDS = 2.0


@dataclass(slots=True)
class _Mllp:
    """The MLLP door of this process and, once it is open, what it counts."""

    settings: Settings
    door: Door
    encryption: ssl.SSLContext | None
    listener: Listener | None = field(default=None)
    opened_at: datetime | None = field(default=None)

    def counts(self) -> dict[str, Snapshot]:
        if self.listener is None:
            return {}
        return {MLLP_FEED: replace(self.listener.snapshot(), opened_at=self.opened_at)}

    def receive(self, incoming: Incoming) -> Awaitable[bytes | None]:
        return acknowledged(self.door, incoming)

    async def run(self, stop: asyncio.Event) -> None:
        settings = self.settings
        policy = Policy(
            feed=MLLP_FEED,
            largest_message=settings.message_limit,
            accept_half_end=settings.mllp_accept_half_end,
            answer_seconds=settings.ack_deadline,
            drain_seconds=DRAIN_SECONDS,
        )
        await serve(
            settings.mllp_host,
            settings.mllp_port,
            policy,
            self.receive,
            self.door.clock,
            stop,
            encryption=self.encryption,
            opened=self._opened,
        )

    def _opened(self, listener: Listener) -> None:
        self.listener, self.opened_at = listener, self.door.clock.now()


def create(deps: Dependencies) -> Service:
    """Admissions over these dependencies; nothing runs yet.

    The keys of passes must exist (FileNotFoundError), and certificates that are named be good (CertificateUnusable).
    """
    settings, database, clock = deps.settings, deps.database, deps.clock
    interpreter = Interpreter(database, clock, pressed=lambda: intake.pressed, training=settings.training)
    intake = Intake(database, deadline=settings.ack_deadline, woken=interpreter.wake)
    door = Door(intake, clock, settings.processing_id)
    mllp = _Mllp(settings, door, _encryption(settings))
    trail = open_trail(audited, audit_seals, key_of(settings.audit_key, settings.keys()))
    room = Room(
        database=database,
        clock=clock,
        door=door,
        trail=trail,
        woken=interpreter.wake,
        doors=mllp.counts,
        message_limit=settings.message_limit,
        training=settings.training,
    )
    metrics = Metrics("admissions", release())
    for source in (of_feeds(database, door), of_doors(door, mllp.counts), overdue(database, timers, clock)):
        metrics.add(source)
    app = create_app(
        title="Homeward admissions",
        service="admissions",
        routers=routers(room),
        verifier=Verifier(clock, database, machine_tokens, load_reader(settings.keys())),
        checks={"database": keeps(database)},
        hosts=settings.answers_to(),
        metrics=metrics,
    )
    tasks: dict[str, Task] = {
        "mllp": mllp.run,
        "interprets": interpreter.run,
        "timers": look_again(database, clock),
        "intake": close_intake(intake),
        "housekeeping": housekeeping(database, clock, log),
        "seals": sealing(database, trail, clock),
    }
    if settings.kafka:
        ahead = Fetched()
        instance = settings.instance(settings.admissions_port)
        tasks["kafka intake"] = kafka_intake(settings.kafka, door, instance, ahead)
        metrics.add(lag.fetched("admissions-intake", TOPIC_ADT_INTAKE, ahead))
    return Service(name="admissions", app=app, port=settings.admissions_port, tasks=tasks, log=log, metrics=metrics)


def _encryption(settings: Settings) -> ssl.SSLContext | None:
    if settings.mllp_certificate is None:
        return None
    return server_context(settings.mllp_certificate, settings.mllp_key, settings.mllp_clients)
