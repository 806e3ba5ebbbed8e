"""`homeward token create|list|revoke`: tokens for machines."""

from typing import Annotated

import typer

from migrations.owners import OWNERS, metadata_of
from services.commands import saying
from services.commands.opened import opened, trust_meant
from shared import tokens
from shared.clock import SystemClock
from shared.contracts.roles import Role
from shared.settings import Settings

Owner = Annotated[str, typer.Option("--service", help="Whose token: " + ", ".join(OWNERS))]


async def created(settings: Settings, owner: str, name: str, trust: str | None, roles: frozenset[Role]) -> str:
    """Make a token for `owner`; its text, which is kept nowhere. Raises `TrustUnknown`."""
    meant = await trust_meant(settings, trust, owner)
    async with opened(settings, owner) as database, database.transaction() as tx:
        table = metadata_of(owner).tables[f"{owner}_tokens"]
        _, secret = await tokens.create(tx, table, name=name, trust=meant, roles=roles, at=SystemClock().now())
        return secret


async def every(settings: Settings, owner: str) -> list[tokens.Token]:
    """All tokens of `owner`."""
    async with opened(settings, owner) as database, database.reading() as reading:
        return await tokens.every(reading, metadata_of(owner).tables[f"{owner}_tokens"])


async def revoked(settings: Settings, owner: str, token_id: str) -> bool:
    """Make a token useless; whether there was one."""
    async with opened(settings, owner) as database, database.transaction() as tx:
        table = metadata_of(owner).tables[f"{owner}_tokens"]
        return await tokens.revoke(tx, table, token_id, SystemClock().now())


def _known(owner: str) -> str:
    if owner not in OWNERS:
        saying.fail(f"no service keeps tokens under the name {owner!r}; there are {', '.join(OWNERS)}", 2)
    return owner


def register(app: typer.Typer) -> None:
    """Add the commands."""
    token = typer.Typer(help="Tokens for machines that call the REST interface.", no_args_is_help=True)
    app.add_typer(token, name="token")

    @token.command()
    def create(
        name: Annotated[str, typer.Argument(help="Who will use it, so that you know it again.")],
        role: Annotated[list[Role], typer.Option(help="What it may do; repeat for several.")],
        service: Owner = "admissions",
        trust: Annotated[
            str | None, typer.Option(help="ODS code of the trust it belongs to; the only one when left out.")
        ] = None,
    ) -> None:
        """Make a token and print it, once: only its hash is kept."""
        secret = saying.run(lambda: created(saying.settings(), _known(service), name, trust, frozenset(role)))
        typer.echo(secret)

    @token.command(name="list")
    def list_(service: Owner = "admissions") -> None:
        """Show the tokens of a service, never their text."""
        found = saying.run(lambda: every(saying.settings(), _known(service)))
        several = ("trust",) if len({each.trust for each in found}) > 1 else ()
        grid = saying.grid(
            saying.ids("id"), "name", saying.times("revoked"), saying.times("last used"), "roles", *several
        )
        for each in found:
            gone, used = saying.minute(each.revoked_at), saying.minute(each.last_used_at)
            trust = (each.trust,) if several else ()
            grid.add_row(each.id, each.name, gone, used, ", ".join(sorted(each.roles)), *trust)
        saying.out.print(grid)

    @token.command()
    def revoke(
        token_id: Annotated[str, typer.Argument(help="The id, as `homeward token list` shows it.")],
        service: Owner = "admissions",
    ) -> None:
        """Make a token useless, within half a minute."""
        if not saying.run(lambda: revoked(saying.settings(), _known(service), token_id)):
            saying.fail(f"{service} has no such token, or it was revoked already", saying.REFUSED)

    _ = (create, list_, revoke)
