"""`homeward setup`: a hospital loaded from a file, now or at its time."""

import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from services.admissions.handlers import setup as admissions
from services.commands import saying, setup_plans, setup_preview, setup_tables
from services.commands.opened import opened, trust_meant
from services.commands.setup_tables import TableName
from services.commands.setup_text import SetupRefused, Source, of_text, text_of
from services.discharge.handlers import setup as handlers
from services.discharge.rules.setup_file import Table, TableOf
from shared.clock import SystemClock
from shared.settings import Settings

__all__ = ["SetupRefused", "applied", "loaded", "register"]
_OWNERS = ("admissions", "discharge")
"""Whose tables a setup is kept in."""


async def applied(settings: Settings, text: str) -> tuple[str, ...]:
    """Load the hospital described by `text`; what changed, in words, and the planned setups that this overtakes.

    Raises `SetupRefused` with every mistake, or with every sender that another trust has named.
    """
    return await loaded(settings, of_text(text))


async def loaded(settings: Settings, source: Source) -> tuple[str, ...]:
    """As `applied`, of a setup from anywhere."""
    async with opened(settings, *_OWNERS) as database, database.transaction() as tx:
        at, file = SystemClock().now(), await source(tx)
        await file.refuse_taken(tx)
        told = await admissions.set_up(tx, file.trust, at, file.feeds)
        changed = (await handlers.apply(tx, file.setup, at)).changes
        return (*changed, *told, *(await setup_plans.overtaken(tx, file.trust) if changed else ()))


@dataclass(frozen=True, slots=True)
class _How:
    """What is to be done with a setup: loaded now, only previewed, or planned `since` a time, for a `reason`."""

    preview: bool
    since: str | None
    reason: str | None

    async def done(self, settings: Settings, source: Source) -> Sequence[str]:
        if self.preview:
            return await setup_preview.previewed(settings, source)
        if self.since is not None:
            return await setup_plans.planned(settings, source, setup_plans.time_meant(self.since), self.reason)
        return await loaded(settings, source)


def _of_file(file: Path, how: _How) -> None:
    text = text_of(file)

    async def work() -> Sequence[str]:
        return await how.done(saying.settings(), of_text(text))

    _said(str(file), work)


def _of_tables(trust: str | None, files: Mapping[TableOf, Path], how: _How) -> None:
    tables = {of: Table(str(file), text_of(file)) for of, file in files.items()}

    async def work() -> Sequence[str]:
        settings = saying.settings()
        meant = await trust_meant(settings, trust, *_OWNERS)
        return await how.done(settings, setup_tables.of_tables(meant, tables))

    _said(" and ".join(map(str, files.values())), work)


def _said(what: str, work: Callable[[], Awaitable[Sequence[str]]]) -> None:
    try:
        lines = saying.run(work)
    except SetupRefused as fault:
        saying.err.print(f"{what} was not loaded:", style="bold red", soft_wrap=True)
        saying.fail(str(fault), saying.REFUSED)
    _lines(lines, "Nothing to change.")


def _lines(lines: Sequence[str], nothing: str) -> None:
    for line in lines or (nothing,):
        saying.out.print(line, soft_wrap=True)


def _export(trust: str | None, table: TableName | None) -> None:
    async def work() -> str:
        settings = saying.settings()
        meant = await trust_meant(settings, trust, *_OWNERS)
        return await setup_tables.exported(settings, meant, table.of if table else None)

    sys.stdout.buffer.write(saying.run(work).encode())


def _of_plans(trust: str | None, confirm: str | None, withdraw: str | None, reason: str | None) -> None:
    async def work() -> list[str]:
        settings = saying.settings()
        meant = await trust_meant(settings, trust, "discharge")
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
Preview = Annotated[bool, typer.Option("--preview", help="Show what loading it would change, and do nothing.")]
Staff = Annotated[Path | None, typer.Option(help="A table (CSV) in place of the staff.", exists=True, dir_okay=False)]
Rota = Annotated[Path | None, typer.Option(help="A table in place of the rota.", exists=True, dir_okay=False)]
Absences = Annotated[Path | None, typer.Option(help="A table in place of the absences.", exists=True, dir_okay=False)]
Clusters = Annotated[Path | None, typer.Option(help="A table in place of the clusters.", exists=True, dir_okay=False)]
Export = Annotated[bool, typer.Option("--export", help="Write the hospital as it is held, as a file that is loaded.")]
TableOnly = Annotated[TableName | None, typer.Option("--table", help="With --export: only this, as a table (CSV).")]
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
        staff: Staff = None,
        rota: Rota = None,
        absences: Absences = None,
        clusters: Clusters = None,
        export: Export = False,
        table: TableOnly = None,
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
        named = zip(TableOf, (staff, rota, absences, clusters), strict=True)
        tables = {of: one for of, one in named if one is not None}
        how = _How(preview, since, reason)
        _one_thing(file is not None, bool(tables), export, plans, confirm is not None, withdraw is not None)
        if table is not None and not export:
            saying.fail("--table goes with --export", 2)
        if preview and since is not None:
            saying.fail("--preview is of a setup as if it were loaded now", 2)
        if file is not None:
            _of_file(file, how)
        elif tables:
            _of_tables(trust, tables, how)
        elif export:
            _export(trust, table)
        else:
            _of_plans(trust, confirm, withdraw, reason)

    _ = setup


def _one_thing(*wanted: bool) -> None:
    if wanted.count(True) != 1:
        saying.fail("give a file, or tables, or one of --export, --plans, --confirm and --withdraw", 2)
