"""`homeward migrate`."""

from typing import Annotated

import typer

from migrations.owners import OWNERS
from migrations.upgrade import Migrated, upgrade
from services.commands import saying
from shared.database.tending import tend
from shared.settings import Settings


async def migrated(settings: Settings, owners: tuple[str, ...] = OWNERS) -> Migrated:
    """Bring the database of `settings` to the newest tables."""
    return await tend(settings.url(), lambda connection: upgrade(connection, owners))


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def migrate(
        owner: Annotated[list[str] | None, typer.Option(help="Only these owners' tables: " + ", ".join(OWNERS))] = None,
    ) -> None:
        """Bring the database to the newest tables. Safe to run twice, and by two at once."""
        unknown = set(owner or ()) - set(OWNERS)
        if unknown:
            saying.fail(f"no service owns tables under the name {', '.join(sorted(unknown))}", 2)
        done = saying.run(lambda: migrated(saying.settings(), tuple(owner or OWNERS)))
        same = done.before == done.after
        saying.out.print("The tables are as new as this release." if same else f"Now at {', '.join(done.after)}.")

    _ = migrate
