"""`homeward stack`: the fictional hospital on real PostgreSQL and real Kafka, four processes."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from services import composition
from services.commands import saying
from services.commands.migrate import migrated
from services.commands.run import greeting
from services.commands.setup import applied
from services.commands.simulate import EXAMPLE, playing
from services.commands.topics import made
from shared.observability import configure_logging
from shared.settings import Settings
from stack import kafka, postgres
from stack.errors import PartMissing, ServerFailed

STOP_SECONDS = 10.0


async def _database(server: postgres.Postgres) -> str:
    engine = create_async_engine(server.url(), isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            if await connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = 'homeward'")) is None:
                await connection.execute(text("CREATE DATABASE homeward"))
    finally:
        await engine.dispose()
    return server.url("homeward")


def _environment(settings: Settings) -> dict[str, str]:
    given = settings.model_dump(mode="json", exclude_none=True, exclude={"audit_key"})
    return os.environ | {f"HOMEWARD_{name.upper()}": str(value) for name, value in given.items()}


async def _started(settings: Settings) -> list[Process]:
    return [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services", "serve", name, env=_environment(settings), start_new_session=True
        )
        for name in composition.SERVICES
    ]


async def _stopped(processes: Sequence[Process]) -> None:
    for process in processes:
        if process.returncode is None:
            process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await asyncio.gather(*(process.wait() for process in processes))
    except TimeoutError:
        for process in processes:
            if process.returncode is None:
                process.kill()


async def _watched(processes: Sequence[Process], stop: asyncio.Event) -> None:
    ends = [asyncio.create_task(process.wait()) for process in processes]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({*ends, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not stop.is_set():
        saying.err.print("A service ended by itself; the others are stopped.", style="bold red")
    stop.set()


async def _playing(settings: Settings, speed: float, stop: asyncio.Event) -> None:
    await playing(settings, speed)(stop)


async def hospital(settings: Settings, speed: float) -> None:
    """Migrate, set up, start the four services and the simulator; until a signal.

    Raises `CannotListen` before anything is touched.
    """
    composition.check_doors(settings)
    await migrated(settings)
    if settings.kafka:
        await made(settings.kafka, replicas=1)
    for line in await applied(settings, EXAMPLE.read_text(encoding="utf-8")):
        saying.out.print(line)
    stop = asyncio.Event()
    composition.stop_on_signals(stop)
    processes = await _started(settings)
    saying.out.print(greeting(settings), markup=True)
    saying.out.print(f"Read the alerts: kcat -b {settings.kafka} -t homeward.alerts.v1 -C -o beginning\n")
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_watched(processes, stop))
            group.create_task(_playing(settings, speed, stop))
    finally:
        await _stopped(processes)


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def stack(
        folder: Annotated[Path, typer.Option(help="Where PostgreSQL's and Kafka's files lie.")] = Path(
            ".homeward/stack"
        ),
        speed: Annotated[float, typer.Option(min=0.1, max=1440, help="Simulated minutes a minute.")] = 10.0,
    ) -> None:
        """Run the fictional hospital on real PostgreSQL and real Kafka, without containers, four processes."""
        folder = folder.resolve()
        with ExitStack() as servers:
            try:
                database = postgres.start(folder / "postgres")
                servers.callback(postgres.stop, database)
                broker = kafka.start(folder / "kafka")
                servers.callback(kafka.stop, broker)
            except (PartMissing, ServerFailed) as missing:
                saying.fail(str(missing), saying.REFUSED)
            url = saying.run(lambda: _database(database))
            settings = saying.settings(
                database_url=url, kafka=broker.bootstrap, data=folder, demonstration=True, log_level="WARNING"
            )
            configure_logging(settings.log_level)
            saying.run(lambda: hospital(settings, speed))
        saying.out.print("Stopped.")

    _ = stack
