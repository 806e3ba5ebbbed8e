"""Brings a database to the newest tables, and says what it found. Used by `homeward migrate`, `run` and `doctor`."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from migrations.owners import OWNERS
from shared.faults import Mendable

_LOCK = 0x486F6D65  # one number for all migrators of a database
HERE = Path(__file__).parent


class DatabaseIsNewer(Mendable):
    """The database was made by a newer release of Homeward. Use that release; nothing was changed."""

    def __str__(self) -> str:
        return str(self.__doc__)


@dataclass(frozen=True, slots=True)
class Migrated:
    """Where the database stood before and stands now: revision ids, sorted."""

    before: tuple[str, ...]
    after: tuple[str, ...]


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("version_locations", ";".join(str(HERE / "versions" / owner) for owner in OWNERS))
    config.set_main_option("path_separator", ";")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def standing(connection: Connection) -> tuple[str, ...]:
    """The revisions the database stands at, sorted."""
    return tuple(sorted(MigrationContext.configure(connection).get_current_heads()))


def _check_known(scripts: ScriptDirectory, held: Iterable[str]) -> None:
    if not {script.revision for script in scripts.walk_revisions()}.issuperset(held):
        raise DatabaseIsNewer


def pending(connection: Connection, owners: tuple[str, ...] = OWNERS) -> tuple[str, ...]:
    """The owners whose tables are not at their head. Raises `DatabaseIsNewer` as `upgrade` does."""
    scripts = ScriptDirectory.from_config(configuration())
    held = set(standing(connection))
    _check_known(scripts, held)
    heads = {label: head for head in scripts.get_revisions("heads") for label in head.branch_labels}
    return tuple(owner for owner in owners if owner not in heads or heads[owner].revision not in held)


def upgrade(connection: Connection, owners: tuple[str, ...] = OWNERS) -> Migrated:
    """Bring the tables of `owners` to their head. Two migrators at once: the second waits, then finds nothing to do.

    On SQLite foreign keys must be off on `connection`: rebuilding a parent table would delete its children.
    Raises `DatabaseIsNewer` when the database stands at a revision this release does not know.
    """
    scripts = ScriptDirectory.from_config(configuration())
    postgres = connection.dialect.name == "postgresql"
    if postgres:
        connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": _LOCK})
        connection.commit()
    try:
        before = standing(connection)
        _check_known(scripts, before)
        connection.rollback()
        for owner in owners:
            command.upgrade(configuration(connection), f"{owner}@head")
            connection.commit()
        return Migrated(before, standing(connection))
    finally:
        if postgres:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": _LOCK})
            connection.commit()
