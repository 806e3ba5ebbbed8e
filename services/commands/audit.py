"""`homeward audit verify`: that the record of who saw or changed what is whole."""

import re
from datetime import datetime
from typing import Annotated

import typer

from migrations.owners import OWNERS, metadata_of
from migrations.upgrade import pending
from services.commands import saying
from shared.audit import Anchor, Proof, Trail, kept_key, open_trail, prove
from shared.clock import SystemClock
from shared.database import Database
from shared.database.tending import tend
from shared.settings import Settings

MOST_SHOWN = 100
_ANCHOR = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


class NotThere(Exception):
    """There is nothing to prove: the tables are not the newest, or the key is missing."""


def trail_of(settings: Settings, owner: str) -> Trail:
    """The audit trail of `owner`. Raises NotThere without a key: none is made."""
    try:
        key = kept_key(settings.audit_key, settings.keys())
    except FileNotFoundError as missing:
        raise NotThere(
            f"the key of the audit rows is not in {settings.keys()}; set HOMEWARD_PASS_KEYS or HOMEWARD_AUDIT_KEY"
        ) from missing
    tables = metadata_of(owner).tables
    return open_trail(tables[f"{owner}_audit"], tables[f"{owner}_audit_seals"], key)


async def proved(settings: Settings, owners: tuple[str, ...], anchor: Anchor | None = None) -> list[Proof]:
    """Look at the audit rows of `owners`. Raises NotThere, DatabaseUnavailable."""
    trails = [trail_of(settings, owner) for owner in owners]
    database = await Database.open(settings.url())
    try:
        behind = [owner for owner in await tend(settings.url(), pending) if owner in owners]
        if behind:
            raise NotThere(f"the tables of {', '.join(behind)} are not the newest; run `homeward migrate`")
        return [await prove(database, trail, anchor) for trail in trails]
    finally:
        await database.close()


def told(proof: Proof, at: datetime) -> str:
    """What was found, in a line."""
    head = f"the newest is {proof.head.number}:{proof.head.mac}" if proof.head else "none was made yet"
    tail = "nothing waits to be sealed"
    if proof.oldest_unsealed is not None:
        age = max(0.0, (at - proof.oldest_unsealed).total_seconds())
        tail = f"{proof.unsealed:,} not sealed yet, the oldest for {age:,.1f} s"
    verdict = f"{len(proof.faults):,} FAULTS" if proof.faults else "whole"
    return f"{proof.owner}: {verdict}; {proof.rows:,} rows in {proof.seals:,} seals, {head}; {tail}"


def _anchor(given: str | None, service: str | None) -> Anchor | None:
    if given is None:
        return None
    found = _ANCHOR.fullmatch(given)
    if found is None or service is None:
        saying.fail("an anchor is a seal of one service, NUMBER:HMAC as `audit verify` prints it; name --service", 2)
    return Anchor(int(found[1]), found[2])


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="The record of who saw or changed what about whom.", no_args_is_help=True)
    app.add_typer(group, name="audit")

    @group.command()
    def verify(
        service: Annotated[str | None, typer.Option(help="One of: " + ", ".join(OWNERS) + "; all if absent.")] = None,
        anchor: Annotated[str | None, typer.Option(help="A seal noted elsewhere, NUMBER:HMAC.")] = None,
    ) -> None:
        """Prove that no audit row was changed, removed, inserted or moved, and no seal removed.

        Ends with 0 when everything is whole, 1 when it is not, 2 when asked wrongly, 3 when it could not be looked at.
        """
        if service is not None and service not in OWNERS:
            saying.fail(f"there is no audit of {service!r}; there are {', '.join(OWNERS)}", 2)
        held_to, owners = _anchor(anchor, service), (service,) if service else OWNERS
        try:
            proofs = saying.run(lambda: proved(saying.settings(), owners, held_to))
        except NotThere as nothing:
            saying.fail(str(nothing), saying.REFUSED)
        at = SystemClock().now()
        for proof in proofs:
            typer.echo(told(proof, at))
            for fault in proof.faults[:MOST_SHOWN]:
                typer.echo(f"  {fault.kind} {fault.where}: {fault.words}")
        if any(proof.faults for proof in proofs):
            raise typer.Exit(saying.FAILED)

    _ = verify
