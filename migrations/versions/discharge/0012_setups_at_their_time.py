"""Setups that take effect at a time, and every state of each; wards that clusters share; sites that are closed."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant, Json

revision = "discharge_0012"
down_revision = "discharge_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Raise the schema by this revision."""
    op.add_column("discharge_sites", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "discharge_cluster_shares",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("ward", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("shared_by", sa.Text(), nullable=False),
        sa.Column("cluster", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("trust", "ward", "code"),
        sa.ForeignKeyConstraint(["trust", "ward"], ["discharge_wards.trust", "discharge_wards.ward"]),
        sa.ForeignKeyConstraint(["trust", "cluster"], ["discharge_clusters.trust", "discharge_clusters.cluster"]),
    )
    op.create_table(
        "discharge_setup_plans",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("effective_at", Instant(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("trust", "plan_id"),
        sa.ForeignKeyConstraint(["trust"], ["discharge_trusts.trust"]),
    )
    op.create_table(
        "discharge_setup_plan_states",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("held_then", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("told", Json(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("trust", "plan_id", "number"),
        sa.ForeignKeyConstraint(["trust", "plan_id"], ["discharge_setup_plans.trust", "discharge_setup_plans.plan_id"]),
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("discharge_setup_plan_states")
    op.drop_table("discharge_setup_plans")
    op.drop_table("discharge_cluster_shares")
    op.drop_column("discharge_sites", "active")
