"""The record on a case: entries and their states; identifiers and the plan's standing on cases; referrals."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant, Json

revision = "discharge_0003"
down_revision = "discharge_0002"
branch_labels = None
depends_on = None


def _entry_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_by_id", sa.Text(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("set_aside", sa.Boolean(), nullable=False),
    ]


def _referral_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("referral_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("person", Json, nullable=False),
        sa.Column("nhs_number", sa.Text(), nullable=True),
        sa.Column("mrn", sa.Text(), nullable=True),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("waiting_since", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("premature_s", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("attached_at", Instant(), nullable=True),
    ]


_REFERRAL_INDEXES = {
    "discharge_referrals_by_status": ["trust", "status", "waiting_since"],
    "discharge_referrals_by_nhs_number": ["trust", "nhs_number"],
    "discharge_referrals_by_mrn": ["trust", "mrn"],
    "discharge_referrals_by_case": ["trust", "case_id"],
    "discharge_referrals_by_received": ["trust", "received_at"],
}


def upgrade() -> None:
    op.create_table("discharge_referrals", *_referral_columns(), sa.PrimaryKeyConstraint("trust", "referral_id"))
    for name, columns in _REFERRAL_INDEXES.items():
        op.create_index(name, "discharge_referrals", columns)
    op.create_table(
        "discharge_referral_states",
        *_referral_columns(),
        sa.PrimaryKeyConstraint("trust", "referral_id", "number"),
    )
    op.create_table("discharge_entries", *_entry_columns(), sa.PrimaryKeyConstraint("trust", "entry_id"))
    op.create_index("discharge_entries_by_case", "discharge_entries", ["trust", "case_id"])
    op.create_index("discharge_entries_by_person", "discharge_entries", ["trust", "person_id", "kind"])
    op.create_table("discharge_entry_states", *_entry_columns(), sa.PrimaryKeyConstraint("trust", "entry_id", "number"))
    op.add_column("discharge_cases", sa.Column("nhs_number", sa.Text(), nullable=True))
    op.add_column("discharge_cases", sa.Column("mrn", sa.Text(), nullable=True))
    op.add_column("discharge_cases", sa.Column("plan", Json, nullable=False, server_default="{}"))
    op.create_index("discharge_cases_by_nhs_number", "discharge_cases", ["trust", "nhs_number"])
    op.create_index("discharge_cases_by_mrn", "discharge_cases", ["trust", "mrn"])
    person = "encounter -> 'person' ->>"
    op.execute(f"UPDATE discharge_cases SET nhs_number = {person} 'nhs_number', mrn = {person} 'mrn'")  # noqa: S608  # no value of anybody's


def downgrade() -> None:
    op.drop_index("discharge_cases_by_mrn", table_name="discharge_cases")
    op.drop_index("discharge_cases_by_nhs_number", table_name="discharge_cases")
    for column in ("plan", "mrn", "nhs_number"):
        op.drop_column("discharge_cases", column)
    op.drop_table("discharge_entry_states")
    op.drop_index("discharge_entries_by_person", table_name="discharge_entries")
    op.drop_index("discharge_entries_by_case", table_name="discharge_entries")
    op.drop_table("discharge_entries")
    op.drop_table("discharge_referral_states")
    for name in _REFERRAL_INDEXES:
        op.drop_index(name, table_name="discharge_referrals")
    op.drop_table("discharge_referrals")
