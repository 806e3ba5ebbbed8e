"""The address that a refused message came from last."""

import sqlalchemy as sa
from alembic import op

revision = "admissions_0009"
down_revision = "admissions_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Raise the schema by this revision."""
    op.add_column("admissions_rejects", sa.Column("peer", sa.String(200), nullable=False, server_default=""))


def downgrade() -> None:
    """Take this revision back."""
    op.drop_column("admissions_rejects", "peer")
