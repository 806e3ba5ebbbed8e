"""`homeward setup`: a hospital loaded from a file, now or at its time."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from services.admissions.handlers import setup as admissions
from services.commands import saying, setup_plans, setup_preview, setup_text
from services.commands.opened import opened, trust_meant
from services.commands.setup_text import SetupRefused, text_of
from services.discharge.handlers import setup as handlers
from shared.clock import SystemClock
from shared.settings import Settings

__all__ = ["SetupRefused", "applied", "register"]


async def applied(settings: Settings, text: str) -> tuple[str, ...]:
    """Load the hospital described by `text`; what changed, in words, and the planned setups that this overtakes.

    Raises `SetupRefused` with every mistake, or with every sender that another trust has named.
    """
    file = setup_text.read(text)
    async with opened(settings, "admissions", "discharge") as database, database.transaction() as tx:
        at = SystemClock().now()
        await file.refuse_taken(tx)
        told = await admissions.set_up(tx, file.trust, at, file.feeds)
        changed = (await handlers.apply(tx, file.setup, at)).changes
        return (*changed, *told, *(await setup_plans.overtaken(tx, file.trust) if changed else ()))


def _said(file: Path, work: Callable[[], Awaitable[Sequence[str]]], nothing: str = "Nothing to change.") -> None:
    try:
        lines = saying.run(work)
    except SetupRefused as fault:
        saying.err.print(f"{file} was not loaded:", style="bold red", soft_wrap=True)
        saying.fail(str(fault), saying.REFUSED)
    _lines(lines, nothing)


def _lines(lines: Sequence[str], nothing: str) -> None:
    for line in lines or (nothing,):
        saying.out.print(line, soft_wrap=True)


def _of_file(file: Path, since: str | None, reason: str | None, *, preview: bool) -> None:
    text = text_of(file)
    if preview:

        async def look() -> list[str]:
            return await setup_preview.previewed(saying.settings(), setup_text.read(text))

        _said(file, look)
        return
    if since is None:
        _said(file, lambda: applied(saying.settings(), text))
        return

    async def plan() -> list[str]:
        return await setup_plans.planned(
            saying.settings(), setup_text.read(text), setup_plans.time_meant(since), reason
        )

    _said(file, plan)


def _of_plans(trust: str | None, confirm: str | None, withdraw: str | None, reason: str | None) -> None:
    async def work() -> list[str]:
        settings = saying.settings()
        meant = await trust_meant(settings, trust)
        if confirm is not None:
            return await setup_plans.confirmed(settings, meant, confirm, reason or "")
        if withdraw is not None:
            return await setup_plans.withdrawn(settings, meant, withdraw, reason or "")
        return await setup_plans.listed(settings, meant)

    if (confirm or withdraw) and not reason:
        saying.fail("say why by --reason", 2)
    _lines(saying.run(work), "Nothing is planned.")


File = Annotated[
    Path | None,
    typer.Argument(help="A YAML file; deploy/examples/fictional-hospital.yaml shows how.", exists=True, dir_okay=False),
]
From = Annotated[
    str | None,
    typer.Option("--from", help="Have it take effect then, not now: as 2026-12-07T08:00, by the clock in London."),
]
Preview = Annotated[bool, typer.Option("--preview", help="Show what loading the file would change, and do nothing.")]
Plans = Annotated[bool, typer.Option("--plans", help="List the setups that are planned, and what became of others.")]
Confirm = Annotated[
    str | None, typer.Option(help="Have this planned setup take effect over the hospital as it is now.")
]
Withdraw = Annotated[str | None, typer.Option(help="Have this planned setup not take effect.")]
Reason = Annotated[str | None, typer.Option(help="Why; it is recorded.")]
Trust = Annotated[str | None, typer.Option(help="ODS code of the trust; the only one when left out.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def setup(
        file: File = None,
        since: From = None,
        preview: Preview = False,
        plans: Plans = False,
        confirm: Confirm = None,
        withdraw: Withdraw = None,
        reason: Reason = None,
        trust: Trust = None,
    ) -> None:
        """Load trusts, sites, wards, ward clusters, staff, rota and how each sender of ADT speaks from one file.

        All mistakes are shown at once, each with its line; nothing is half-saved. Loading a file twice changes nothing.
        With --from it takes effect at its time, unless the hospital is then another than the one it was planned for.
        """
        wanted = [file is not None, plans, confirm is not None, withdraw is not None]
        if wanted.count(True) != 1:
            saying.fail("give a file, or one of --plans, --confirm and --withdraw", 2)
        if preview and (file is None or since is not None):
            saying.fail("--preview is of a file, as if it were loaded now", 2)
        if file is not None:
            _of_file(file, since, reason, preview=preview)
        else:
            _of_plans(trust, confirm, withdraw, reason)

    _ = setup
