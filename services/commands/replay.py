"""`homeward replay`: interpret the kept messages again, all of them or those that are chosen."""

from collections.abc import Callable
from typing import Annotated, get_args

import typer
from pydantic import ValidationError
from rich.progress import Progress as Bar

from services.admissions.handlers import reading_again
from services.admissions.handlers import replay as handlers
from services.admissions.model.selections import Selection
from services.admissions.store import messages
from services.commands import replay_words, saying
from services.commands.audit import NotThere, trail_of
from services.commands.opened import opened, trust_meant
from shared.audit import Act, Trail
from shared.callers import Caller
from shared.clock import SystemClock
from shared.contracts.api.admissions import Identifier
from shared.contracts.api.replays import Concluded, Replayed, ReplaySelection
from shared.database import Database
from shared.faults import Mendable
from shared.refusals import Refused
from shared.settings import Settings


class CannotReplay(Mendable):
    """What was asked cannot be read again so; the message says why."""


def _operator(trust: str) -> Caller:
    return Caller("machine", "homeward-replay", "homeward replay", frozenset(), trust)


async def trust_to_replay(settings: Settings, given: str | None) -> str:
    """The trust that is meant. Raises `TablesBehind`, `TrustUnknown`."""
    return await trust_meant(settings, given, "admissions")


async def replayed(
    settings: Settings, trust: str, told: Callable[[handlers.Progress], None], reason: str | None = None
) -> handlers.Progress:
    """Interpret every kept message of `trust` again, with the rules as they are now. Raises `CannotReplay`."""
    async with opened(settings, "admissions") as database:
        at = SystemClock().now()
        await _record_all(settings, database, trust, Act(reading_again.ACT, [trust], at, reason))
        return await handlers.replay(database, trust, at, told, training=settings.training)


async def foreseen(settings: Settings, trust: str, wanted: Selection) -> Replayed:
    """What reading the messages of a selection again would change; masked. Raises `CannotReplay`."""
    async with opened(settings, "admissions") as database:
        trail, at = _trail(settings), SystemClock().now()
        try:
            async with database.rehearsal() as tx:
                read = await reading_again.foresee(tx, trust, wanted, at, training=settings.training)
        except Refused as refused:
            raise _why(refused) from None
        looked = Act("replay-previewed", [], at)
        await reading_again.record_look(database, trail, _operator(trust), looked, wanted, read)
        return read.masked()


async def read_again(
    settings: Settings, trust: str, wanted: Selection, reason: str, told: Callable[[Replayed], None]
) -> int:
    """Read the messages of a selection again; how many. `told` is called after each part. Raises `CannotReplay`."""
    number = 0
    async with opened(settings, "admissions") as database:
        trail, act = _trail(settings), Act(reading_again.ACT, [], SystemClock().now(), reason)
        parts = reading_again.read_in_parts(database, trail, _operator(trust), wanted, act, training=settings.training)
        try:
            async for read in parts:
                number += len(read.ids)
                told(read.masked())
        except Refused as refused:
            raise _why(refused) from None
    return number


async def _record_all(settings: Settings, database: Database, trust: str, act: Act) -> None:
    """Record that every message is about to be read again. Where there is none, nothing is done that needs a record."""
    async with database.reading() as reading:
        number = await messages.count(reading, trust)
    if number:
        async with database.transaction() as tx:
            await reading_again.record_all(tx, _trail(settings), _operator(trust), act, number)


def _trail(settings: Settings) -> Trail:
    try:
        return trail_of(settings, "admissions")
    except NotThere as missing:
        raise CannotReplay(str(missing)) from missing


def _why(refused: Refused) -> CannotReplay:
    details = [refused.detail, *(one.detail for one in refused.fields)]
    return CannotReplay(": ".join([refused.title, *(one for one in details if one)]))


def _selection(given: dict[str, object]) -> Selection | None:
    """The messages that are meant; None: nothing was given, all are."""
    named = {name: value for name, value in given.items() if value is not None}
    if not named:
        return None
    try:
        return reading_again.selection_of(ReplaySelection.model_validate(named))
    except ValidationError as fault:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in fault.errors(include_input=False)]
        saying.fail("the selection is wrong: " + "; ".join(lines), 2)


