"""How long nobody was named, by cluster; and the cases of those who left are looked at, for they are nobody's."""

import sqlalchemy as sa
from alembic import op

revision = "discharge_0011"
down_revision = "discharge_0010"
branch_labels = None
depends_on = None

_OF_LEAVERS = """
    INSERT INTO discharge_timers (rule, subject, due_at, failures)
    SELECT 'setup', held.case_id, held.since, 0
    FROM discharge_holdings AS held
    JOIN discharge_staff AS staff ON staff.trust = held.trust AND staff.staff = held.coordinator_id
    WHERE held.is_current AND NOT staff.active
    ON CONFLICT (rule, subject) DO NOTHING
"""


def upgrade() -> None:
    """Raise the schema by this revision."""
    op.add_column("discharge_holdings", sa.Column("uncovered_in", sa.Text(), nullable=True))
    nobody = sa.text("uncovered_since IS NOT NULL")
    op.create_index(
        "discharge_holdings_uncovered",
        "discharge_holdings",
        ["trust", "ended_at"],
        sqlite_where=nobody,
        postgresql_where=nobody,
    )
    op.execute(_OF_LEAVERS)


def downgrade() -> None:
    """Take this revision back."""
    op.drop_index("discharge_holdings_uncovered", table_name="discharge_holdings")
    op.drop_column("discharge_holdings", "uncovered_in")
