"""`homeward serve SERVICE`."""

import asyncio
from typing import Annotated

import typer

from migrations.owners import OWNERS
from services import composition
from services.commands import saying
from services.commands.opened import check_tables
from shared.observability import configure_logging
from shared.settings import Settings
from shared.web import check_demonstration


async def served(settings: Settings, name: str) -> None:
    """Run the service `name` until a signal. Raises `TablesBehind`, `CannotListen` before anything is started."""
    await check_tables(settings, *({name} & {*OWNERS}))
    composition.check_doors(settings, (name,))
    stop = asyncio.Event()
    composition.stop_on_signals(stop)
    async with composition.assembled(settings, (name,)) as (services, deps):
        await composition.run(services, deps, stop)


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def serve(
        service: Annotated[str, typer.Argument(help="One of: " + ", ".join(composition.SERVICES))],
    ) -> None:
        """Run one service, as a process of its own. Run `homeward migrate` first."""
        if service not in composition.SERVICES:
            saying.fail(f"there is no service {service!r}; there are {', '.join(composition.SERVICES)}", 2)
        settings = saying.settings()
        configure_logging(settings.log_level)

        async def work() -> None:
            check_demonstration(demonstration=settings.demonstration, host=settings.host)
            await served(settings, service)

        saying.run(work)

    _ = serve
