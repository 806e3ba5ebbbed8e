"""Hand-overs that are kept, joint until a day, or late; and colleagues who cover from the end of a shift."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant

revision = "discharge_0014"
down_revision = "discharge_0013"
branch_labels = None
depends_on = None

_OF_HAND_OVERS = (
    ("joint_until", sa.Date()),
    ("taker_id", sa.Text()),
    ("taker_name", sa.Text()),
    ("taker_phone", sa.Text()),
    ("accepted_at", Instant()),
)
_OF_HOLDINGS = ("kept_in", "covered_by_id")


def upgrade() -> None:
    """Raise the schema by this revision."""
    op.add_column("discharge_hand_overs", sa.Column("level", sa.Integer(), nullable=False, server_default="0"))
    for name, kind in _OF_HAND_OVERS:
        op.add_column("discharge_hand_overs", sa.Column(name, kind, nullable=True))
    for name in _OF_HOLDINGS:
        op.add_column("discharge_holdings", sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    """Take this revision back. What waits goes on waiting; who keeps a person, or covers for a colleague, is lost."""
    for name in reversed(_OF_HOLDINGS):
        op.drop_column("discharge_holdings", name)
    for name, _ in reversed((*_OF_HAND_OVERS, ("level", None))):
        op.drop_column("discharge_hand_overs", name)
