"""Seals of the audit rows."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant

revision = "admissions_0002"
down_revision = "admissions_0001b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("admissions_audit", "sealed_in")
    op.add_column("admissions_audit", sa.Column("sealed_in", sa.BigInteger(), nullable=True))
    op.create_index("ix_admissions_audit_sealed_in", "admissions_audit", ["sealed_in"])
    op.create_table(
        "admissions_audit_seals",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    op.drop_table("admissions_audit_seals")
    op.drop_index("ix_admissions_audit_sealed_in", table_name="admissions_audit")
    op.drop_column("admissions_audit", "sealed_in")
    op.add_column("admissions_audit", sa.Column("sealed_in", sa.Text(), nullable=True))
