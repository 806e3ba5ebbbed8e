"""Tables of declines, and of offers of a case to the profession that fits a need."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from services.discharge.tables import metadata
from shared.database.types import Instant, Json

declines = Table(
    "discharge_declines",
    metadata,
    Column("trust", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("encounter_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("holding", Integer, nullable=False),
    Column("staff_id", Text, nullable=False),
    Column("staff_name", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("trust", "case_id", "number"),
)

offers = Table(
    "discharge_offers",
    metadata,
    Column("trust", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("encounter_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("profession", Text, nullable=False),
    Column("needs", Json, nullable=False),
    Column("status", Text, nullable=False),
    Column("offered_at", Instant, nullable=False),
    Column("explanation", Json, nullable=False),
    Column("staff_id", Text),
    Column("staff_name", Text),
    Column("staff_phone", Text),
    Column("answer_by", Instant),
    Column("answered_at", Instant),
    Column("reason", Text),
    Column("lapsed_because", Text),
    Column("ended_at", Instant),
    PrimaryKeyConstraint("trust", "case_id", "number"),
    CheckConstraint("(status = 'nobody') = (staff_id IS NULL)", name="discharge_offers_to_somebody"),
    CheckConstraint("(status = 'offered') = (answered_at IS NULL)", name="discharge_offers_answered"),
    Index(
        "discharge_offers_one_open",
        "trust",
        "case_id",
        "profession",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(
        "discharge_offers_open_to",
        "trust",
        "staff_id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)
