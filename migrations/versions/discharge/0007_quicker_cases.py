"""The newest a trust's cases know of is found by index; what a case holds is compressed quickly where that is there."""

import sqlalchemy as sa
from alembic import op

revision = "discharge_0007"
down_revision = "discharge_0006"
branch_labels = None
depends_on = None

_LARGE = ("encounter", "published", "tasks", "plan", "stood")
_CAN = "SELECT coalesce('lz4' = ANY(enumvals), false) FROM pg_settings WHERE name = 'default_toast_compression'"


def upgrade() -> None:
    """Raise the schema by this revision."""
    op.create_index("discharge_cases_by_learned_at", "discharge_cases", ["trust", "learned_at"])
    connection = op.get_bind()
    if connection.dialect.name == "postgresql" and connection.execute(sa.text(_CAN)).scalar():
        for column in _LARGE:
            op.execute(f"ALTER TABLE discharge_cases ALTER COLUMN {column} SET COMPRESSION lz4")


def downgrade() -> None:
    """Take this revision back."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql" and connection.execute(sa.text(_CAN)).scalar():
        for column in _LARGE:
            op.execute(f"ALTER TABLE discharge_cases ALTER COLUMN {column} SET COMPRESSION default")
    op.drop_index("discharge_cases_by_learned_at", table_name="discharge_cases")
