"""Tables of the record on a case: entries at their newest state, and every state they had."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from services.discharge.tables import metadata
from shared.database.types import Instant, Json


def _columns() -> list[Column[object]]:
    return [
        Column("trust", Text, nullable=False),
        Column("entry_id", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("case_id", Text, nullable=False),
        Column("encounter_id", Text, nullable=False),
        Column("person_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("content", Json, nullable=False),
        Column("act", Text, nullable=False),
        Column("reason", Text),
        Column("written_at", Instant, nullable=False),
        Column("written_by", Text, nullable=False),
        Column("changed_at", Instant, nullable=False),
        Column("changed_by", Text, nullable=False),
        Column("changed_by_id", Text, nullable=False),
        Column("confirmed_at", Instant, nullable=False),
        Column("confirmed_by", Text, nullable=False),
        Column("edited", Boolean, nullable=False),
        Column("withdrawn", Boolean, nullable=False),
        Column("set_aside", Boolean, nullable=False),
    ]  # pyright: ignore[reportReturnType]


entries = Table(
    "discharge_entries",
    metadata,
    *_columns(),
    PrimaryKeyConstraint("trust", "entry_id"),
    Index("discharge_entries_by_case", "trust", "case_id"),
    Index("discharge_entries_by_person", "trust", "person_id", "kind"),
)

entry_states = Table(
    "discharge_entry_states",
    metadata,
    *_columns(),
    PrimaryKeyConstraint("trust", "entry_id", "number"),
)
