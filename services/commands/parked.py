"""`homeward parked list|release|discard`: subjects that a reader could not take."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated

import typer

from services import composition
from services.commands import saying
from services.commands.opened import check_tables
from shared.eventlog import parked
from shared.settings import Settings
from shared.wiring import Dependencies, Service

READERS = ("discharge", "notifications")
Owner = Annotated[str, typer.Option("--service", help="Whose reader: " + ", ".join(READERS))]
AnyOwner = Annotated[
    str | None, typer.Option("--service", help=f"Only this reader's: {', '.join(READERS)}; all when left out.")
]

Subject = Annotated[str, typer.Argument(help="The subject, as `homeward parked list` shows it.")]


@asynccontextmanager
async def _reader(settings: Settings, owner: str) -> AsyncGenerator[tuple[Service, Dependencies]]:
    if owner not in READERS:
        saying.fail(f"{owner!r} reads nothing; readers are {', '.join(READERS)}", 2)
    await check_tables(settings, owner)
    async with composition.assembled(settings, (owner,)) as (services, deps):
        yield services[0], deps


async def listed(settings: Settings, owner: str | None) -> list[tuple[str, parked.Parked]]:
    """What `owner`, or every reader, has parked, and which reader it is: the longest parked first."""
    found: list[tuple[str, parked.Parked]] = []
    for name in READERS if owner is None else (owner,):
        async with _reader(settings, name) as (service, deps), deps.database.reading() as reading:
            here = await parked.listed(reading, service.log) if service.log is not None else []
        found += [(name, one) for one in here]
    return sorted(found, key=lambda one: one[1].first_at)


async def released(settings: Settings, owner: str, subject: str) -> bool:
    """Try the newest version of `subject` again; whether it was taken."""
    async with _reader(settings, owner) as (service, deps):
        if service.log is None:
            return False
        return await parked.release(deps.database, service.log, service.subscriptions[0], subject, deps.clock.now())


async def discarded(settings: Settings, owner: str, subject: str) -> bool:
    """Forget what is parked of `subject`; whether anything was."""
    async with _reader(settings, owner) as (service, deps), deps.database.transaction() as tx:
        if service.log is None:
            return False
        return await parked.discard(tx, service.log, service.subscriptions[0].consumer, subject)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Subjects that a reader could not take: look, release, discard.", no_args_is_help=True)
    app.add_typer(group, name="parked")

    @group.command(name="list")
    def list_(service: AnyOwner = None) -> None:
        """Show what waits for somebody to look at it, the longest first."""
        found = saying.run(lambda: listed(saying.settings(), service))
        grid = saying.grid("reader", saying.ids("subject"), "version", "why", "tried", saying.times("since"))
        for reader, one in found:
            version = str(one.version or "no event")
            grid.add_row(reader, one.subject, version, one.reason, str(one.attempts), saying.minute(one.first_at))
        saying.out.print(grid if found else "Nothing is parked.")

    @group.command()
    def release(subject: Subject, service: Owner = "discharge") -> None:
        """Try the newest version again."""
        try:
            taken = saying.run(lambda: released(saying.settings(), service, subject))
        except (LookupError, parked.NotAnEvent) as fault:
            saying.fail(str(fault), saying.REFUSED)
        if not taken:
            saying.fail("it could not be taken this time either; it stays parked, with the new reason", saying.FAILED)

    @group.command()
    def discard(
        subject: Subject,
        service: Owner = "discharge",
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    ) -> None:
        """Forget it. Its next version will be taken as usual."""
        if not yes:
            typer.confirm("Forget this version for good?", abort=True)
        if not saying.run(lambda: discarded(saying.settings(), service, subject)):
            saying.fail("this subject is not parked", saying.REFUSED)

    _ = (list_, release, discard)
