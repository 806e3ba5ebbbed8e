"""The one Alembic environment: each owner's tables are a labelled branch with a folder of its own under `versions/`."""

from alembic import context
from sqlalchemy import Connection

from migrations.owners import OWNERS, metadata_of


def run(connection: Connection) -> None:
    """Run what Alembic was asked on `connection`, in one transaction where the database can."""
    context.configure(
        connection=connection,
        target_metadata=[metadata_of(owner) for owner in OWNERS],
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations need a database to look at; offline scripts are not supported.")
run(context.config.attributes["connection"])
