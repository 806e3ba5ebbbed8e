"""The newest a trust's cases know of, and what somebody carries, by index; large columns in lz4 where that is there.

SQLite uses an index of some rows only for a question in the words of its condition.
"""

import sqlalchemy as sa
from alembic import op

revision = "discharge_0007"
down_revision = "discharge_0006"
branch_labels = None
depends_on = None

_WEIGHED = """
UPDATE discharge_holdings SET weight = (
    SELECT c.weight FROM discharge_cases c
    WHERE c.trust = discharge_holdings.trust AND c.case_id = discharge_holdings.case_id)
WHERE is_current
"""
_WEIGHED_BEFORE = """
UPDATE discharge_cases SET weight = coalesce((
    SELECT h.weight FROM discharge_holdings h
    WHERE h.trust = discharge_cases.trust AND h.case_id = discharge_cases.case_id AND h.is_current), 1)
"""
_LARGE = ("encounter", "published", "tasks", "plan", "stood")
_CAN = "SELECT coalesce('lz4' = ANY(enumvals), false) FROM pg_settings WHERE name = 'default_toast_compression'"


_CURRENT = {
    "discharge_holdings_one_current": ["trust", "case_id"],
    "discharge_holdings_by_coordinator": ["trust", "coordinator_id"],
}


def upgrade() -> None:
    """Raise the schema by this revision."""
    op.create_index("discharge_cases_by_learned_at", "discharge_cases", ["trust", "learned_at"])
    op.add_column("discharge_holdings", sa.Column("weight", sa.Float(), server_default="1", nullable=False))
    op.execute(_WEIGHED)
    op.drop_column("discharge_cases", "weight")
    _current("is_current = 1", ["weight"])
    connection = op.get_bind()
    if connection.dialect.name == "postgresql" and connection.execute(sa.text(_CAN)).scalar():
        for column in _LARGE:
            op.execute(f"ALTER TABLE discharge_cases ALTER COLUMN {column} SET COMPRESSION lz4")


def _current(condition: str, carried: list[str]) -> None:
    """The indexes of who holds what now; that by co-ordinator carries the weight."""
    for name, columns in _CURRENT.items():
        unique = name == "discharge_holdings_one_current"
        op.drop_index(name, table_name="discharge_holdings")
        op.create_index(
            name,
            "discharge_holdings",
            columns,
            unique=unique,
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text("is_current"),
            postgresql_include=[] if unique else carried,
        )


def downgrade() -> None:
    """Take this revision back."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql" and connection.execute(sa.text(_CAN)).scalar():
        for column in _LARGE:
            op.execute(f"ALTER TABLE discharge_cases ALTER COLUMN {column} SET COMPRESSION default")
    op.add_column("discharge_cases", sa.Column("weight", sa.Float(), server_default="1", nullable=False))
    op.execute(_WEIGHED_BEFORE)
    _current("is_current", [])
    op.drop_column("discharge_holdings", "weight")
    op.drop_index("discharge_cases_by_learned_at", table_name="discharge_cases")
