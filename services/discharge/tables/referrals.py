"""Tables of referrals at their newest state, and every state they had."""

from sqlalchemy import Column, Date, Index, Integer, PrimaryKeyConstraint, Table, Text

from services.discharge.tables import metadata
from shared.database.types import Instant, Json


def _columns() -> list[Column[object]]:
    return [
        Column("trust", Text, nullable=False),
        Column("referral_id", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("status", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("sender", Text, nullable=False),
        Column("organisation", Text),
        Column("person", Json, nullable=False),
        Column("nhs_number", Text),
        Column("mrn", Text),
        Column("need", Text, nullable=False),
        Column("expected_on", Date),
        Column("received_at", Instant, nullable=False),
        Column("received_by", Text, nullable=False),
        Column("waiting_since", Instant, nullable=False),
        Column("changed_at", Instant, nullable=False),
        Column("changed_by", Text, nullable=False),
        Column("decided_at", Instant),
        Column("decided_by", Text),
        Column("reason", Text),
        Column("returned", Integer, nullable=False),
        Column("premature_s", Integer, nullable=False),
        Column("case_id", Text),
        Column("person_id", Text),
        Column("attached_at", Instant),
    ]  # pyright: ignore[reportReturnType]


referrals = Table(
    "discharge_referrals",
    metadata,
    *_columns(),
    PrimaryKeyConstraint("trust", "referral_id"),
    Index("discharge_referrals_by_status", "trust", "status", "waiting_since"),
    Index("discharge_referrals_by_nhs_number", "trust", "nhs_number"),
    Index("discharge_referrals_by_mrn", "trust", "mrn"),
    Index("discharge_referrals_by_case", "trust", "case_id"),
    Index("discharge_referrals_by_received", "trust", "received_at"),
)

referral_states = Table(
    "discharge_referral_states",
    metadata,
    *_columns(),
    PrimaryKeyConstraint("trust", "referral_id", "number"),
)
