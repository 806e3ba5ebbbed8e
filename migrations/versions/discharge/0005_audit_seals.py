"""Seals of the audit rows."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant

revision = "discharge_0005"
down_revision = "discharge_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("discharge_audit", "sealed_in")
    op.add_column("discharge_audit", sa.Column("sealed_in", sa.BigInteger(), nullable=True))
    op.create_index("ix_discharge_audit_sealed_in", "discharge_audit", ["sealed_in"])
    op.create_table(
        "discharge_audit_seals",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    op.drop_table("discharge_audit_seals")
    op.drop_index("ix_discharge_audit_sealed_in", table_name="discharge_audit")
    op.drop_column("discharge_audit", "sealed_in")
    op.add_column("discharge_audit", sa.Column("sealed_in", sa.Text(), nullable=True))
