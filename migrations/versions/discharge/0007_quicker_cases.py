"""The newest a trust's cases know of is found by index; what a case holds is compressed quickly where that is there.

SQLite uses an index of some rows only for a question in the words of its condition.
"""

import sqlalchemy as sa
from alembic import op

revision = "discharge_0007"
down_revision = "discharge_0006"
branch_labels = None
depends_on = None

_LARGE = ("encounter", "published", "tasks", "plan", "stood")
_CAN = "SELECT coalesce('lz4' = ANY(enumvals), false) FROM pg_settings WHERE name = 'default_toast_compression'"


_CURRENT = {
    "discharge_holdings_one_current": ["trust", "case_id"],
    "discharge_holdings_by_coordinator": ["trust", "coordinator_id"],
}


def upgrade() -> None:
    """Raise the schema by this revision."""
    op.create_index("discharge_cases_by_learned_at", "discharge_cases", ["trust", "learned_at"])
    _current("is_current = 1")
    connection = op.get_bind()
    if connection.dialect.name == "postgresql" and connection.execute(sa.text(_CAN)).scalar():
        for column in _LARGE:
            op.execute(f"ALTER TABLE discharge_cases ALTER COLUMN {column} SET COMPRESSION lz4")


def _current(condition: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for name, columns in _CURRENT.items():
        op.drop_index(name, table_name="discharge_holdings")
        unique = name == "discharge_holdings_one_current"
        op.create_index(name, "discharge_holdings", columns, unique=unique, sqlite_where=sa.text(condition))


def downgrade() -> None:
    """Take this revision back."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql" and connection.execute(sa.text(_CAN)).scalar():
        for column in _LARGE:
            op.execute(f"ALTER TABLE discharge_cases ALTER COLUMN {column} SET COMPRESSION default")
    _current("is_current")
    op.drop_index("discharge_cases_by_learned_at", table_name="discharge_cases")
