"""The one Alembic environment: each owner's tables are a labelled branch with a folder of its own under `versions/`."""

from typing import Literal

from alembic import context
from sqlalchemy import JSON, Connection

from migrations.owners import OWNERS, metadata_of
from shared.database.types import Instant


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    owners = context.config.attributes.get("owners", OWNERS)
    return kind != "table" or (name or "").startswith(tuple(f"{owner}_" for owner in owners))


def _rendered(kind: str, item: object, _context: object) -> str | Literal[False]:
    if kind == "type" and isinstance(item, Instant):
        return "Instant()"
    return "Json" if kind == "type" and isinstance(item, JSON) else False


def run(connection: Connection) -> None:
    """Run what Alembic was asked on `connection`, in one transaction where the database can."""
    context.configure(
        connection=connection,
        target_metadata=[metadata_of(owner) for owner in context.config.attributes.get("owners", OWNERS)],
        include_name=_ours,
        render_item=_rendered,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations need a database to look at; offline scripts are not supported.")
run(context.config.attributes["connection"])
