"""What people say a ward code means, beside the setup file: every state of every mapping."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant

revision = "discharge_0010"
down_revision = "discharge_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Raise the schema by this revision."""
    op.create_table(
        "discharge_ward_mappings",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("mapping_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("ward", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("trust", "mapping_id", "number"),
        sa.ForeignKeyConstraint(["trust", "ward"], ["discharge_wards.trust", "discharge_wards.ward"]),
        sa.CheckConstraint("valid_until >= valid_from", name="discharge_ward_mappings_days"),
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("discharge_ward_mappings")
