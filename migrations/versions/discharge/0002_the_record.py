"""The record on a case: entries and their states; identifiers and the plan's standing on cases."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant, Json

revision = "discharge_0002_the_record"
down_revision = "discharge_0001"
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


def upgrade() -> None:
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
