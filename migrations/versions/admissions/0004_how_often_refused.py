"""Of a refused message: who sent it, how often it came, and when last."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant

revision = "admissions_0004"
down_revision = "admissions_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("sending_application", "sending_facility"):
        op.add_column("admissions_rejects", sa.Column(name, sa.String(length=200), nullable=False, server_default=""))
    op.add_column("admissions_rejects", sa.Column("times", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("admissions_rejects", sa.Column("last_at", Instant(), nullable=True))


def downgrade() -> None:
    for name in ("last_at", "times", "sending_facility", "sending_application"):
        op.drop_column("admissions_rejects", name)
