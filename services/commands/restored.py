"""`homeward restored`: the database came back from a backup."""

from importlib import import_module
from typing import Annotated

import typer

from migrations.owners import OWNERS
from services.commands import saying
from services.commands.opened import opened
from shared.clock import SystemClock
from shared.eventlog import EventLogTables, outbox
from shared.settings import Settings


async def restored(settings: Settings, owner: str) -> int:
    """Begin a new epoch in the event log of `owner`; its number. Everything then counts as newer than what was told."""
    log = _log_of(owner)
    async with opened(settings, owner) as database, database.transaction() as tx:
        return await outbox.restored(tx, log, SystemClock().now())


def _log_of(owner: str) -> EventLogTables:
    found = import_module(f"services.{owner}.service").log
    if not isinstance(found, EventLogTables):
        raise TypeError(f"services.{owner} has no event log")
    return found


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(name="restored")
    def restored_(
        service: Annotated[
            str | None, typer.Option("--service", help=f"Only this one's log: {', '.join(OWNERS)}; all when left out.")
        ] = None,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    ) -> None:
        """Say that the database came back from a backup. Run it before any service starts.

        Readers know numbers and versions that were given out after the backup and are lost here. A new epoch begins:
        everything announced from now on counts as newer than those.
        """
        if service is not None and service not in OWNERS:
            saying.fail(f"no service announces under the name {service!r}; there are {', '.join(OWNERS)}", 2)
        if not yes:
            typer.confirm("Did the database come back from a backup, and is every service stopped?", abort=True)
        for owner in (service,) if service else OWNERS:
            epoch = saying.run(lambda name=owner: restored(saying.settings(), name))
            saying.out.print(f"{owner}: epoch {epoch}")

    _ = restored_