def _patient() -> Identifier:
    """Asked for, so that no number stands among the words of a command, where other users of the machine see it."""
    number = typer.prompt("Hospital number", hide_input=True)
    issuer = typer.prompt("Issuer (empty: any)", default="", show_default=False)
    return Identifier(value=number, issuer=issuer or None)


def _all(trust: str, reason: str | None) -> None:
    with Bar(console=saying.err) as bar:
        task = bar.add_task("Reading messages", total=None)

        def told(progress: handlers.Progress) -> None:
            bar.update(task, total=progress.of, completed=progress.messages)

        done = saying.run(lambda: replayed(saying.settings(), trust, told, reason))
    saying.out.print(f"{done.messages} messages read, {done.files} person-files folded, {done.left_out} left out.")
    if done.left_out:
        raise typer.Exit(saying.FAILED)


def _chosen(trust: str, wanted: Selection, reason: str | None, *, dry_run: bool) -> None:
    if dry_run:
        replay_words.show(saying.run(lambda: foreseen(saying.settings(), trust, wanted)))
        saying.out.print("Nothing was done.")
        return
    if reason is None:
        saying.fail("say why by --reason; --dry-run shows what would change", 2)
    done = saying.run(lambda: read_again(saying.settings(), trust, wanted, reason, replay_words.show))
    saying.out.print(f"{done} messages read.")


_ZONED = "with its zone, as 2026-03-02T09:00+00:00"
TrustCode = Annotated[str | None, typer.Option(help="ODS code of the trust; the only one when left out.")]
Feed = Annotated[str | None, typer.Option(help="Only what came in here: mllp, http or kafka.")]
Application = Annotated[str | None, typer.Option(help="Only of this sender (MSH-3).")]
Facility = Annotated[str | None, typer.Option(help="Only of senders at this facility (MSH-4).")]
From = Annotated[str | None, typer.Option("--from", help=f"Only received from then on, {_ZONED}.")]
Until = Annotated[str | None, typer.Option(help=f"Only received before then, {_ZONED}.")]
_OUTCOMES = tuple(str(one.value) for one in get_args(Concluded))
Came = Annotated[
    str | None, typer.Option(metavar="|".join(_OUTCOMES), help="Only what came to this; not those that wait.")
]
Trigger = Annotated[str | None, typer.Option(help="Only of this event, as A01.")]
ControlId = Annotated[str | None, typer.Option(help="Only with this control id (MSH-10).")]
Patient = Annotated[bool, typer.Option("--patient", help="Only of one patient, whose number is asked for.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and do nothing.")]
Reason = Annotated[str | None, typer.Option(help="Why; it is recorded. Needed when messages are chosen.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def replay(
        trust: TrustCode = None,
        feed: Feed = None,
        application: Application = None,
        facility: Facility = None,
        since: From = None,
        until: Until = None,
        outcome: Came = None,
        trigger: Trigger = None,
        control_id: ControlId = None,
        patient: Patient = False,
        dry_run: DryRun = False,
        reason: Reason = None,
    ) -> None:
        """Interpret kept messages again, with the rules as they are now: all, or those that are all of what is given.

        The bytes that were kept are the truth: encounters are folded anew from them; only what differs is announced.
        It can be broken off and started again. A dry run takes at most 500 messages, and needs --from, --control-id,
        --patient or --outcome quarantined, as every selection does.
        """
        if outcome is not None and outcome not in _OUTCOMES:
            saying.fail(f"--outcome takes {', '.join(_OUTCOMES)}; not {outcome!r}", 2)
        given: dict[str, object] = {
            "feed": feed,
            "sending_application": application,
            "sending_facility": facility,
            "received_from": since,
            "received_until": until,
            "outcome": outcome,
            "trigger": trigger,
            "control_id": control_id,
            "patient": _patient() if patient else None,
        }
        _replay(trust, _selection(given), reason, dry_run=dry_run)

    _ = replay


def _replay(trust: str | None, wanted: Selection | None, reason: str | None, *, dry_run: bool) -> None:
    if dry_run and wanted is None:
        saying.fail("a dry run is of chosen messages: give --from, or another option that chooses", 2)
    meant = saying.run(lambda: trust_to_replay(saying.settings(), trust))
    if wanted is None:
        _all(meant, reason)
    else:
        _chosen(meant, wanted, reason, dry_run=dry_run)
