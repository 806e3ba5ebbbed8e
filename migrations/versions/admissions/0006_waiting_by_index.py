"""What waits to be interpreted is found by its index in SQLite, which uses one of some rows only in its own words."""

import sqlalchemy as sa
from alembic import op

revision = "admissions_0006"
down_revision = "admissions_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Raise the schema by this revision."""
    _waiting("interpreted IS 0")


def downgrade() -> None:
    """Take this revision back."""
    _waiting("interpreted IS false")


def _waiting(condition: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("admissions_messages_waiting", table_name="admissions_messages")
        op.create_index(
            "admissions_messages_waiting", "admissions_messages", ["trust", "id"], sqlite_where=sa.text(condition)
        )
