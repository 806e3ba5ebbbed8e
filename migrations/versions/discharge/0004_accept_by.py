"""When a hand-over should be accepted by; addresses of electronic mail, which nothing is sent to, are kept no more."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant

revision = "discharge_0004"
down_revision = "discharge_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Raise the schema by this revision."""
    op.add_column("discharge_hand_overs", sa.Column("accept_by", Instant(), nullable=True))
    op.drop_column("discharge_trusts", "duty_desk_email")
    op.drop_column("discharge_staff", "email")


def downgrade() -> None:
    """Take this revision back. The addresses come back with the next setup."""
    op.add_column("discharge_staff", sa.Column("email", sa.Text(), nullable=True))
    op.add_column("discharge_trusts", sa.Column("duty_desk_email", sa.Text(), nullable=True))
    op.drop_column("discharge_hand_overs", "accept_by")
