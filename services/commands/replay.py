"""`homeward replay`: interpret the kept messages again."""

from collections.abc import Callable
from typing import Annotated

import typer
from rich.progress import Progress as Bar

from services.admissions.handlers import replay as handlers
from services.commands import saying
from services.commands.opened import check_tables, opened, trust_meant
from shared.clock import SystemClock
from shared.settings import Settings


async def trust_to_replay(settings: Settings, given: str | None) -> str:
    """The trust that is meant. Raises `TablesBehind`, `TrustUnknown`."""
    await check_tables(settings, "admissions")
    return await trust_meant(settings, given)


async def replayed(settings: Settings, trust: str, told: Callable[[handlers.Progress], None]) -> handlers.Progress:
    """Interpret every kept message of `trust` again, with the rules as they are now."""
    async with opened(settings, "admissions") as database:
        return await handlers.replay(database, trust, SystemClock().now(), told, training=settings.training)


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def replay(
        trust: Annotated[str | None, typer.Option(help="ODS code of the trust; the only one when left out.")] = None,
    ) -> None:
        """Interpret every kept message again, with the rules as they are now. Can be broken off and started again.

        The bytes that were kept are the truth: encounters are folded anew from them; only what differs is announced.
        """
        meant = saying.run(lambda: trust_to_replay(saying.settings(), trust))
        with Bar(console=saying.err) as bar:
            task = bar.add_task("Reading messages", total=None)

            def told(progress: handlers.Progress) -> None:
                bar.update(task, total=progress.of, completed=progress.messages)

            done = saying.run(lambda: replayed(saying.settings(), meant, told))
        saying.out.print(f"{done.messages} messages read, {done.files} person-files folded, {done.left_out} left out.")
        if done.left_out:
            raise typer.Exit(saying.FAILED)

    _ = replay
