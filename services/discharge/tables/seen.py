"""When each caller last looked at a case, and how it stood then."""

from sqlalchemy import Column, PrimaryKeyConstraint, Table, Text

from services.discharge.tables import metadata
from shared.database.types import Instant, Json

seen_marks = Table(
    "discharge_seen_marks",
    metadata,
    Column("trust", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("published", Json, nullable=False),
    PrimaryKeyConstraint("trust", "caller", "case_id"),
)
