"""Puts services together and keeps them running: which carrier, which ports, in what order they stop.

A database URL and a Kafka address decide everything: without Kafka each reader follows the outbox it reads; with Kafka
a relay ships each outbox and readers consume the topics.
"""

import asyncio
import contextlib
import errno
import gc
import signal
import socket
from collections.abc import AsyncGenerator, Collection, Generator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from importlib import import_module

import structlog
import uvicorn

from shared.clock import Clock, SystemClock
from shared.database import Database
from shared.eventlog import Embedded, Kafka, lag, reader_lag, reader_task, relay_lag, relay_task
from shared.eventlog.events import Reader, Taken
from shared.faults import Mendable
from shared.metrics import Source
from shared.passes import ensure_keys
from shared.settings import Settings
from shared.web import serving
from shared.wiring import Dependencies, Service, Task

SERVICES = ("admissions", "discharge", "notifications", "screens")
GRACE = 3
_log = structlog.get_logger()


class CannotListen(Mendable):
    """A door cannot be opened at the address and the port that are set for it."""


class PortInUse(CannotListen):
    """Another program, or another door of ours, listens there already."""


@asynccontextmanager
async def assembled(
    settings: Settings, names: Sequence[str], clock: Clock | None = None
) -> AsyncGenerator[tuple[list[Service], Dependencies]]:
    """The services `names`, assembled on one open database, which is closed afterwards."""
    ensure_keys(settings.keys())
    database = await Database.open(settings.url())
    try:
        deps = Dependencies(settings, clock or SystemClock(), database)
        yield [import_module(f"services.{name}.service").create(deps) for name in names], deps
    finally:
        await database.close()


def listening(host: str, port: int, said_by: str = "HOMEWARD_HOST and the settings of the ports") -> socket.socket:
    """A socket that listens at `host` and `port`, which the settings `said_by` name.

    Raises `PortInUse` when somebody does already, `CannotListen` when this machine has no such address or may not.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Two may be bound to one port, as long as neither listens.
        listener.listen()
    except (OSError, TypeError, UnicodeError) as fault:  # TypeError, UnicodeError: a name that no host can have
        listener.close()
        why = fault.strerror if isinstance(fault, OSError) else "not a host name"
        if isinstance(fault, OSError) and fault.errno == errno.EADDRINUSE:
            raise PortInUse(f"port {port} on {host} is in use by another program ({why}); see {said_by}") from fault
        raise CannotListen(f"cannot listen at {host}, port {port} ({why}); see {said_by}") from fault
    return listener


def _said_by(service: str) -> str:
    return f"HOMEWARD_HOST and HOMEWARD_{service.upper()}_PORT"


def check_doors(settings: Settings, names: Collection[str] = SERVICES) -> None:
    """Look whether every door of the services `names` can be opened on this machine, all of them at once.

    Raises `PortInUse`, also when two of them are set to one port; `CannotListen`.
    """
    ports = {
        "screens": settings.screens_port,
        "admissions": settings.admissions_port,
        "discharge": settings.discharge_port,
        "notifications": settings.notifications_port,
    }
    doors = [(settings.host, port, _said_by(name)) for name, port in ports.items() if name in names]
    if "admissions" in names:
        doors.append((settings.mllp_host, settings.mllp_port, "HOMEWARD_MLLP_HOST and HOMEWARD_MLLP_PORT"))
    opened: dict[int, str] = {}
    with ExitStack() as held:
        for host, port, said_by in doors:
            try:
                held.enter_context(listening(host, port, said_by))
            except PortInUse as fault:
                if port not in opened:
                    raise
                both = " and ".join(setting.split()[-1] for setting in (opened[port], said_by))
                raise PortInUse(f"{both} are both {port}; each door needs a port of its own") from fault
            opened[port] = said_by


def missed(consumer: str, taken: Taken) -> None:
    """Say when a reader was not given versions that were announced; the newest it has holds all they said."""
    if taken.gaps:
        _log.warning("versions_missed", consumer=consumer, count=taken.gaps)


def carriage(service: Service, deps: Dependencies) -> dict[str, Task]:
    """The tasks that carry events to and from `service`, by the carrier the settings choose."""
    if service.log is None:
        return {}
    settings = deps.settings
    carrier = Kafka(settings.kafka, settings.instance(service.port)) if settings.kafka else Embedded()
    found: dict[str, Task] = {}
    for subscription in service.subscriptions:
        reader = Reader(deps.database, service.log, subscription, deps.clock, settings.parking_limit, missed)
        found[f"{service.name} reads {subscription.topic}"] = reader_task(carrier, reader)
        _count(service, reader_lag(carrier, reader))
    relay = relay_task(carrier, deps.database, service.log)
    if relay is not None:
        found[f"{service.name} relays"] = relay
    _count(service, relay_lag(carrier, deps.database, service.log))
    _count(service, lag.parked(deps.database, service.log))
    return found


def _count(service: Service, source: Source | None) -> None:
    if service.metrics is not None and source is not None:
        service.metrics.add(source)


class _Server(uvicorn.Server):
    """The server of `service`, which leaves signals to the composition root and says when it is up."""

    def __init__(self, service: Service) -> None:
        super().__init__(serving.config(service.app, grace=GRACE))
        self._service = service

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _log.info("service_is_up", service=self._service.name, port=self._service.port)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def _serve(service: Service, listener: socket.socket, stop: asyncio.Event) -> None:
    server = _Server(service)
    running = asyncio.create_task(server.serve(sockets=[listener]), name=f"{service.name} http")
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await running
    finally:
        stopping.cancel()
        stop.set()


async def _keep(name: str, task: Task, stop: asyncio.Event) -> None:
    try:
        await task(stop)
    except Exception:
        _log.exception("task_failed", task=name)
        raise
    finally:
        if not stop.is_set():
            _log.warning("task_ended", task=name)
            stop.set()


def stop_on_signals(stop: asyncio.Event) -> None:
    """Set `stop` on SIGINT and SIGTERM."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)


async def run(
    services: Sequence[Service],
    deps: Dependencies,
    stop: asyncio.Event,
    *,
    beside: Mapping[str, Task] | None = None,
) -> None:
    """Run `services` and the tasks `beside` them until `stop` is set; then stop accepting, then drain, within seconds.

    A task that fails stops the process: its exception leaves here. Raises `CannotListen` before anything
    is started.
    """
    listeners = [listening(deps.settings.host, service.port, _said_by(service.name)) for service in services]
    tasks: dict[str, Task] = dict(beside or {})
    for service in services:
        tasks |= {f"{service.name} {name}": task for name, task in service.tasks.items()}
        tasks |= carriage(service, deps)
    gc.collect()
    gc.freeze()  # what was loaded at start-up stays: the collector need not walk it at each pass
    async with asyncio.TaskGroup() as group:
        for service, listener in zip(services, listeners, strict=True):
            group.create_task(_serve(service, listener, stop))
        running = [group.create_task(_keep(name, task, stop), name=name) for name, task in tasks.items()]
        await stop.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await asyncio.wait(running) if running else None
        for task in running:
            if not task.done():
                _log.warning("task_cancelled", task=task.get_name())
                task.cancel()
